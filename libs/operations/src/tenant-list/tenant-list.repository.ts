import { Injectable } from '@nestjs/common';
import type { TenantConfigurationEntity } from '#config';
import { Database } from '#database';
import type { TenantEntity } from '#tenancy';

interface SortKey {
  readonly table: 'tenants' | 'tenant_configurations';
  readonly sql: string;
  readonly type: 'text' | 'bigint' | 'boolean' | 'timestamptz';
}

const pendingRequestsSql = `coalesce(((SELECT jsonb_object_agg(tenant_id, requests) FROM (
  SELECT tenant_id, count(*) AS requests FROM change_requests WHERE state = 'pending' GROUP BY 1) p) ->> s.tenant_id)::bigint, 0)`;

/** What a list of tenants can be sorted by. */
export const sortColumns = {
  tenant_id: { table: 'tenants', sql: 's.tenant_id', type: 'text' },
  name: { table: 'tenants', sql: 'lower(s.name)', type: 'text' },
  plan: { table: 'tenants', sql: 's.plan', type: 'text' },
  status: { table: 'tenants', sql: 's.status', type: 'text' },
  approval_required: { table: 'tenants', sql: 's.approval_required', type: 'boolean' },
  created_at: { table: 'tenants', sql: 's.created_at', type: 'timestamptz' },
  version: { table: 'tenant_configurations', sql: 's.version', type: 'bigint' },
  last_change_at: { table: 'tenant_configurations', sql: 's.updated_at', type: 'timestamptz' },
  last_change_by: { table: 'tenant_configurations', sql: 's.updated_by', type: 'text' },
  override_allowed: { table: 'tenant_configurations', sql: 's.override_allowed', type: 'boolean' },
  pending_requests: { table: 'tenants', sql: pendingRequestsSql, type: 'bigint' },
} as const satisfies Record<string, SortKey>;

export type SortColumn = keyof typeof sortColumns;

/** A tenant must match all that is not null. */
export interface TenantListFilter {
  readonly plan: string | null;
  readonly status: string | null;
  /** A part of the id or the name, in any case. */
  readonly part: string | null;
  readonly label: Readonly<Record<string, string>> | null;
}

/** Which rows, in which order. */
export interface TenantListPage {
  readonly sortBy: SortColumn;
  readonly isDescending: boolean;
  /** The sort key and the id of the last row of the page before. */
  readonly after: readonly [key: string, tenantId: string] | null;
  readonly limit: number;
}

export interface ListedTenantRow
  extends
    Pick<
      TenantEntity,
      'tenant_id' | 'name' | 'plan' | 'status' | 'approval_required' | 'labels' | 'created_at'
    >,
    Pick<TenantConfigurationEntity, 'version' | 'override_allowed'> {
  readonly last_change_at: Date;
  readonly last_change_by: string;
  readonly pending_requests: number;
  /** What the row was sorted by, as a text that does not lose precision. */
  readonly sort_key: string;
}

/** Lists tenants with their configurations. Every method runs in the caller's transaction. */
@Injectable()
export class TenantListRepository {
  constructor(private readonly database: Database) {}

  /**
   * Finds the ids of the page first, in the table that has the sort key, and joins only these. The planner takes the policies of
   * row-level security for narrow ones, so it would join all tenants, one after the other.
   */
  list(filter: TenantListFilter, page: TenantListPage): Promise<ListedTenantRow[]> {
    const values: unknown[] = [];
    const direction = page.isDescending ? 'DESC' : 'ASC';
    const sql = `SELECT t.tenant_id, t.name, t.plan, t.status, t.approval_required, t.labels, t.created_at,
        c.version::float8 AS version, c.updated_at AS last_change_at, c.updated_by AS last_change_by, c.override_allowed,
        (SELECT count(*) FROM change_requests r WHERE r.tenant_id = page.tenant_id AND r.state = 'pending')::integer AS pending_requests,
        page.key_text AS sort_key
      FROM (${buildPageSql(filter, page, values)}) page
      JOIN tenants t ON t.tenant_id = page.tenant_id JOIN tenant_configurations c ON c.tenant_id = page.tenant_id
      ORDER BY page.key ${direction}, page.tenant_id ${direction}`;
    return this.database.query<ListedTenantRow>(sql, values);
  }

