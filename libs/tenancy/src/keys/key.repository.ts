import { Injectable } from '@nestjs/common';
import { IsNull } from 'typeorm';
import { Database, sqlStateOf, advisoryLockSql } from '#database';
import { ConflictError } from '#kernel';
import { ApiKeyEntity } from './api-key.entity.js';

/** A key as lists show it, without its secret. */
export type KeyRecord = Pick<
  ApiKeyEntity,
  'id' | 'name' | 'role' | 'scopes' | 'expires_at' | 'created_by' | 'created_at' | 'last_used_at'
>;

/** What the key of a request is compared with. */
export type StoredCredential = Pick<
  ApiKeyEntity,
  'id' | 'tenant_id' | 'role' | 'scopes' | 'name' | 'secret_sha256' | 'expires_at' | 'version'
>;

/** The tenant whose keys are meant; null for the platform. */
export type KeyOwner = string | null;

export interface NewKey {
  readonly id: string;
  /** null for a key of the platform. */
  readonly tenantId: string | null;
  readonly name: string;
  readonly role: ApiKeyEntity['role'];
  readonly scopes: ApiKeyEntity['scopes'];
  readonly expiresAt: Date | null;
  readonly secretSha256: string;
  readonly createdBy: string;
}

const columns = 'id, name, role, scopes, expires_at, created_by, created_at, last_used_at';

/** API keys as rows; every method runs in the caller's transaction. */
@Injectable()
export class KeyRepository {
  constructor(private readonly database: Database) {}

  async insert(key: NewKey): Promise<KeyRecord> {
    const { id, name, role, scopes, expiresAt: expires_at } = key;
    const [tenant_id, secret_sha256, created_by] = [key.tenantId, key.secretSha256, key.createdBy];
    const row = { id, tenant_id, name, role, scopes, expires_at, secret_sha256, created_by };
    try {
      const { generatedMaps } = await this.database.manager.insert(ApiKeyEntity, row);
      const { created_at } = generatedMaps[0] as Pick<ApiKeyEntity, 'created_at'>;
      return { id, name, role, scopes, expires_at, created_by, created_at, last_used_at: null };
    } catch (error) {
      throw sqlStateOf(error) === '23505'
        ? new ConflictError('An API key with this id exists already.')
        : error;
    }
  }

  /** Newest first; `before` has the time and the id of the last key of the previous page. */
  list(owner: KeyOwner, limit: number, before: readonly string[] | null): Promise<KeyRecord[]> {
    const sql = `SELECT ${columns} FROM api_keys
      WHERE ${ownedBy(owner)} AND ($3::timestamptz IS NULL OR (date_trunc('milliseconds', created_at), id) < ($3::timestamptz, $4))
      ORDER BY date_trunc('milliseconds', created_at) DESC, id DESC LIMIT $2`;
    return this.database.query<KeyRecord>(sql, [
      owner ?? '',
      limit,
      before?.[0] ?? null,
      before?.[1] ?? null,
    ]);
  }

  /** Two requests at the same time may both be below the limit, so an owner can have a few keys more. */
  async isBelowLimit(owner: KeyOwner, maxKeys: number): Promise<boolean> {
    return (await this.database.manager.countBy(ApiKeyEntity, { tenant_id: owner ?? IsNull() })) < maxKeys;
  }

  async delete(owner: KeyOwner, id: string): Promise<boolean> {
    const { affected } = await this.database.manager.delete(ApiKeyEntity, {
      tenant_id: owner ?? IsNull(),
      id,
    });
    return affected === 1;
  }

  /**
   * The ids of the keys that are valid at `now` and can create others. Locks them, so that of two requests one sees what the other
   * revoked.
   */
  async lockValidAdminKeys(owner: KeyOwner, now: Date): Promise<string[]> {
    const sql = `SELECT id FROM api_keys
      WHERE ${ownedBy(owner)} AND role = $2 AND coalesce(expires_at > $3, true) AND coalesce('keys:write' = ANY (scopes), true)
      ORDER BY id FOR UPDATE`;
    const role = owner === null ? 'platform_admin' : 'tenant_admin';
    const rows = await this.database.query<{ id: string }>(sql, [owner ?? '', role, now]);
    return rows.map(({ id }) => id);
  }

  /** At most once a minute, because other replicas record it too. */
  async recordUse(id: string): Promise<void> {
    const sql = `UPDATE api_keys SET last_used_at = now()
      WHERE id = $1 AND coalesce(last_used_at < now() - interval '1 minute', true)`;
    await this.database.query(sql, [id]);
  }

  /** The keys that expire within 7 days and were used within the last day. */
  async countExpiring(): Promise<{ readonly platform: number; readonly tenant: number }> {
    const sql = `SELECT count(*) FILTER (WHERE tenant_id IS NULL)::integer AS platform,
        count(*) FILTER (WHERE tenant_id IS NOT NULL)::integer AS tenant
      FROM api_keys WHERE expires_at BETWEEN now() AND now() + interval '7 days' AND last_used_at > now() - interval '1 day'`;
    const [counts] = await this.database.query<{ platform: number; tenant: number }>(sql);
    return counts!;
  }

  /** The author of the open transaction, as the audit log names it. */
  async currentActor(): Promise<string> {
    const [row] = await this.database.query<{ actor: string }>('SELECT attune_actor() AS actor');
    return row!.actor;
  }

  /** True when the platform has at least one admin key. */
  hasPlatformKey(): Promise<boolean> {
    return this.database.manager.existsBy(ApiKeyEntity, { role: 'platform_admin' });
  }

  /** True when there was a platform key with this id and it was revoked. The audit log, which keeps everything, knows. */
  async wasPlatformKeyRevoked(id: string): Promise<boolean> {
    const sql = `SELECT FROM audit_log WHERE action = 'key.revoke' AND target = $1 AND tenant_id IS NULL LIMIT 1`;
    return (await this.database.query(sql, [id])).length > 0;
  }

  /** Until the transaction ends, no other one that calls this continues: replicas that start together make one key. */
  async lockPlatformKey(): Promise<void> {
    await this.database.query(advisoryLockSql.bootstrapKey);
  }

  /** The keys with these ids, of whichever tenant; a transaction without a tenant may ask too. */
  findCredentials(ids: readonly string[]): Promise<StoredCredential[]> {
    const sql = `SELECT k.id, f.tenant_id, f.role, f.scopes, f.name, encode(f.secret_sha256, 'hex') AS secret_sha256, f.expires_at,
        f.version::float8 AS version
      FROM unnest($1::text[]) AS k (id) CROSS JOIN LATERAL attune_find_api_key(k.id) f`;
    return this.database.query<StoredCredential>(sql, [ids]);
  }
}

/** A condition on the owner in $1. Its two forms use the index. */
function ownedBy(owner: KeyOwner): string {
  return owner === null ? "(tenant_id IS NULL AND $1 = '')" : 'tenant_id = $1';
}
