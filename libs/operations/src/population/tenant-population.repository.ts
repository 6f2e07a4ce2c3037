import { Injectable } from '@nestjs/common';
import { Database } from '#database';
import type { TenantConfigurationEntity } from '#config';
import { type Selector, acceptedValues } from '#settings';
import type { TenantEntity } from '#tenancy';

/** A tenant, and the version of its configuration when it was read. */
export type TenantVersion = Pick<TenantConfigurationEntity, 'tenant_id' | 'version'>;

/** Tenants whose plans, settings and locks are equal, so that a change does the same to each. */
export interface ConfigurationGroup
  extends
    Pick<TenantConfigurationEntity, 'settings' | 'set_by' | 'override_allowed'>,
    Pick<TenantEntity, 'plan' | 'approval_required'> {
  /** At least one, in the order of their ids. */
  readonly tenants: readonly TenantVersion[];
}

type ConfigurationGroupRow = Omit<ConfigurationGroup, 'tenants'> & {
  readonly tenant_ids: readonly TenantVersion['tenant_id'][];
  readonly versions: readonly TenantVersion['version'][];
};

const selectedTenantsSql = `tenant_configurations c JOIN tenants t ON t.tenant_id = c.tenant_id
  WHERE ($1::text[] IS NULL OR t.plan = ANY($1)) AND ($2::text[] IS NULL OR t.tenant_id = ANY($2))
    AND ($3::text[] IS NULL OR t.tenant_id <> ALL($3))
    AND NOT EXISTS (SELECT FROM jsonb_each($4::jsonb) l WHERE (l.value ? (t.labels ->> l.key)) IS NOT TRUE)`;

/** Reads many configurations at once. Every method runs in the caller's transaction, and ignores the conditions (`where`) of selectors. */
@Injectable()
export class TenantPopulationRepository {
  constructor(private readonly database: Database) {}

  /** The selected tenants. The database groups them, so ten thousand tenants with few different configurations are few rows. */
  async findGroups(selector: Selector): Promise<ConfigurationGroup[]> {
    const sql = `SELECT t.plan, c.settings, c.set_by, c.override_allowed, t.approval_required,
        array_agg(c.tenant_id ORDER BY c.tenant_id) AS tenant_ids,
        array_agg(c.version::float8 ORDER BY c.tenant_id) AS versions
      FROM ${selectedTenantsSql} GROUP BY 1, 2, 3, 4, 5 ORDER BY min(c.tenant_id)`;
    const rows = await this.database.query<ConfigurationGroupRow>(sql, selectorParameters(selector));
    return rows.map(toGroup);
  }

  /** The selected tenants with their versions, in the order of their ids. */
  findVersions(selector: Selector): Promise<TenantVersion[]> {
    const sql = `SELECT c.tenant_id, c.version::float8 AS version FROM ${selectedTenantsSql} ORDER BY 1`;
    return this.database.query<TenantVersion>(sql, selectorParameters(selector));
  }

  /** The ids in the list that no tenant has. */
  async findUnknownTenants(ids: readonly string[]): Promise<string[]> {
    const sql = `SELECT DISTINCT id FROM unnest($1::text[]) id
      WHERE NOT EXISTS (SELECT FROM tenants WHERE tenant_id = id) ORDER BY id`;
    const rows = await this.database.query<{ id: string }>(sql, [ids]);
    return rows.map(({ id }) => id);
  }
}

function selectorParameters({ plans, tenant_ids: ids, exclude, labels = {} }: Selector): unknown[] {
  const valuesByLabel = Object.entries(labels).map(([name, value]) => [name, acceptedValues(value)]);
  const labelParameter = JSON.stringify(Object.fromEntries(valuesByLabel));
  return [plans ?? null, ids ?? null, exclude?.length ? exclude : null, labelParameter];
}

function toGroup({ tenant_ids: ids, versions, ...shared }: ConfigurationGroupRow): ConfigurationGroup {
  return { ...shared, tenants: ids.map((tenant_id, index) => ({ tenant_id, version: versions[index]! })) };
}
