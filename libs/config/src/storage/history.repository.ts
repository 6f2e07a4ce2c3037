import { Injectable } from '@nestjs/common';
import { Database } from '#database';
import type { TenantConfigurationEntity, TenantConfigurationHistoryEntity } from './configuration.entity.js';

export type StoredConfigurationVersion = Pick<
  TenantConfigurationEntity,
  'version' | 'settings' | 'set_by' | 'override_allowed'
>;

type HistoryColumns = Pick<
  TenantConfigurationHistoryEntity,
  'action' | 'changed_by' | 'changed_by_role' | 'changed_at' | 'reason' | 'bulk_id' | 'from_version'
>;

/** An entry of a tenant that exists, whose settings are therefore there. */
export interface StoredHistoryEntry extends StoredConfigurationVersion, HistoryColumns {
  /** The version before; null for the first entry. */
  readonly before: Omit<StoredConfigurationVersion, 'version' | 'set_by'> | null;
}

/** When the layers got their values. */
export interface LayerTimes {
  /** When the tenant's own settings got the values that they have. */
  readonly own: Readonly<Record<string, string>>;
  readonly plan_at: Date;
  readonly platform_at: Date;
  readonly platform_by: string;
}

const selectedColumns = `h.version::float8 AS version, h.action, h.changed_by, h.changed_by_role, h.changed_at, h.reason, h.bulk_id,
  h.from_version::float8 AS from_version, h.settings, h.set_by, h.override_allowed,
  CASE WHEN b.version IS NULL THEN NULL ELSE jsonb_build_object('settings', b.settings, 'override_allowed', b.override_allowed) END AS before`;
const historyWithPrevious = `tenant_configuration_history h
  LEFT JOIN tenant_configuration_history b ON b.tenant_id = h.tenant_id AND b.version = h.version - 1`;

/** The history as rows; every method runs in the caller's transaction. */
@Injectable()
export class HistoryRepository {
  constructor(private readonly database: Database) {}

  /** Newest first, below the version `before` when given. */
  list(tenantId: string, limit: number, before: number | null): Promise<StoredHistoryEntry[]> {
    const sql = `SELECT ${selectedColumns} FROM ${historyWithPrevious} WHERE h.tenant_id = $1 AND ($3::bigint IS NULL OR h.version < $3)
      ORDER BY h.version DESC LIMIT $2`;
    return this.database.query<StoredHistoryEntry>(sql, [tenantId, limit, before]);
  }

  async find(tenantId: string, version: number): Promise<StoredHistoryEntry | null> {
    const sql = `SELECT ${selectedColumns} FROM ${historyWithPrevious} WHERE h.tenant_id = $1 AND h.version = $2`;
    const [row] = await this.database.query<StoredHistoryEntry>(sql, [tenantId, version]);
    return row ?? null;
  }

  /** For a tenant of this plan with these own settings; null while the platform's defaults are missing. */
  async findLayerTimes(
    tenantId: string,
    { plan, settings }: { readonly plan: string; readonly settings: object },
  ): Promise<LayerTimes | null> {
    const [row] = await this.database.query<LayerTimes>(layerTimesSql, [
      tenantId,
      JSON.stringify(settings),
      plan,
    ]);
    return row ?? null;
  }
}

/** A setting got its value in the version after the last one that had another value. */
const layerTimesSql = `
SELECT plans.updated_at AS plan_at, platform_defaults.updated_at AS platform_at, platform_defaults.updated_by AS platform_by, (
  SELECT coalesce(jsonb_object_agg(own.name, changed.changed_at), '{}') FROM jsonb_each($2::jsonb) AS own (name, value)
  CROSS JOIN LATERAL (
    SELECT changed_at FROM tenant_configuration_history
    WHERE tenant_id = $1 AND version > coalesce((
      SELECT version FROM tenant_configuration_history AS other
      WHERE other.tenant_id = $1 AND other.settings -> own.name IS DISTINCT FROM own.value ORDER BY version DESC LIMIT 1), 0)
    ORDER BY version LIMIT 1
  ) AS changed
) AS own
FROM plans CROSS JOIN platform_defaults WHERE plans.id = $3`;
