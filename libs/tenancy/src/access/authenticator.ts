import { createHash, timingSafeEqual } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import type { Versioned } from '#cache';
import { type DomainError, Clock, UnauthenticatedError } from '#kernel';
import { LRUCache } from 'lru-cache';
import { parseApiKey } from '../keys/api-key.js';
import { type Credential, CredentialReader } from '../keys/credential-reader.js';
import { LastUse } from '../keys/last-use.js';
import type { Tenant } from '../tenants/tenant.js';
import { TenantReader } from '../tenants/tenant-reader.js';
import { JwtVerifier } from './jwt-verifier.js';
import type { Principal } from './principal.js';

/** Who asks, and their tenant as it is now; a platform admin has none. */
export interface Authenticated {
  readonly principal: Principal;
  readonly tenant: Tenant | null;
}

/** A credential that was checked once. */
interface Remembered extends Authenticated {
  /** Milliseconds since the epoch; from then on the credential is checked anew. */
  readonly until: number;
  /** The key's cached entry: another one, or none, means that the key changed or was revoked. */
  readonly entry: Versioned<Credential> | null;
  /** When the key's use was last written down here, in milliseconds since the epoch. */
  notedAt: number;
}

type Checked = Pick<Remembered, 'principal' | 'until' | 'entry'>;

const mostRemembered = 20_000;
const longestHeader = 4096;
const noteEveryMs = 60_000;

/**
 * Turns an `Authorization` header into a principal. A credential is checked once and then remembered, until it expires or
 * the cache no longer holds the entry that it was checked against: synchronous, without hashing or signatures.
 */
@Injectable()
export class Authenticator {
  private readonly remembered = new LRUCache<string, Remembered>({ max: mostRemembered });

  constructor(
    private readonly credentials: CredentialReader,
    private readonly tenants: TenantReader,
    @Inject(JwtVerifier) private readonly tokens: JwtVerifier | null,
    private readonly clock: Clock,
    private readonly lastUse: LastUse,
  ) {}

  /** @throws DomainError `unauthenticated`, the same for every reason but an expired credential. */
  authenticate(header: string | undefined): Authenticated | Promise<Authenticated> {
    return this.known(header) ?? this.check(header);
  }

  /** Who sends a credential that was checked before and is still good; undefined else. */
  known(header: string | undefined): Authenticated | undefined {
    const known = header === undefined ? undefined : this.remembered.get(header);
    if (known === undefined) return undefined;
    const now = this.clock.now();
    if (!this.isCurrent(known, now)) return undefined;
    if (now - known.notedAt >= noteEveryMs) this.noteUse(known, now);
    return known;
  }

  private isCurrent({ until, entry, principal, tenant }: Remembered, now: number): boolean {
    if (until <= now) return false;
    if (entry !== null && this.credentials.peek(principal.subject) !== entry) return false;
    return tenant === null || this.tenants.peek(tenant.tenant_id) === tenant;
  }

  private async check(header: string | undefined): Promise<Authenticated> {
    const token = tokenIn(header);
    const checked = token.startsWith('atn_') ? await this.checkKey(token) : await this.checkToken(token);
    const { tenantId } = checked.principal;
    const tenant = tenantId === null ? null : await this.tenants.find(tenantId);
    if (tenantId !== null && tenant === null) throw refused();
    const remembered = { ...checked, tenant, notedAt: 0 };
    this.remembered.set(header!, remembered);
    this.noteUse(remembered, this.clock.now());
    return remembered;
  }

  private noteUse(remembered: Remembered, now: number): void {
    const { entry, principal } = remembered;
    remembered.notedAt = now;
    if (entry !== null) this.lastUse.note(principal.subject, principal.tenantId);
  }

  private async checkKey(token: string): Promise<Checked> {
    const key = parseApiKey(token);
    const entry = key && (await this.credentials.get(key.id));
    if (!key || !entry || !isSecretOf(entry.value, key.secret)) throw refused();
    const { role, tenantId, expiresAt } = entry.value;
    if (expiresAt !== null && expiresAt <= this.clock.now()) throw refused('The API key has expired.');
    const principal = { actor: `key:${key.id}`, subject: key.id, role, tenantId };
    return { principal, until: expiresAt ?? Number.MAX_SAFE_INTEGER, entry };
  }

  private async checkToken(token: string): Promise<Checked> {
    if (!this.tokens) throw refused();
    const { principal, until } = await this.tokens.verify(token);
    return { principal, until, entry: null };
  }
}

function tokenIn(header: string | undefined): string {
  const match =
    header !== undefined && header.length <= longestHeader ? /^Bearer +(\S+)$/i.exec(header) : null;
  if (!match) throw refused('Send the header "Authorization: Bearer <API key or JWT>".');
  return match[1]!;
}

function isSecretOf(credential: Credential, secret: string): boolean {
  const digest = createHash('sha256').update(secret).digest();
  return timingSafeEqual(digest, Buffer.from(credential.secretSha256, 'hex'));
}

function refused(message = 'The credential is not valid.'): DomainError {
  return new UnauthenticatedError(message);
}
