import { Injectable } from '@nestjs/common';
import { Database } from '#database';
import { SessionEntity } from './session.entity.js';
import { maxIdleMs } from './session-lifetime.js';

/** A session to store. */
export type NewSession = Omit<SessionEntity, 'revoked_at' | 'version'>;

/** A session as lists show it. */
export type SessionRecord = Omit<
  SessionEntity,
  'secret_sha256' | 'end_session_hint' | 'revoked_at' | 'version' | 'key_id' | 'sid' | 'authenticated_at'
>;

/** Which sessions are meant: those that match everything that is given. */
export interface SessionFilter {
  readonly id?: string | undefined;
  /** null: of the roles of the platform. */
  readonly tenantId?: string | null | undefined;
  readonly actor?: string | undefined;
  readonly role?: string | undefined;
  readonly connection?: string | undefined;
  readonly sid?: string | undefined;
}

/** What the sign-out at the identity provider needs. */
export type ProviderSession = Pick<SessionEntity, 'connection' | 'sid' | 'end_session_hint'>;

const pruneBatchSize = 100;
const pruneAfter = '1 day';
const listedColumns =
  'id, tenant_id, actor, name, role, connection, address, agent, created_at, last_seen_at, expires_at';
const isNotIdle = `last_seen_at > $1::timestamptz - interval '1 millisecond'
  * CASE WHEN tenant_id IS NULL THEN ${maxIdleMs('platform_admin')} ELSE ${maxIdleMs('member')} END`;
const columnOf = {
  id: 'id',
  tenantId: 'tenant_id',
  actor: 'actor',
  role: 'role',
  connection: 'connection',
  sid: 'sid',
} as const satisfies Record<keyof SessionFilter, keyof SessionEntity>;

/** Sessions as rows; every method runs in the caller's transaction, which decides whose sessions it sees. */
@Injectable()
export class SessionRepository {
  constructor(private readonly database: Database) {}

  async insert(session: NewSession): Promise<void> {
    await this.database.manager.insert(SessionEntity, session);
  }

  /** The sessions with these ids that were not ended, of whichever tenant; a transaction without a tenant may ask, too. */
  find(ids: readonly string[]): Promise<SessionEntity[]> {
    const sql = `SELECT f.id, f.tenant_id, f.actor, f.name, f.role, f.key_id, f.connection, encode(f.secret_sha256, 'hex') AS secret_sha256,
        f.created_at, f.authenticated_at, f.last_seen_at, f.expires_at, f.version::float8 AS version
      FROM unnest($1::text[]) AS s (id) CROSS JOIN LATERAL attune_find_session(s.id) f`;
    return this.database.query<SessionEntity>(sql, [ids]);
  }

  findProviderSession(id: string): Promise<ProviderSession | null> {
    const select = { connection: true, sid: true, end_session_hint: true };
    return this.database.manager.findOne(SessionEntity, { select, where: { id } });
  }

  /** Newest first, without those that ended; `before` has the time and the id of the last session of the previous page. */
  list(
    filter: SessionFilter,
    { now, limit, before }: { now: Date; limit: number; before: readonly string[] | null },
  ): Promise<SessionRecord[]> {
    const values: unknown[] = [now];
    const conditions = ['revoked_at IS NULL', 'expires_at > $1', isNotIdle, ...conditionsOf(filter, values)];
    if (before !== null)
      conditions.push(
        `(date_trunc('milliseconds', created_at), id) < ($${values.push(before[0])}::timestamptz, $${values.push(before[1])})`,
      );
    const sql = `SELECT ${listedColumns} FROM sessions WHERE ${conditions.join(' AND ')}
      ORDER BY date_trunc('milliseconds', created_at) DESC, id DESC LIMIT $${values.push(limit)}`;
    return this.database.query<SessionRecord>(sql, values);
  }

  /** Ends the sessions, and returns how many there were. */
  async end(filter: SessionFilter, now: Date): Promise<number> {
    const values: unknown[] = [now];
    const conditions = ['revoked_at IS NULL', 'expires_at > $1', ...conditionsOf(filter, values)];
    const sql = `UPDATE sessions SET revoked_at = $1 WHERE ${conditions.join(' AND ')} RETURNING id`;
    return (await this.database.query(sql, values)).length;
  }

  /** Other replicas record it, too. */
  async recordUse(id: string, now: Date): Promise<void> {
    const sql = `UPDATE sessions SET last_seen_at = $2
      WHERE id = $1 AND last_seen_at < $2::timestamptz - interval '50 seconds' AND revoked_at IS NULL`;
    await this.database.query(sql, [id, now]);
  }

  /** Deletes some of the rows that nothing needs any more. Skips those that another transaction is deleting. */
  async prune(now: Date): Promise<void> {
    const sql = `DELETE FROM sessions WHERE id IN (
      SELECT id FROM sessions WHERE expires_at < $1::timestamptz - interval '${pruneAfter}' LIMIT ${pruneBatchSize} FOR UPDATE SKIP LOCKED)`;
    await this.database.query(sql, [now]);
  }
}

function conditionsOf(filter: SessionFilter, values: unknown[]): string[] {
  const names = Object.keys(columnOf) as (keyof SessionFilter)[];
  return names.flatMap((name) => {
    const value = filter[name];
    if (value === undefined) return [];
    return value === null ? [`${columnOf[name]} IS NULL`] : [`${columnOf[name]} = $${values.push(value)}`];
  });
}
