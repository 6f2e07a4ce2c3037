import { Injectable } from '@nestjs/common';
import type { Versioned } from '#cache';
import { Clock, UnauthenticatedError } from '#kernel';
import type { Principal } from '#http';
import { LRUCache } from 'lru-cache';
import { type Credential, CredentialReader } from '../keys/credential-reader.js';
import { maxIdleMs, recordUseEveryMs } from '../sessions/session-lifetime.js';
import { type Session, SessionReader } from '../sessions/session-reader.js';
import { matchesHash, parseSessionToken } from '../sessions/session-token.js';
import { SessionUseRecorder } from '../sessions/session-use-recorder.js';
import type { Tenant } from '../tenants/tenant.entity.js';
import { TenantReader } from '../tenants/tenant-reader.js';
import type { Authenticated } from './authenticator.js';

/** A checked session. */
interface CachedSession extends Authenticated {
  readonly entry: Versioned<Session>;
  /** The entry of the API key that signed in. Another entry, or none, means that the key was changed or revoked. */
  readonly keyEntry: Versioned<Credential> | null;
  /** Milliseconds since the epoch; the session has ended then. */
  readonly until: number;
  /** As far as this replica knows. */
  lastSeenAt: number;
  /** When this replica last recorded the use. */
  useRecordedAt: number;
}

const maxCachedSessions = 20_000;

/**
 * Turns the token in a session's cookie into a principal. A session is checked once and then remembered until it expires, or the cache
 * drops the entry of the session, of the key that signed in, or of the tenant. A remembered session needs no hash and no waiting.
 */
@Injectable()
export class SessionAuthenticator {
  private readonly cachedByToken = new LRUCache<string, CachedSession>({ max: maxCachedSessions });

  constructor(
    private readonly sessions: SessionReader,
    private readonly credentials: CredentialReader,
    private readonly tenants: TenantReader,
    private readonly recorder: SessionUseRecorder,
    private readonly clock: Clock,
  ) {}

  /**
   * The principal and tenant of the session; a promise only when it is not remembered.
   *
   * @param isUse False when nobody did anything, as while a stream stays open or a page reads again by itself: that does not keep an idle session alive.
   * @throws UnauthenticatedError when the session has ended.
   * @throws UnavailableError when the database is needed and cannot be reached.
   */
  authenticate(token: string, isUse: boolean): Authenticated | Promise<Authenticated> {
    const cached = this.cachedByToken.get(token);
    const now = this.clock.now();
    if (cached === undefined || !this.isCurrent(cached, now)) return this.verify(token, isUse);
    if (isUse) this.recordUse(cached, now);
    return cached;
  }

  private isCurrent({ entry, keyEntry, until, lastSeenAt, tenant }: CachedSession, now: number): boolean {
    const { id, role, keyId } = entry.value;
    if (until <= now || now - lastSeenAt > maxIdleMs(role)) return false;
    if (this.sessions.peek(id) !== entry) return false;
    if (keyId !== null && this.credentials.peek(keyId) !== keyEntry) return false;
    return tenant === null || this.tenants.peek(tenant.tenant_id) === tenant;
  }

  private async verify(token: string, isUse: boolean): Promise<Authenticated> {
    const entry = await this.findEntry(token);
    const keyEntry = await this.findKey(entry.value);
    const until = Math.min(entry.value.expiresAt, keyEntry?.value.expiresAt ?? Number.MAX_SAFE_INTEGER);
    if (until <= this.clock.now()) throwEnded('expired_session');
    const lastSeenAt = await this.findLastSeen(token, entry.value);
    const tenant = await this.findTenant(entry.value);
    const principal = toPrincipal(entry.value, keyEntry, until);
    const session = { principal, tenant, entry, keyEntry, until, lastSeenAt, useRecordedAt: lastSeenAt };
    this.cachedByToken.set(token, session);
    if (isUse) this.recordUse(session, this.clock.now());
    return session;
  }

  private async findEntry(text: string): Promise<Versioned<Session>> {
    const token = parseSessionToken(text) ?? throwEnded('malformed_session');
    const entry = (await this.sessions.get(token.id)) ?? throwEnded('unknown_session');
    return matchesHash(token.secret, entry.value.secretSha256) ? entry : throwEnded('wrong_session_secret');
  }

  /** null if no API key signed in. */
  private async findKey({ keyId }: Session): Promise<Versioned<Credential> | null> {
    return keyId === null ? null : ((await this.credentials.get(keyId)) ?? throwEnded('revoked_key'));
  }

  /** Another replica may have seen the session since the entry was loaded here: it has recorded that. */
  private async findLastSeen(token: string, session: Session): Promise<number> {
    const known = Math.max(session.lastSeenAt, this.cachedByToken.peek(token)?.lastSeenAt ?? 0);
    const oldest = this.clock.now() - maxIdleMs(session.role);
    const lastSeenAt = known < oldest ? await this.sessions.readLastSeen(session.id) : known;
    return lastSeenAt < oldest ? throwEnded('idle_session') : lastSeenAt;
  }

  private async findTenant({ tenantId }: Session): Promise<Tenant | null> {
    return tenantId === null ? null : ((await this.tenants.find(tenantId)) ?? throwEnded('unknown_tenant'));
  }

  private recordUse(session: CachedSession, now: number): void {
    session.lastSeenAt = now;
    if (now - session.useRecordedAt < recordUseEveryMs) return;
    session.useRecordedAt = now;
    this.recorder.record(session.entry.value.id);
  }
}

/** The caller of a session may do what the key may do that signed in. */
function toPrincipal(session: Session, key: Versioned<Credential> | null, until: number): Principal {
  const { id, actor, name, role, tenantId, signedInAt } = session;
  return {
    actor,
    subject: actor.slice(actor.indexOf(':') + 1),
    role,
    tenantId,
    ...(key?.value.scopes ? { scopes: key.value.scopes } : {}),
    credential: { name, expiresAt: until },
    session: { id, signedInAt },
  };
}

/** For the sender all these are the same; the log has the reason. */
function throwEnded(reason: string): never {
  throw new UnauthenticatedError('The session has ended. Sign in again.', undefined, reason);
}
