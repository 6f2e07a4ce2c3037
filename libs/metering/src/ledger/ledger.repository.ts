import { Injectable } from '@nestjs/common';
import { Database } from '#database';
import { KeyedMutex } from './keyed-mutex.js';
import {
  type Admission,
  type AdmissionInput,
  LedgerClock,
  type PendingSettlement,
  type SettlementResult,
  type UsageSnapshot,
} from './ledger.js';
import { toNanoUsd } from './nano-usd.js';

/** Quotas, budgets and the usage log in the database. Each method runs one statement in its own transaction. */
@Injectable()
export class LedgerRepository {
  /** Two mutexes, so that a query that ends does not wait for queries that begin. */
  private readonly admissions = new KeyedMutex();
  private readonly settlements = new KeyedMutex();

  constructor(
    private readonly database: Database,
    private readonly clock: LedgerClock,
  ) {}

  /** Counts the query and reserves its cost, or refuses it and writes nothing. Null when there is no such tenant. */
  async admit(input: AdmissionInput): Promise<Admission | null> {
    const sql = `SELECT a.*, (SELECT version FROM corpora)::float8 AS data_version
      FROM attune_admit_query($1, $2, $3, $4, $5, $6, $7) a`;
    const { maxQueriesPerDay, monthlyBudgetUsd: budget } = input;
    const values = [
      maxQueriesPerDay,
      budget === 'unlimited' ? null : toNanoUsd(budget),
      toNanoUsd(input.maxCostUsd),
      input.reservationTtlMs,
      input.userId,
      input.configVersion,
      this.clock.now(),
    ];
    const work = () => this.write<Admission>(input.tenantId, sql, values);
    return (await this.admissions.runExclusive(input.tenantId, work)) ?? null;
  }

  /** Records what the query cost and frees the rest of its reservation. */
  async settle({ tenantId, logId, usage }: PendingSettlement): Promise<SettlementResult> {
    const sql = 'SELECT attune_settle_query($1, $2, $3, $4, $5, $6, $7, $8) AS settlement';
    const values = [
      logId,
      usage.outcome,
      usage.model,
      usage.promptTokens,
      usage.completionTokens,
      toNanoUsd(usage.costUsd),
      Math.round(usage.latencyMs),
      this.clock.now(),
    ];
    const work = () => this.write<{ settlement: SettlementResult }>(tenantId, sql, values);
    return (await this.settlements.runExclusive(tenantId, work))!.settlement;
  }

  /** All figures of the same moment. */
  async readUsageSnapshot(tenantId: string): Promise<UsageSnapshot> {
    const sql = `SELECT
        coalesce((SELECT queries FROM quota_counters WHERE tenant_id = $1 AND day = t.day), 0) AS used,
        coalesce((SELECT spent_nano_usd / 1e9 FROM budget_months WHERE tenant_id = $1 AND month = t.month), 0)::float8 AS spent_usd,
        coalesce((SELECT sum(reserved_nano_usd) / 1e9 FROM usage_log
          WHERE tenant_id = $1 AND outcome IS NULL AND expires_at > t.moment AND day >= t.month), 0)::float8 AS reserved_usd,
        (t.day + 1)::timestamp AT TIME ZONE 'UTC' AS day_ends, (t.month + interval '1 month') AT TIME ZONE 'UTC' AS month_ends
      FROM (SELECT moment, (moment AT TIME ZONE 'UTC')::date AS day, date_trunc('month', moment AT TIME ZONE 'UTC')::date AS month
        FROM (SELECT coalesce($2::timestamptz, statement_timestamp()) AS moment) m) t`;
    const work = () => this.database.query<UsageSnapshot>(sql, [tenantId, this.clock.now()]);
    const [row] = await this.database.readAsTenant(tenantId, work);
    return row!;
  }

  private async write<Row>(tenantId: string, sql: string, values: unknown[]): Promise<Row | undefined> {
    const work = () => this.database.query<Row>(sql, values);
    const [row] = await this.database.withoutCommitHook(() => this.database.asTenant(tenantId, work));
    return row;
  }
}
