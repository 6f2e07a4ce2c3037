import { Injectable } from '@nestjs/common';
import { Database } from '#database';
import type { LimitNotice, TenantUsage } from './limit-notices.js';

/** What tenants have used, for those that have a webhook for it. Each method uses a transaction of its own. */
@Injectable()
export class LimitNoticeRepository {
  constructor(private readonly database: Database) {}

  /** The tenants whose queries ended within the last milliseconds, and those that are named. */
  listUsage(withinMs: number, named: readonly string[]): Promise<TenantUsage[]> {
    const today = `(now() AT TIME ZONE 'UTC')::date`;
    const sql = `SELECT b.tenant_id, to_char(${today}, 'YYYY-MM-DD') AS day, to_char(b.month, 'YYYY-MM') AS month,
        coalesce(q.queries, 0) AS queries, (b.spent_nano_usd / 1e9)::float8 AS spent_usd
      FROM budget_months b LEFT JOIN quota_counters q ON q.tenant_id = b.tenant_id AND q.day = ${today}
      WHERE b.month = date_trunc('month', now() AT TIME ZONE 'UTC')::date
        AND (b.last_query_at >= now() - $1 * interval '1 millisecond' OR b.tenant_id = ANY ($2))
        AND EXISTS (
          SELECT FROM webhooks w WHERE (w.tenant_id = b.tenant_id OR w.tenant_id IS NULL)
            AND w.events && '{budget.threshold,quota.exhausted}' AND w.state <> 'disabled')`;
    return this.database.asWebhookWorker(() => this.database.query<TenantUsage>(sql, [withinMs, named]));
  }

  /** Writes the deliveries of notices, once for each key and webhook. */
  async write(notices: readonly LimitNotice[]): Promise<void> {
    const sql = `SELECT attune_write_webhook_deliveries($1::text[], $2::text[], $3::text[]::jsonb[], $4::text[])`;
    const values = [
      notices.map(({ event }) => event),
      notices.map(({ tenantId }) => tenantId),
      notices.map(({ data }) => JSON.stringify(data)),
      notices.map(({ key }) => key),
    ];
    await this.database.asWebhookWorker(() => this.database.query(sql, values));
  }
}
