import { asConfiguration } from '../api/settings.js';
import { type Candidate, parseServiceSource, unquoteEtag } from '../configuration/candidate.js';
import { describeError, errorOf } from './attune-error.js';
import { type Failure, failureOf } from './failure.js';

/** Any implementation of the standard `fetch`. */
export type Fetch = (url: URL, init: RequestInit) => Promise<Response>;

export interface ServiceAddress {
  readonly url: string;
  readonly key: string;
  readonly fetch: Fetch;
}

/** What a load of the configuration returned. */
export type LoadResult =
  | { readonly outcome: 'loaded'; readonly candidate: Candidate }
  | { readonly outcome: 'not-modified'; readonly isLive: boolean }
  | { readonly outcome: 'failed'; readonly failure: Failure };

export interface LoadOptions {
  /** The tag of the stored configuration: the answer is short when nothing changed. */
  readonly etag?: string | null;
  /** A replica that holds a lower version loads first. */
  readonly minVersion?: number;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/** The service's HTTP API, as far as configurations are concerned. */
export class ServiceClient {
  constructor(private readonly address: ServiceAddress) {}

  /** Sends a request with the key. Redirects are not followed: they would carry the key to another place. */
  send(path: string, init: RequestInit & { readonly headers?: Record<string, string> }): Promise<Response> {
    const base = this.address.url.replace(/\/+$/, '');
    const headers = { authorization: `Bearer ${this.address.key}`, ...init.headers };
    return this.address.fetch(new URL(`${base}${path}`), { redirect: 'manual', ...init, headers });
  }

  /** `GET /v1/config`. Never rejects. */
  async load({ etag, minVersion, timeoutMs, signal }: LoadOptions): Promise<LoadResult> {
    const headers = {
      ...(etag && { 'if-none-match': `"${etag}"` }),
      ...(minVersion !== undefined && { 'attune-min-config-version': String(minVersion) }),
    };
    try {
      const limited = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
      return await readLoaded(await this.send('/v1/config', { headers, signal: limited }));
    } catch (error) {
      return { outcome: 'failed', failure: { reason: 'unreachable', detail: describeError(error) } };
    }
  }

  /** The layer that each setting comes from, with the version that it is true for; null if the service cannot say. */
  async loadLayers(
    options: LoadOptions,
  ): Promise<{ version: number; layers: Record<string, unknown> } | null> {
    const signal = AbortSignal.any([options.signal, AbortSignal.timeout(options.timeoutMs)]);
    try {
      const response = await this.send('/v1/config?include=sources', { signal });
      const body = response.ok ? asConfiguration(await response.json()) : null;
      return body?.sources ? { version: body.version, layers: body.sources } : null;
    } catch {
      return null;
    }
  }
}

async function readLoaded(response: Response): Promise<LoadResult> {
  const serviceSource = parseServiceSource(response.headers.get('attune-config-source'));
  if (response.status === 304) return { outcome: 'not-modified', isLive: serviceSource === 'live' };
  if (response.status !== 200) return { outcome: 'failed', failure: await refusal(response) };
  const configuration = asConfiguration(await response.json().catch(() => null));
  if (configuration === null) {
    const detail = 'The answer is no configuration; check that the url is the address of Attune.';
    return { outcome: 'failed', failure: { reason: 'malformed', detail } };
  }
  const etag = response.headers.get('etag');
  return { outcome: 'loaded', candidate: { configuration, etag: etag && unquoteEtag(etag), serviceSource } };
}

/** Reads why the service refused. */
export async function refusal(response: Response): Promise<Failure> {
  const { message } = await errorOf(response);
  return failureOf(response.status, response.headers, `${response.status}: ${message}`);
}
