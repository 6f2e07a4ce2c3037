import { Injectable } from '@nestjs/common';
import type { Versioned } from '#cache';
import { Database } from '#database';
import type { PartialSettings, SettingName } from '#settings';
import type { TenantConfigurationEntity } from './configuration.entity.js';

export type AuthorRole = 'tenant_admin' | 'platform_admin';
/** The kind of a change, as the history names it (specification §3.1). */
export const changeActions = [
  'update',
  'rollback',
  'bulk_update',
  'bulk_revert',
  'change_request',
  'rollout',
  'apply',
] as const;
export type ChangeAction = (typeof changeActions)[number];
/** What the history names besides: the database itself writes these entries. */
export const historyActions = ['create', ...changeActions, 'sql', 'delete'] as const;

/** A tenant's stored configuration, and who changed it last. */
export interface StoredConfiguration extends Omit<
  TenantConfigurationEntity,
  'created_at' | 'updated_at' | 'managed'
> {
  /** RFC 3339, UTC. */
  readonly created_at: string;
  readonly updated_at: string;
}

/** What the history entry says about a change. The author comes from the transaction. */
export interface AuditContext {
  readonly action: ChangeAction;
  readonly reason: string | null;
  /** The version that a rollback goes back to. */
  readonly fromVersion: number | null;
  /** The bulk operation that the change is part of. */
  readonly bulkId?: string;
  /** Who counts as having set the settings, where that is not the author's role. */
  readonly setBy?: 'code' | 'tenant_admin';
  /** With `code`: the settings that the file names. It owns them even when their values do not change. */
  readonly file?: { readonly names: readonly SettingName[] };
}

/** What a change may change of a stored configuration. */
export interface ConfigurationContent {
  readonly settings: PartialSettings;
  readonly override_allowed: boolean;
}

const rfc3339 = `'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'`;
const selectedColumns = `tenant_id, settings, set_by, override_allowed, version::float8 AS version, last_modified_by_role, updated_by,
  to_char(created_at AT TIME ZONE 'UTC', ${rfc3339}) AS created_at,
  to_char(updated_at AT TIME ZONE 'UTC', ${rfc3339}) AS updated_at`;

/** Configurations as rows; every method runs in the caller's transaction. The database sets versions and writes the history. */
@Injectable()
export class ConfigurationRepository {
  constructor(private readonly database: Database) {}

  /** null when there is no such tenant. */
  async find(tenantId: string): Promise<Versioned<StoredConfiguration> | null> {
    const sql = `SELECT ${selectedColumns} FROM tenant_configurations WHERE tenant_id = $1`;
    const [row] = await this.database.query<StoredConfiguration>(sql, [tenantId]);
    return row ? { version: row.version, value: row } : null;
  }

  /** The configurations of those tenants that exist, in any order. */
  async findMany(tenantIds: readonly string[]): Promise<Versioned<StoredConfiguration>[]> {
    const sql = `SELECT ${selectedColumns} FROM tenant_configurations WHERE tenant_id = ANY ($1)`;
    const rows = await this.database.query<StoredConfiguration>(sql, [tenantIds]);
    return rows.map((row) => ({ version: row.version, value: row }));
  }

  /** Locks the row until the caller's transaction ends; null when there is none. */
  async lock(tenantId: string): Promise<StoredConfiguration | null> {
    const sql = `SELECT ${selectedColumns} FROM tenant_configurations WHERE tenant_id = $1 FOR UPDATE`;
    const [row] = await this.database.query<StoredConfiguration>(sql, [tenantId]);
    return row ?? null;
  }

  /**
   * Writes the next version. Returns the new row, or null when the base is no longer the current version, or the tenant's policy now
   * requires an approval that the change does not have. The caller's cached policy may be outdated.
   */
  async update(
    { tenant_id: tenantId, version }: Pick<StoredConfiguration, 'tenant_id' | 'version'>,
    next: ConfigurationContent,
    bypassesApproval: boolean,
  ): Promise<StoredConfiguration | null> {
    const sql = `UPDATE tenant_configurations SET settings = $3::jsonb, override_allowed = $4
      WHERE tenant_id = $1 AND version = $2
        AND ($5 OR NOT EXISTS (SELECT FROM tenants WHERE tenant_id = $1 AND approval_required)) RETURNING ${selectedColumns}`;
    const values = [
      tenantId,
      version,
      JSON.stringify(next.settings),
      next.override_allowed,
      bypassesApproval,
    ];
    const [row] = await this.database.query<StoredConfiguration>(sql, values);
    return row ?? null;
  }

  /**
   * True when the tenant still has this plan, and its policy still allows the change. Call it after the configuration's row is locked: a
   * move to another plan takes the same lock, so the answer holds until the transaction ends.
   */
  async isUnchanged(tenantId: string, plan: string, bypassesApproval: boolean): Promise<boolean> {
    const sql = 'SELECT FROM tenants WHERE tenant_id = $1 AND plan = $2 AND ($3 OR NOT approval_required)';
    return (await this.database.query(sql, [tenantId, plan, bypassesApproval])).length > 0;
  }

  /** Sets what the history's trigger writes into its entries, for the rest of the transaction. */
  async setAuditContext({ action, reason, fromVersion, bulkId, setBy, file }: AuditContext): Promise<void> {
    const sql = `SELECT set_config('app.action', $1, true), set_config('app.reason', $2, true),
      set_config('app.from_version', $3, true), set_config('app.bulk_id', $4, true), set_config('app.set_by', $5, true),
      set_config('app.file_settings', $6, true)`;
    await this.database.query(sql, [
      action,
      reason ?? '',
      fromVersion === null ? '' : String(fromVersion),
      bulkId ?? '',
      setBy ?? '',
      file ? JSON.stringify(file.names) : '',
    ]);
  }
}
