import { Injectable } from '@nestjs/common';
import { Database } from '#database';
import type { TenantConfigurationEntity } from '#config';
import type { Selector } from '#settings';
import type { TenantEntity } from '#tenancy';

/** A tenant, and the version at which its configuration was read. */
export type TenantVersion = Pick<TenantConfigurationEntity, 'tenant_id' | 'version'>;

/** Tenants whose configurations are equal in all that decides what a change does to them. */
export interface ConfigurationGroup
  extends
    Pick<TenantConfigurationEntity, 'settings' | 'set_by' | 'override_allowed'>,
    Pick<TenantEntity, 'plan' | 'approval_required'> {
  /** In the order of their ids; at least one. */
  readonly tenants: readonly TenantVersion[];
}

type ConfigurationGroupRow = Omit<ConfigurationGroup, 'tenants'> & {
  readonly tenant_ids: readonly TenantVersion['tenant_id'][];
  readonly versions: readonly TenantVersion['version'][];
};

const selectedTenantsSql = `tenant_configurations c JOIN tenants t ON t.tenant_id = c.tenant_id
  WHERE ($1::text[] IS NULL OR t.plan = ANY($1)) AND ($2::text[] IS NULL OR t.tenant_id = ANY($2))
    AND ($3::text[] IS NULL OR t.tenant_id <> ALL($3))`;

/** Many configurations at once; every method runs in the caller's transaction. `where` is not looked at here. */
@Injectable()
export class TenantPopulationRepository {
  constructor(private readonly database: Database) {}

  /** Grouped by the database, so that ten thousand tenants with few different configurations are few rows. */
  async findGroups(selector: Selector): Promise<ConfigurationGroup[]> {
    const sql = `SELECT t.plan, c.settings, c.set_by, c.override_allowed, t.approval_required,
        array_agg(c.tenant_id ORDER BY c.tenant_id) AS tenant_ids,
        array_agg(c.version::float8 ORDER BY c.tenant_id) AS versions
      FROM ${selectedTenantsSql} GROUP BY 1, 2, 3, 4, 5 ORDER BY min(c.tenant_id)`;
    const rows = await this.database.query<ConfigurationGroupRow>(sql, selectorParameters(selector));
    return rows.map(toGroup);
  }

  findVersions(selector: Selector): Promise<TenantVersion[]> {
    const sql = `SELECT c.tenant_id, c.version::float8 AS version FROM ${selectedTenantsSql} ORDER BY 1`;
    return this.database.query<TenantVersion>(sql, selectorParameters(selector));
  }

  /** Those of the ids that no tenant has. */
  async findUnknownTenants(ids: readonly string[]): Promise<string[]> {
    const sql = `SELECT DISTINCT id FROM unnest($1::text[]) id
      WHERE NOT EXISTS (SELECT FROM tenants WHERE tenant_id = id) ORDER BY id`;
    const rows = await this.database.query<{ id: string }>(sql, [ids]);
    return rows.map(({ id }) => id);
  }
}

function selectorParameters({ plans, tenant_ids: ids, exclude }: Selector): unknown[] {
  return [plans ?? null, ids ?? null, exclude?.length ? exclude : null];
}

function toGroup({ tenant_ids: ids, versions, ...shared }: ConfigurationGroupRow): ConfigurationGroup {
  return { ...shared, tenants: ids.map((tenant_id, index) => ({ tenant_id, version: versions[index]! })) };
}
