import { Injectable } from '@nestjs/common';
import { Database, allTenants } from '#database';

export interface TenantCounts {
  readonly total: number;
  readonly active: number;
  readonly suspended: number;
}

export interface NewestChange {
  readonly tenant_id: string;
  readonly version: number;
  readonly at: Date;
}

/** Counts over all tenants. Each method uses a transaction of its own. */
@Injectable()
export class OverviewRepository {
  constructor(private readonly database: Database) {}

  async countTenants(): Promise<TenantCounts> {
    const sql = `SELECT count(*)::integer AS total, count(*) FILTER (WHERE status = 'active')::integer AS active,
      count(*) FILTER (WHERE status = 'suspended')::integer AS suspended FROM tenants`;
    const [row] = await this.read<TenantCounts>(sql);
    return row!;
  }

  /** The tenant whose configuration changed last; null if there is no tenant. */
  async findNewestChange(): Promise<NewestChange | null> {
    const sql = `SELECT tenant_id, version::float8 AS version, updated_at AS at FROM tenant_configurations
      ORDER BY updated_at DESC, tenant_id DESC LIMIT 1`;
    const [row] = await this.read<NewestChange>(sql);
    return row ?? null;
  }

  /** Those of the ids that are tenants. */
  async findExisting(tenantIds: readonly string[]): Promise<Set<string>> {
    const sql = 'SELECT tenant_id FROM tenants WHERE tenant_id = ANY ($1)';
    const rows = await this.read<{ tenant_id: string }>(sql, [tenantIds]);
    return new Set(rows.map(({ tenant_id: id }) => id));
  }

  private read<Row>(sql: string, values: unknown[] = []): Promise<Row[]> {
    return this.database.listAsPlatform(allTenants, () => this.database.query<Row>(sql, values));
  }
}
