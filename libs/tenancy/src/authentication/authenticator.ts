import { createHash, timingSafeEqual } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import type { Versioned } from '#cache';
import { Clock, UnauthenticatedError } from '#kernel';
import { LRUCache } from 'lru-cache';
import { type ApiKey, isMistyped, parseApiKey } from '../keys/api-key.js';
import { type Credential, CredentialReader } from '../keys/credential-reader.js';
import { LastUsedRecorder } from '../keys/last-used-recorder.js';
import type { Tenant } from '../tenants/tenant.entity.js';
import { TenantReader } from '../tenants/tenant-reader.js';
import { JwtVerifier } from './jwt/jwt-verifier.js';
import type { Principal } from '#http';

/** The principal of a credential, and its current tenant; null for a platform admin. */
export interface Authenticated {
  readonly principal: Principal;
  readonly tenant: Tenant | null;
}

/** A checked credential. */
interface CachedCredential extends Authenticated {
  /** Milliseconds since the epoch; after this the credential must be checked again. */
  readonly until: number;
  /** The key's cache entry. A different entry, or none, means that the key was changed or revoked. */
  readonly entry: Versioned<Credential> | null;
  /** When this replica last recorded the key's use, in milliseconds since the epoch. */
  useRecordedAt: number;
}

type VerifiedCredential = Pick<CachedCredential, 'principal' | 'until' | 'entry'>;

const maxCachedCredentials = 20_000;
/** Identity providers put groups and permissions into tokens. The load balancer's limit is of this size, too. */
const maxHeaderLength = 8192;
/** The headers of remembered credentials, all together. */
const maxCachedCharacters = 40_000_000;
const recordUseEveryMs = 60_000;

/**
 * Turns an `Authorization` header into a principal. A credential is checked once and then remembered until it expires, or the
 * cache drops the entry it was checked against. A remembered credential needs no hash, no signature and no waiting.
 *
 * How long a revoked key still works: until the change reaches this replica, over Redis at once, else with the next poll of the
 * change feed (`ChangeFeedPoller` in `libs/cache/src/feed`). A JWT is verified again after `JwtVerifier`'s limit.
 *
 * ```ts
 * const { principal, tenant } = await authenticator.authenticate(request.headers.authorization);
 * ```
 */
@Injectable()
export class Authenticator {
  private readonly cachedByHeader = new LRUCache<string, CachedCredential>({
    max: maxCachedCredentials,
    maxSize: maxCachedCharacters,
    sizeCalculation: (_credential, header) => header.length,
  });

  constructor(
    private readonly credentials: CredentialReader,
    private readonly tenants: TenantReader,
    @Inject(JwtVerifier) private readonly jwtVerifier: JwtVerifier | null,
    private readonly clock: Clock,
    private readonly lastUsedRecorder: LastUsedRecorder,
  ) {}

  /**
   * The principal and tenant of the header; a promise only when the credential is not remembered.
   *
   * @throws UnauthenticatedError. Its message says no more than the sender may know: nothing of a key that is not theirs, and why a token
   * with a valid signature is refused.
   * @throws UnavailableError when the database or the JWKS is needed and cannot be reached.
   */
  authenticate(header: string | undefined): Authenticated | Promise<Authenticated> {
    return this.cached(header) ?? this.verify(header);
  }

  /** The principal and tenant of a remembered credential, or undefined. */
  cached(header: string | undefined): Authenticated | undefined {
    const credential = header === undefined ? undefined : this.cachedByHeader.get(header);
    if (credential === undefined) return undefined;
    const now = this.clock.now();
    if (!this.isCurrent(credential, now)) return undefined;
    if (now - credential.useRecordedAt >= recordUseEveryMs) this.recordUse(credential, now);
    return credential;
  }

  private isCurrent({ until, entry, principal, tenant }: CachedCredential, now: number): boolean {
    if (until <= now) return false;
    if (entry !== null && this.credentials.peek(principal.subject) !== entry) return false;
    return tenant === null || this.tenants.peek(tenant.tenant_id) === tenant;
  }

  private async verify(header: string | undefined): Promise<Authenticated> {
    const token = parseBearerToken(header);
    const verified = token.startsWith('atn_') ? await this.verifyApiKey(token) : await this.verifyJwt(token);
    const { tenantId } = verified.principal;
    const tenant = tenantId === null ? null : await this.tenants.find(tenantId);
    if (tenantId !== null && tenant === null)
      throw new UnauthenticatedError(
        'The tenant of the credential does not exist.',
        undefined,
        'unknown_tenant',
      );
    const credential = { ...verified, tenant, useRecordedAt: 0 };
    this.cachedByHeader.set(header!, credential);
    this.recordUse(credential, this.clock.now());
    return credential;
  }

  private recordUse(credential: CachedCredential, now: number): void {
    const { entry, principal } = credential;
    credential.useRecordedAt = now;
    if (entry !== null) this.lastUsedRecorder.record(principal.subject, principal.tenantId);
  }

  private async verifyApiKey(token: string): Promise<VerifiedCredential> {
    const key = parseApiKey(token);
    if (!key) throw unauthenticatedError('malformed_key');
    const entry = await this.credentials.get(key.id);
    if (!entry) throw wrongKeyError(key, 'unknown_key');
    if (!matchesSecret(entry.value, key.secret)) throw wrongKeyError(key, 'wrong_secret');
    const { role, tenantId, scopes, name, expiresAt } = entry.value;
    if (expiresAt !== null && expiresAt <= this.clock.now())
      throw new UnauthenticatedError('The API key has expired.', undefined, 'expired_key');
    const credential = { name, expiresAt };
    const restriction = scopes === null ? {} : { scopes };
    const principal = { actor: `key:${key.id}`, subject: key.id, role, tenantId, ...restriction, credential };
    return { principal, until: expiresAt ?? Number.MAX_SAFE_INTEGER, entry };
  }

  private async verifyJwt(token: string): Promise<VerifiedCredential> {
    if (!this.jwtVerifier) throw unauthenticatedError('jwt_not_configured');
    const { principal, until } = await this.jwtVerifier.verify(token);
    return { principal, until, entry: null };
  }
}

function parseBearerToken(header: string | undefined): string {
  const match =
    header !== undefined && header.length <= maxHeaderLength ? /^Bearer +(\S+)$/i.exec(header) : null;
  if (match) return match[1]!;
  const reason = header === undefined ? 'no_credential' : 'malformed_header';
  const message = 'Send the header "Authorization: Bearer <API key or JWT>", of at most 8192 characters.';
  throw new UnauthenticatedError(message, undefined, reason);
}

function matchesSecret(credential: Credential, secret: string): boolean {
  const digest = createHash('sha256').update(secret).digest();
  return timingSafeEqual(digest, Buffer.from(credential.secretSha256, 'hex'));
}

/** Says whether the key is one that Attune can have made, which the sender can compute too, and no more. */
function wrongKeyError(key: ApiKey, reason: string): UnauthenticatedError {
  const advice = isMistyped(key)
    ? ' It may be cut or mistyped: its last 8 characters are not the checksum of the rest.'
    : '';
  return new UnauthenticatedError(`The credential is not valid.${advice}`, undefined, reason);
}

/** For the sender all these are the same; the log has the reason. */
function unauthenticatedError(reason: string): UnauthenticatedError {
  return new UnauthenticatedError('The credential is not valid.', undefined, reason);
}
