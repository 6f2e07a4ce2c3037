import { type LookupAddress, type LookupAllOptions, type LookupOptions, lookup } from 'node:dns';
import { type LookupFunction, isIP } from 'node:net';
import { buildConnector } from 'undici';
import { EgressRefusedError } from './egress-errors.js';
import type { EgressPolicy } from './egress-policy.js';

/** HTTP/1.1, as the built-in `fetch` speaks it. */
const options = { allowH2: false } as const;
const connect = buildConnector(options);

/** As `dns.lookup` with `all`. */
export type Resolve = (
  host: string,
  options: LookupAllOptions,
  callback: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void;

/**
 * Opens a connection only to an address that the policy allows. The name is resolved once, here, and the connection goes to an address
 * that was checked, so that no second answer of DNS comes in between.
 */
export function guardedConnector(policy: EgressPolicy, resolve: Resolve = lookup): buildConnector.connector {
  const connectChecked = buildConnector({ ...options, lookup: guardedLookup(policy, resolve) });
  return (target, callback) => {
    const host = bareHost(target.hostname);
    if (policy.allowsHost(host)) return connect(target, callback);
    if (isIP(host) === 0) return connectChecked(target, callback);
    if (policy.allowsAddress(host)) return connect(target, callback);
    callback(new EgressRefusedError(host), null);
  };
}

/** As `dns.lookup`, with the allowed addresses only. */
function guardedLookup(policy: EgressPolicy, resolve: Resolve): LookupFunction {
  return (host, lookupOptions, callback) => {
    resolve(host, { ...(lookupOptions as LookupOptions), all: true }, (error, addresses) => {
      if (error !== null) return callback(error, '', 0);
      const allowed = addresses.filter(({ address }) => policy.allowsAddress(address));
      const [first] = allowed;
      if (first === undefined) return callback(new EgressRefusedError(host), '', 0);
      if (lookupOptions.all) return callback(null, allowed as LookupAddress[]);
      callback(null, first.address, first.family);
    });
  };
}

/** A host of a URL without the brackets of an IPv6 address. */
export function bareHost(hostname: string): string {
  return hostname.replace(/^\[(.*)\]$/, '$1');
}
