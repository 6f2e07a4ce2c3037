import { Injectable } from '@nestjs/common';
import { Database, allTenants } from '#database';
import { LedgerClock } from '../ledger/ledger.js';
import type { BudgetMonthEntity } from '../ledger/ledger.entity.js';
import type { TenantSpending } from '../admission/metering-metrics.js';

/** Rows per statement, so that every transaction is short. */
const batchSize = 5_000;
const retentionDays = 90;

const nowSql = `coalesce($1::timestamptz, statement_timestamp())`;
const thisMonthSql = `date_trunc('month', ${nowSql} AT TIME ZONE 'UTC')::date`;

/** Maintenance of all tenants' rows; any replica may do it. Each method runs one statement in its own transaction. */
@Injectable()
export class MaintenanceRepository {
  constructor(
    private readonly database: Database,
    private readonly clock: LedgerClock,
  ) {}

  /** Marks expired reservations as unsettled; their money was free from the moment of expiry. Returns how many it marked. */
  expireReservations(): Promise<number> {
    return this.countAffected(`UPDATE usage_log SET outcome = 'unsettled' WHERE (tenant_id, id) IN (
      SELECT tenant_id, id FROM usage_log WHERE outcome IS NULL AND expires_at <= ${nowSql} LIMIT ${batchSize} FOR UPDATE SKIP LOCKED)
      RETURNING 1`);
  }

  /** Deletes log entries older than 90 days, one batch a call. Returns how many it deleted; 0 when none are left. */
  deleteOldUsage(): Promise<number> {
    return this.countAffected(`DELETE FROM usage_log WHERE (tenant_id, id) IN (
      SELECT tenant_id, id FROM usage_log WHERE admitted_at < ${nowSql} - interval '${retentionDays} days' AND outcome IS NOT NULL
      LIMIT ${batchSize} FOR UPDATE SKIP LOCKED)
      RETURNING 1`);
  }

  /** This month's highest spenders, the highest first. */
  listTopSpenders(limit: number): Promise<TenantSpending[]> {
    const sql = `SELECT b.tenant_id, (b.spent_nano_usd / 1e9)::float8 AS spent_usd, coalesce((
        SELECT sum(l.reserved_nano_usd) / 1e9 FROM usage_log l
        WHERE l.tenant_id = b.tenant_id AND l.outcome IS NULL AND l.expires_at > ${nowSql} AND l.day >= b.month), 0)::float8 AS reserved_usd
      FROM (SELECT * FROM budget_months WHERE month = ${thisMonthSql} ORDER BY spent_nano_usd DESC, tenant_id LIMIT $2) b
      ORDER BY b.spent_nano_usd DESC, b.tenant_id`;
    return this.read<TenantSpending>(sql, [limit]);
  }

  /** Tenants that asked a query within so many days; the most recent first. */
  async listActiveTenants(withinDays: number, limit: number): Promise<string[]> {
    const sql = `SELECT tenant_id FROM budget_months
      WHERE month >= date_trunc('month', (${nowSql} - $2 * interval '1 day') AT TIME ZONE 'UTC')::date
        AND last_query_at >= ${nowSql} - $2 * interval '1 day'
      GROUP BY tenant_id ORDER BY max(last_query_at) DESC, tenant_id LIMIT $3`;
    const rows = await this.read<Pick<BudgetMonthEntity, 'tenant_id'>>(sql, [withinDays, limit]);
    return rows.map(({ tenant_id }) => tenant_id);
  }

  private async countAffected(sql: string): Promise<number> {
    const work = () => this.database.query(sql, [this.clock.now()]);
    return (await this.database.asPlatform(allTenants, work)).length;
  }

  private read<Row>(sql: string, values: unknown[]): Promise<Row[]> {
    const work = () => this.database.query<Row>(sql, [this.clock.now(), ...values]);
    return this.database.readAsPlatform(allTenants, work);
  }
}
