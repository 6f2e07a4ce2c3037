import { Injectable } from '@nestjs/common';
import { Database } from '#database';
import { BatchQueue, type busy } from './batch-queue.js';
import {
  type LedgerRequest,
  type LedgerResult,
  type WrittenBatch,
  toParameters,
  toResults,
} from './ledger-batch.js';
import {
  type Admission,
  type AdmissionInput,
  LedgerClock,
  type PendingSettlement,
  type SettlementResult,
  type UsageSnapshot,
} from './ledger.js';
import { LedgerMetrics } from './ledger-metrics.js';
import { LogIds } from './log-ids.js';

/** The release's own text under its own name: a pooler may let replicas of two releases use one session. */
const writeStatement = {
  name: 'attune_write_ledger 2',
  text: `SELECT attune_write_ledger(${Array.from({ length: 19 }, (_, index) => `$${index + 1}`).join(', ')}) AS written`,
};

/**
 * Quotas, budgets and the usage log in the database. Admissions and settlements of all tenants that wait at the same moment are
 * written by one statement. Any statement can be repeated: admissions have an id of this replica, settlements are done once.
 */
@Injectable()
export class LedgerRepository {
  private readonly logIds = new LogIds();
  private readonly queue = new BatchQueue<LedgerRequest, LedgerResult>((requests, mayWait) =>
    this.write(requests, mayWait),
  );

  constructor(
    private readonly database: Database,
    private readonly clock: LedgerClock,
    private readonly metrics: LedgerMetrics,
  ) {}

  /** Counts the query and reserves its cost, or refuses it and writes nothing. Null when there is no such tenant. */
  async admit(input: AdmissionInput): Promise<Admission | null> {
    return (await this.queue.run({ ...input, logId: this.logIds.create() })) as Admission | null;
  }

  /** Records what the query cost and frees the rest of its reservation. */
  async settle(pendingSettlement: PendingSettlement): Promise<SettlementResult> {
    return (await this.queue.run(pendingSettlement)) as SettlementResult;
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

  private async write(
    requests: readonly LedgerRequest[],
    mayWait: boolean,
  ): Promise<(LedgerResult | typeof busy)[]> {
    this.metrics.recordBatch(requests.length, mayWait);
    const values = toParameters(requests, mayWait, this.clock.now());
    const [row] = await this.database.runStandalone<{ written: WrittenBatch }>({ ...writeStatement, values });
    return toResults(requests, row!.written);
  }
}