  async count(filter: TenantListFilter): Promise<number> {
    const values: unknown[] = [];
    const conditions = ['true', ...buildConditions(filter, 't', values)];
    const sql = `SELECT count(*)::integer AS total FROM tenants t WHERE ${conditions.join(' AND ')}`;
    const [row] = await this.database.query<{ total: number }>(sql, values);
    return row!.total;
  }
}

/** The ids and sort keys of the page. Adds its parameters to `values`. */
function buildPageSql(filter: TenantListFilter, page: TenantListPage, values: unknown[]): string {
  const sortKey: SortKey = sortColumns[page.sortBy];
  const { table, sql: key, type } = sortKey;
  const direction = page.isDescending ? 'DESC' : 'ASC';
  const filters =
    table === 'tenants' ? buildConditions(filter, 's', values) : buildConditionsOfIds(filter, values);
  const conditions = ['true', ...filters, ...buildPosition(page, sortKey, values)];
  return `SELECT s.tenant_id, ${key} AS key, ${keyText(key, type)} AS key_text FROM ${table} s
    WHERE ${conditions.join(' AND ')} ORDER BY ${key} ${direction}, s.tenant_id ${direction} LIMIT $${values.push(page.limit)}`;
}

function buildConditions(
  { plan, status, part, label }: TenantListFilter,
  alias: string,
  values: unknown[],
): string[] {
  return [
    ...(plan === null ? [] : [`${alias}.plan = $${values.push(plan)}`]),
    ...(status === null ? [] : [`${alias}.status = $${values.push(status)}`]),
    ...(label === null ? [] : [`${alias}.labels @> $${values.push(label)}::jsonb`]),
    ...(part === null ? [] : [partCondition(alias, `$${values.push(part)}`)]),
  ];
}

function partCondition(alias: string, parameter: string): string {
  const [part, id, name] = [`lower(${parameter})`, `${alias}.tenant_id`, `lower(${alias}.name)`];
  return `(strpos(${id}, ${part}) > 0 OR strpos(${name}, ${part}) > 0)`;
}

/** `IS TRUE` keeps this a look-up in a hash table, however few tenants the planner expects; it would make a join of a plain IN. */
function buildConditionsOfIds(filter: TenantListFilter, values: unknown[]): string[] {
  const conditions = buildConditions(filter, 't', values);
  if (conditions.length === 0) return [];
  return [`(s.tenant_id IN (SELECT t.tenant_id FROM tenants t WHERE ${conditions.join(' AND ')})) IS TRUE`];
}

function buildPosition(
  { isDescending, after }: TenantListPage,
  { sql: key, type }: SortKey,
  values: unknown[],
): string[] {
  if (after === null) return [];
  const [keyValue, tenantId] = after;
  const comparison = isDescending ? '<' : '>';
  return [
    `(${key}, s.tenant_id) ${comparison} (${keyParameter(type, `$${values.push(keyValue)}`)}, $${values.push(tenantId)})`,
  ];
}

/** Microseconds since the epoch: a `Date` has only milliseconds. */
function keyText(key: string, type: SortKey['type']): string {
  return type === 'timestamptz' ? `(extract(epoch FROM ${key}) * 1000000)::bigint::text` : `(${key})::text`;
}

function keyParameter(type: SortKey['type'], parameter: string): string {
  if (type === 'timestamptz') return `timestamptz 'epoch' + ${parameter}::bigint * interval '1 microsecond'`;
  return `${parameter}::${type}`;
}
