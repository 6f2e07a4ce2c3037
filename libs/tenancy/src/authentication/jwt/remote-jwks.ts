import { setTimeout as sleep } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { type Clock, UnavailableError } from '#kernel';
import { OutageLog } from '#telemetry';
import { type JWK, createLocalJWKSet } from 'jose';
import { LRUCache } from 'lru-cache';
import type { JwksCopy } from './jwks-copy.js';
import { type KeySet, VerificationKeys } from './verification-keys.js';

interface FetchedKeys extends KeySet {
  readonly fetchedAt: number;
}

/** The part of `fetch` that is needed. It must not follow redirects. */
type FetchKeys = (
  url: URL,
  request: { readonly headers: Readonly<Record<string, string>>; readonly signal: AbortSignal },
) => Promise<{ readonly status: number; readonly body: AsyncIterable<Uint8Array> | null }>;

interface JwksSource {
  readonly url: URL;
  /** What the log calls it, such as the variable with the URL. */
  readonly name: string;
  readonly fetch: FetchKeys;
}

/** A removed key works for at most this time, plus the time for which a verified token is remembered. */
const maxAgeMs = 600_000;
const fetchTimeoutMs = 3_000;
const maxBytes = 1_048_576;
/** At most one fetch in this time, so that tokens with invented kids do not overload the identity provider. */
const minIntervalMs = 1_000;
/** After a failure, the keys at hand are used for this time without another attempt. */
const retryAfterMs = 30_000;
/** A token whose kid stays unknown causes one fetch in this time. */
const kidCooldownMs = 10_000;
const maxUnknownKids = 1_000;

/** The keys of `JWT_JWKS_URL`, an address that the operator wrote into the environment. */
export function jwksOfEnvironment(url: string): JwksSource {
  return {
    url: new URL(url),
    name: 'JWT_JWKS_URL',
    fetch: (address, request) => fetch(address, { ...request, redirect: 'manual' }),
  };
}

/**
 * The keys that an identity provider publishes. They are fetched again after ten minutes, and at once for a token that they do not
 * verify, since its key may be new. If the provider does not answer, or answers with anything but keys, the last ones stay in use, and
 * a replica that has none yet uses the copy of another one.
 */
export class RemoteJwks extends VerificationKeys {
  private keys: FetchedKeys | null = null;
  private pending: Promise<FetchedKeys> | null = null;
  private attemptedAt = Number.NEGATIVE_INFINITY;
  /** Of the last attempt; null when it succeeded. */
  private failure: UnavailableError | null = null;
  private readonly unknownKids = new LRUCache<string, number>({ max: maxUnknownKids });
  private readonly outage: OutageLog;

  constructor(
    private readonly source: JwksSource,
    private readonly clock: Clock,
    private readonly copy: JwksCopy | null = null,
  ) {
    super();
    const recovery = `The keys of ${source.name} can be fetched again.`;
    this.outage = new OutageLog(new Logger('jwt'), { recovery, repeatEveryMs: maxAgeMs, clock });
  }

  async current(): Promise<KeySet> {
    const { keys, failure } = this;
    if (keys !== null && this.isUsable(keys)) return keys;
    const fetched = this.fetch().catch((error: unknown) => {
      if (this.keys === null) throw error;
      return this.keys;
    });
    // While the provider is down, tokens with a known key do not wait for it.
    return keys !== null && failure !== null ? keys : fetched;
  }

  async newerThan(tried: KeySet, kid: string): Promise<KeySet | null> {
    if (this.keys !== null && this.keys !== tried) return this.keys;
    const askedAt = this.unknownKids.get(kid) ?? Number.NEGATIVE_INFINITY;
    if (this.clock.now() - askedAt < kidCooldownMs) return null;
    await sleep(Math.max(0, this.attemptedAt + minIntervalMs - this.clock.now()), undefined, { ref: false });
    const keys = this.keys === tried || this.keys === null ? await this.fetch() : this.keys;
    this.unknownKids.set(kid, this.clock.now());
    return keys;
  }

  private isUsable({ fetchedAt }: FetchedKeys): boolean {
    const now = this.clock.now();
    return now - fetchedAt < maxAgeMs || now - this.attemptedAt < retryAfterMs;
  }

  /** Concurrent callers share one fetch. @throws UnavailableError */
  private fetch(): Promise<FetchedKeys> {
    if (this.failure !== null && this.clock.now() - this.attemptedAt < minIntervalMs)
      return Promise.reject(this.failure);
    this.pending ??= this.fetchAndKeep().finally(() => {
      this.pending = null;
    });
    return this.pending;
  }

  private async fetchAndKeep(): Promise<FetchedKeys> {
    this.attemptedAt = this.clock.now();
    try {
      const published = await fetchKeys(this.source);
      this.keys = toFetchedKeys(published, this.clock.now());
      this.failure = null;
      this.outage.recordRecovery();
      this.copy?.save(published, this.keys.fetchedAt);
      return this.keys;
    } catch (error) {
      this.keys ??= await this.findCopy();
      const use = this.keys === null ? 'JWTs cannot be verified' : 'the keys fetched last stay in use';
      this.outage.recordFailure(`The keys of ${this.source.name} cannot be fetched; ${use}.`, { err: error });
      const message = 'The keys that verify JWTs cannot be fetched at the moment; try again shortly.';
      this.failure = new UnavailableError(message, 5, error);
      throw this.failure;
    }
  }

  /** The copy counts as fetched long ago, so that the provider's own keys replace it as soon as possible. */
  private async findCopy(): Promise<FetchedKeys | null> {
    const keys = toUsableKeys(await this.copy?.find());
    return keys.length === 0 ? null : toFetchedKeys(keys, Number.NEGATIVE_INFINITY);
  }
}

function toFetchedKeys(keys: JWK[], fetchedAt: number): FetchedKeys {
  return { find: createLocalJWKSet({ keys }), fetchedAt };
}

async function fetchKeys({ url, fetch }: JwksSource): Promise<JWK[]> {
  const headers = { accept: 'application/json, application/jwk-set+json' };
  const signal = AbortSignal.timeout(fetchTimeoutMs);
  const response = await fetch(url, { headers, signal });
  if (response.status !== 200) throw new Error(`The answer has the status ${response.status}.`);
  const { keys } = JSON.parse(await readText(response.body)) as { keys?: unknown };
  const usable = toUsableKeys(keys);
  if (usable.length === 0) throw new Error('The answer has no keys.');
  return usable;
}

function toUsableKeys(keys: unknown): JWK[] {
  return Array.isArray(keys) ? keys.filter(isObject).map(withoutCurveAlgorithm) : [];
}

async function readText(body: AsyncIterable<Uint8Array> | null): Promise<string> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of body ?? []) {
    length += part.byteLength;
    if (length > maxBytes) throw new Error(`The answer is longer than ${maxBytes} bytes.`);
    parts.push(part);
  }
  // It leaves out a byte order mark, which JSON.parse refuses.
  return new TextDecoder().decode(Buffer.concat(parts));
}

function isObject(value: unknown): value is JWK {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** `EdDSA` and `Ed25519` are two names of one algorithm: the key may have one of them and the token the other. */
function withoutCurveAlgorithm({ alg, ...key }: JWK): JWK {
  return alg === undefined || (key.kty === 'OKP' && key.crv === 'Ed25519') ? key : { ...key, alg };
}
