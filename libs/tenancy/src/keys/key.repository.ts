import { Injectable } from '@nestjs/common';
import { Database, sqlStateOf } from '#database';
import { ConflictError } from '#kernel';
import type { Role } from '../access/principal.js';

/** A key as lists show it; the secret is nowhere in it. */
export interface KeyRecord {
  readonly id: string;
  readonly name: string;
  readonly role: Role;
  readonly expires_at: Date | null;
  readonly created_at: Date;
  readonly last_used_at: Date | null;
}

export interface NewKey {
  readonly id: string;
  /** null: the platform's own. */
  readonly tenantId: string | null;
  readonly name: string;
  readonly role: Role;
  readonly expiresAt: Date | null;
  readonly secretSha256: string;
  readonly createdBy: string;
}

const columns = 'id, name, role, expires_at, created_at, last_used_at';

/** API keys as rows; every method runs in the caller's transaction. */
@Injectable()
export class KeyRepository {
  constructor(private readonly database: Database) {}

  async insert(key: NewKey): Promise<KeyRecord> {
    const sql = `INSERT INTO api_keys (id, tenant_id, name, role, expires_at, secret_sha256, created_by)
      VALUES ($1, $2, $3, $4, $5, decode($6, 'hex'), $7) RETURNING ${columns}`;
    const values = [key.id, key.tenantId, key.name, key.role, key.expiresAt, key.secretSha256, key.createdBy];
    try {
      const [row] = await this.database.query<KeyRecord>(sql, values);
      return row!;
    } catch (error) {
      throw sqlStateOf(error) === '23505'
        ? new ConflictError('An API key with this id exists already.')
        : error;
    }
  }

  /** Newest first; `before` holds time and id of the last one shown. */
  list(tenantId: string, limit: number, before: readonly string[] | null): Promise<KeyRecord[]> {
    const sql = `SELECT ${columns} FROM api_keys
      WHERE tenant_id = $1 AND ($3::timestamptz IS NULL OR (date_trunc('milliseconds', created_at), id) < ($3::timestamptz, $4))
      ORDER BY date_trunc('milliseconds', created_at) DESC, id DESC LIMIT $2`;
    return this.database.query<KeyRecord>(sql, [tenantId, limit, before?.[0] ?? null, before?.[1] ?? null]);
  }

  async delete(tenantId: string, id: string): Promise<boolean> {
    const sql = 'DELETE FROM api_keys WHERE tenant_id = $1 AND id = $2 RETURNING id';
    return (await this.database.query(sql, [tenantId, id])).length > 0;
  }

  /** To the minute: the other replicas may have noted it too. */
  async recordUse(id: string): Promise<void> {
    const sql = `UPDATE api_keys SET last_used_at = now()
      WHERE id = $1 AND coalesce(last_used_at < now() - interval '1 minute', true)`;
    await this.database.query(sql, [id]);
  }

  /** Whether the platform has a key already. */
  async hasPlatformKey(): Promise<boolean> {
    return (await this.database.query('SELECT FROM api_keys WHERE tenant_id IS NULL LIMIT 1')).length > 0;
  }
}
