import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { type Dispatcher, Agent, EnvHttpProxyAgent, interceptors, request } from 'undici';
import type { EgressConfig, ProxyOptions } from './egress.config.js';
import { EgressRefusedError, RedirectRefusedError } from './egress-errors.js';
import { EgressPolicy } from './egress-policy.js';
import { traceHeaders } from '#telemetry';
import { bareHost, guardedConnector } from './guarded-connector.js';

/** A request with a small body. */
export interface OutgoingRequest {
  /** `GET` if it is left out. */
  readonly method?: 'GET' | 'POST';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly signal?: AbortSignal;
}

/** The part of `Response` that callers read. The global `fetch` returns it too. */
export interface IncomingResponse {
  readonly status: number;
  /** True for a status from 200 to 299. */
  readonly ok: boolean;
  readonly headers: { get(name: string): string | null };
  /** Uncompressed. A reader that stops early closes the connection. */
  readonly body: AsyncIterable<Uint8Array> | null;
}

/**
 * As the global `fetch`, at a quarter of its cost: it resolves when the head of the answer has come, and rejects with what the
 * connection threw, or with the signal's reason.
 */
export type Fetch = (url: string | URL, request?: OutgoingRequest) => Promise<IncomingResponse>;

const redirectStatuses = [301, 302, 303, 307, 308];
/** The callers have time limits of their own. */
const noTimeouts = { headersTimeout: 0, bodyTimeout: 0 } as const;

/**
 * Requests that leave the service. They reach public addresses and what `EGRESS_ALLOW` names, checked after the name was resolved;
 * they follow no redirect, go through the proxies of the environment, and continue the running trace.
 *
 * ```ts
 * const response = await egress.fetch('https://hooks.example/attune', { method: 'POST', body });
 * ```
 */
export class Egress {
  /** For addresses that came through the API. A refusal is the error, or among its causes: see `findEgressError`. */
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
  const dispatcher = createDispatcher(policy, proxies).compose(interceptors.decompress());
  const hasProxy = (proxies.http ?? proxies.https) !== null;
  return async (url, outgoing = {}) => {
    if (policy !== null && hasProxy) await assertAllowed(new URL(url), policy);
    const headers = { ...traceHeaders(), ...outgoing.headers };
    const response = await request(url, { ...outgoing, headers, dispatcher });
    // A call that is aborted later fails with its reader, not as an unhandled error.
    response.body.on('error', () => undefined);
    if (!redirectStatuses.includes(response.statusCode)) return toIncomingResponse(response);
    await response.body.dump();
    throw new RedirectRefusedError(response.statusCode);
  };
}

function toIncomingResponse({ statusCode, headers, body }: Dispatcher.ResponseData): IncomingResponse {
  return {
    status: statusCode,
    ok: statusCode >= 200 && statusCode < 300,
    headers: { get: (name) => [headers[name]].flat()[0] ?? null },
    body,
  };
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
