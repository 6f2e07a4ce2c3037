import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { type Dispatcher, Agent, EnvHttpProxyAgent, fetch } from 'undici';
import type { EgressConfig, ProxyOptions } from './egress.config.js';
import { EgressRefusedError, RedirectRefusedError } from './egress-errors.js';
import { EgressPolicy } from './egress-policy.js';
import { bareHost, guardedConnector } from './guarded-connector.js';

/** As the global `fetch`. */
export type Fetch = typeof globalThis.fetch;

const redirectStatuses = [301, 302, 303, 307, 308];
/** The callers have time limits of their own. */
const noTimeouts = { headersTimeout: 0, bodyTimeout: 0 } as const;

/**
 * Requests that leave the service. They reach public addresses and what `EGRESS_ALLOW` names, checked after the name was resolved;
 * they follow no redirect, and go through the proxies of the environment.
 *
 * ```ts
 * const response = await egress.fetch('https://hooks.example/attune', { method: 'POST', body });
 * ```
 */
export class Egress {
  /** For addresses that came through the API. Rejects with a `TypeError` whose causes hold the refusal: see `findEgressError`. */
  readonly fetch: Fetch;
  /**
   * For an address that the operator wrote into the environment and that no one else can change: it is allowed by that. Redirects and
   * proxies are treated alike.
   */
  readonly fetchOperatorAddress: Fetch;
  private readonly policy: EgressPolicy;

  constructor({ policy, proxies }: EgressConfig) {
    this.policy = policy;
    this.fetch = createFetch(policy, proxies);
    this.fetchOperatorAddress = createFetch(null, proxies);
  }

  /** True if a request to this URL is refused for certain, which shows before its name is resolved; for warnings. */
  refuses(address: string): boolean {
    return this.policy.refusesHost(bareHost(new URL(address).hostname));
  }
}

function createFetch(policy: EgressPolicy | null, proxies: ProxyOptions): Fetch {
  const dispatcher = createDispatcher(policy, proxies);
  const hasProxy = (proxies.http ?? proxies.https) !== null;
  const guardedFetch = async (input: string | URL, init: object = {}): Promise<unknown> => {
    if (policy !== null && hasProxy) await assertAllowed(new URL(input), policy);
    const response = await fetch(input, { ...init, dispatcher, redirect: 'manual' });
    if (!redirectStatuses.includes(response.status)) return response;
    await response.body?.cancel();
    throw new RedirectRefusedError(response.status);
  };
  return guardedFetch as unknown as Fetch;
}

function createDispatcher(policy: EgressPolicy | null, { http, https, except }: ProxyOptions): Dispatcher {
  const connect = policy === null ? { allowH2: false } : guardedConnector(policy);
  if (http === null && https === null) return new Agent({ connect, ...noTimeouts });
  // An empty text keeps undici from reading the variables itself.
  const proxies = { httpProxy: http ?? '', httpsProxy: https ?? '', noProxy: except ?? '' };
  return new EnvHttpProxyAgent({ connect, ...noTimeouts, ...proxies });
}

/**
 * A proxy connects in place of this process, so the address is checked before. A name that does not resolve here is left to the proxy,
 * which may know it.
 *
 * @throws EgressRefusedError
 */
async function assertAllowed({ hostname }: URL, policy: EgressPolicy): Promise<void> {
  const host = bareHost(hostname);
  if (policy.allowsHost(host)) return;
  const addresses = isIP(host) === 0 ? await resolve(host) : [host];
  if (addresses.some((address) => !policy.allowsAddress(address))) throw new EgressRefusedError(host);
}

async function resolve(host: string): Promise<string[]> {
  try {
    return (await lookup(host, { all: true })).map(({ address }) => address);
  } catch {
    return [];
  }
}
