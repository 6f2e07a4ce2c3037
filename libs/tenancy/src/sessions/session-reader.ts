import { Injectable } from '@nestjs/common';
import { type CacheRegion, CoherentCache, type Versioned } from '#cache';
import { Database } from '#database';
import type { Role } from '#http';
import type { SessionEntity } from './session.entity.js';
import { SessionRepository } from './session.repository.js';

/** The stored half of a session, against which requests are checked. Times are in milliseconds since the epoch. */
export interface Session {
  readonly id: string;
  readonly actor: string;
  readonly name: string | null;
  readonly role: Role;
  readonly tenantId: string | null;
  /** null if no API key signed in. */
  readonly keyId: string | null;
  readonly secretSha256: string;
  /** The sign-in; where the identity provider says when it last asked the person to prove who they are, that. */
  readonly signedInAt: number;
  readonly expiresAt: number;
  /** When the entry was loaded; later uses do not change the entry. */
  readonly lastSeenAt: number;
}

const maxCachedSessions = 50_000;

/** Sessions by id, from the coherent cache. One that was ended is gone on every replica as soon as the change has reached it. */
@Injectable()
export class SessionReader {
  private readonly region: CacheRegion<Session>;

  constructor(
    cache: CoherentCache,
    private readonly database: Database,
    private readonly repository: SessionRepository,
  ) {
    this.region = cache.region('session', (ids) => this.load(ids), { maxEntries: maxCachedSessions });
  }

  /** The cached entry, synchronously. Null: there is no such session. Undefined: not cached. */
  peek(id: string): Versioned<Session> | null | undefined {
    return this.region.peek(id);
  }

  get(id: string): Promise<Versioned<Session> | null> {
    return this.region.get(id);
  }

  /** When the session was last used, as all replicas have recorded it; 0 if there is no such session. */
  async readLastSeen(id: string): Promise<number> {
    return (await this.load([id])).get(id)?.value.lastSeenAt ?? 0;
  }

  private async load(ids: readonly string[]): Promise<Map<string, Versioned<Session>>> {
    const rows = await this.database.readGlobal(() => this.repository.find(ids));
    return new Map(rows.map((row) => [row.id, { version: row.version, value: toSession(row) }]));
  }
}

function toSession(row: SessionEntity): Session {
  const { id, actor, name, role, tenant_id: tenantId, key_id: keyId, secret_sha256: secretSha256 } = row;
  const signedInAt = (row.authenticated_at ?? row.created_at).getTime();
  const [lastSeenAt, expiresAt] = [row.last_seen_at.getTime(), row.expires_at.getTime()];
  return { id, actor, name, role, tenantId, keyId, secretSha256, signedInAt, expiresAt, lastSeenAt };
}
