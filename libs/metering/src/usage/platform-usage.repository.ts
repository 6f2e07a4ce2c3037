import { Injectable } from '@nestjs/common';
import { Database, allTenants } from '#database';
import type { Period } from './usage.request.js';

/** What a row of the report sums up. */
export const usageGroupings = ['tenant', 'plan', 'model', 'day'] as const;
export type UsageGrouping = (typeof usageGroupings)[number];

const sortSql = {
  group: 'g.key',
  queries: 'g.queries',
  prompt_tokens: 'g.prompt_tokens',
  completion_tokens: 'g.completion_tokens',
  cost_usd: 'g.cost_nano_usd',
} as const;
export type UsageSortColumn = keyof typeof sortSql;
export const usageSortColumns = Object.keys(sortSql) as UsageSortColumn[];

export interface PlatformUsageSelection {
  readonly period: Period;
  readonly groupBy: UsageGrouping;
  readonly sortBy: UsageSortColumn;
  readonly isDescending: boolean;
}

/** A row, with what it was sorted by as a text that does not lose precision. */
export interface PlatformUsageGroup {
  /** The id of the tenant, plan or model, or the day. */
  readonly key: string;
  /** The plan of a tenant; else null. */
  readonly plan: string | null;
  readonly queries: number;
  readonly prompt_tokens: number;
  readonly completion_tokens: number;
  readonly cost_usd: number;
  readonly sort_key: string;
}

/** $1 and $2 are the period. Answered queries are counted by model, admitted ones are not: a query that failed has no model. */
const usageSql = `SELECT tenant_id, day, model, queries AS answered, 0 AS admitted, prompt_tokens, completion_tokens, cost_nano_usd
    FROM usage_daily WHERE day BETWEEN $1 AND $2
  UNION ALL SELECT tenant_id, day, NULL, 0, queries, 0, 0, 0 FROM quota_counters WHERE day BETWEEN $1 AND $2`;

const sumsSql = `sum(answered) AS answered, sum(admitted) AS admitted, sum(prompt_tokens) AS prompt_tokens,
  sum(completion_tokens) AS completion_tokens, sum(cost_nano_usd) AS cost_nano_usd`;

const groupsSql: Readonly<Record<UsageGrouping, string>> = {
  tenant: groupSql('tenant_id', 'admitted', `(${usageSql}) u`),
  plan: groupSql(
    't.plan',
    'admitted',
    `(SELECT tenant_id, ${sumsSql} FROM (${usageSql}) e GROUP BY 1) u JOIN tenants t ON t.tenant_id = u.tenant_id`,
  ),
  model: groupSql('model', 'answered', `(${usageSql}) u WHERE model IS NOT NULL`),
  day: groupSql(`to_char(day, 'YYYY-MM-DD')`, 'admitted', `(${usageSql}) u`),
};

/** Sums up the usage of all tenants. A deleted tenant leaves no usage behind. */
@Injectable()
export class PlatformUsageRepository {
  constructor(private readonly database: Database) {}

  /** The rows after the sort key and the key of `after`, in one statement of its own transaction; without a limit all of them. */
  list(
    { period, groupBy, sortBy, isDescending }: PlatformUsageSelection,
    after: readonly [sortKey: string, key: string] | null,
    limit: number | null,
  ): Promise<PlatformUsageGroup[]> {
    const sort = sortSql[sortBy];
    const [comparison, direction] = isDescending ? ['<', 'DESC'] : ['>', 'ASC'];
    const position = `(${sort}, g.key) ${comparison} ($4::${sortBy === 'group' ? 'text' : 'numeric'}, $5)`;
    const sql = `SELECT g.key, ${groupBy === 'tenant' ? '(SELECT plan FROM tenants t WHERE t.tenant_id = g.key)' : 'NULL'} AS plan,
        g.queries::float8 AS queries, g.prompt_tokens::float8 AS prompt_tokens, g.completion_tokens::float8 AS completion_tokens,
        (g.cost_nano_usd / 1e9)::float8 AS cost_usd, ${sort}::text AS sort_key
      FROM (${groupsSql[groupBy]}) g ${after === null ? '' : `WHERE ${position}`}
      ORDER BY ${sort} ${direction}, g.key ${direction} LIMIT $3`;
    const values = [period.from, period.to, limit, ...(after ?? [])];
    return this.database.listAsPlatform(allTenants, () =>
      this.database.query<PlatformUsageGroup>(sql, values),
    );
  }
}

function groupSql(key: string, queries: 'answered' | 'admitted', from: string): string {
  return `SELECT ${key} AS key, sum(${queries}) AS queries, sum(prompt_tokens) AS prompt_tokens,
    sum(completion_tokens) AS completion_tokens, sum(cost_nano_usd) AS cost_nano_usd FROM ${from} GROUP BY 1`;
}
