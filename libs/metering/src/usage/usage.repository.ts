import { Injectable } from '@nestjs/common';
import { Database } from '#database';
import type { Period } from './usage.request.js';
import type { UsageDay } from './usage.response.js';

const sumSql = (column: string) => `coalesce(sum(u.${column}), 0)::float8 AS ${column}`;

/** Reads the usage of each day. */
@Injectable()
export class UsageRepository {
  constructor(private readonly database: Database) {}

  /** One entry for each day of the period, in order of time, in a transaction of its own. */
  listDays(tenantId: string, { from, to }: Period): Promise<UsageDay[]> {
    const sql = `SELECT to_char(d.day, 'YYYY-MM-DD') AS date, coalesce(q.queries, 0) AS queries, ${sumSql('prompt_tokens')}, ${sumSql('completion_tokens')},
        coalesce(sum(u.cost_nano_usd) / 1e9, 0)::float8 AS cost_usd,
        coalesce(jsonb_object_agg(u.model, jsonb_build_object('queries', u.queries, 'prompt_tokens', u.prompt_tokens,
          'completion_tokens', u.completion_tokens, 'cost_usd', u.cost_nano_usd / 1e9)) FILTER (WHERE u.model IS NOT NULL), '{}') AS by_model
      FROM (SELECT day::date AS day FROM generate_series($2::date, $3::date, interval '1 day') AS s(day)) d
      LEFT JOIN quota_counters q ON q.tenant_id = $1 AND q.day = d.day
      LEFT JOIN usage_daily u ON u.tenant_id = $1 AND u.day = d.day
      GROUP BY d.day, q.queries ORDER BY d.day`;
    const work = () => this.database.query<UsageDay>(sql, [tenantId, from, to]);
    return this.database.listAsTenant(tenantId, work);
  }
}
