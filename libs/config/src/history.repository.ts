import { Injectable } from '@nestjs/common';
import { Database } from '#database';
import type { SetBy } from './settings/layers.js';
import type { SomeSettings } from './settings/tenant-settings.js';

export interface StoredVersion {
  readonly version: number;
  readonly settings: SomeSettings;
  readonly set_by: SetBy;
  readonly override_allowed: boolean;
}

export interface StoredEntry extends StoredVersion {
  readonly action: string;
  readonly changed_by: string;
  readonly changed_by_role: string;
  readonly changed_at: Date;
  readonly reason: string | null;
  readonly bulk_id: string | null;
  readonly from_version: number | null;
  /** What stood before; null for the first entry. */
  readonly before: Omit<StoredVersion, 'version' | 'set_by'> | null;
}

const columns = `h.version::float8 AS version, h.action, h.changed_by, h.changed_by_role, h.changed_at, h.reason, h.bulk_id,
  h.from_version::float8 AS from_version, h.settings, h.set_by, h.override_allowed,
  CASE WHEN b.version IS NULL THEN NULL ELSE jsonb_build_object('settings', b.settings, 'override_allowed', b.override_allowed) END AS before`;
const source = `tenant_configuration_history h
  LEFT JOIN tenant_configuration_history b ON b.tenant_id = h.tenant_id AND b.version = h.version - 1`;

/** The history as rows; every method runs in the caller's transaction. */
@Injectable()
export class HistoryRepository {
  constructor(private readonly database: Database) {}

  /** Newest first, below the version `before` when given. */
  list(tenantId: string, limit: number, before: number | null): Promise<StoredEntry[]> {
    const sql = `SELECT ${columns} FROM ${source} WHERE h.tenant_id = $1 AND ($3::bigint IS NULL OR h.version < $3)
      ORDER BY h.version DESC LIMIT $2`;
    return this.database.query<StoredEntry>(sql, [tenantId, limit, before]);
  }

  async find(tenantId: string, version: number): Promise<StoredEntry | null> {
    const sql = `SELECT ${columns} FROM ${source} WHERE h.tenant_id = $1 AND h.version = $2`;
    const [row] = await this.database.query<StoredEntry>(sql, [tenantId, version]);
    return row ?? null;
  }
}
