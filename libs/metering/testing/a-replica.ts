import type { Database } from '#database';
import { Clock, Environment } from '#kernel';
import { Metrics } from '#telemetry';
import type { Bill } from '../src/ledger/bill.js';
import { LedgerClock } from '../src/ledger/ledger-clock.js';
import { LedgerRepository, type Standing } from '../src/ledger/ledger.repository.js';
import { MeteringMetrics } from '../src/metering-metrics.js';
import { Metering } from '../src/metering.service.js';
import type { Reservation } from '../src/reservation.js';
import { Settlements } from '../src/settlements.js';
import { type Limits, TenantLimits } from '../src/tenant-limits.js';
import { Housekeeping } from '../src/upkeep/housekeeping.js';
import { TenantActivity } from '../src/upkeep/tenant-activity.js';
import { UpkeepRepository } from '../src/upkeep/upkeep.repository.js';
import { UsageRepository } from '../src/usage/usage.repository.js';
import { Usage } from '../src/usage/usage.service.js';

const queryDeadlineMs = 1_000;
/** By then every reservation has expired that was made before. */
export const beyondExpiryMs = queryDeadlineMs + 30_000;

/** The ledger's time, and the replica's, as a test sets it. */
export class SetClock extends LedgerClock {
  constructor(public time: Date = new Date('2026-11-23T09:30:00Z')) {
    super();
  }

  override now(): Date {
    return this.time;
  }

  pass(ms: number): void {
    this.time = new Date(this.time.getTime() + ms);
  }

  get ofReplica(): Clock {
    return { now: () => this.time.getTime() };
  }
}

/** In the place of `config`: the same for every tenant, and as the test says. */
export class SetLimits extends TenantLimits {
  constructor(public limits: Limits = { maxQueriesPerDay: 1_000, monthlyBudgetUsd: 50 }) {
    super();
  }

  set(some: Partial<Limits>): void {
    this.limits = { ...this.limits, ...some };
  }

  async limitsOf(): Promise<Limits> {
    return this.limits;
  }
}

/** The ledger as one replica has it. */
export interface LedgerReplica {
  readonly metering: Metering;
  readonly settlements: Settlements;
  readonly upkeep: UpkeepRepository;
  readonly housekeeping: Housekeeping;
  readonly activity: TenantActivity;
  readonly usage: Usage;
  readonly metrics: Metrics;
  /** Asks for one query of whoever. */
  admit(tenantId: string, dearestCostUsd: number): Promise<Reservation>;
  standing(tenantId: string): Promise<Standing>;
}

export function aReplica(database: Database, clock: SetClock, limits: SetLimits): LedgerReplica {
  const metrics = new Metrics();
  const counts = new MeteringMetrics(metrics);
  const ledger = new LedgerRepository(database, clock);
  const settlements = new Settlements(ledger, counts);
  const environment = Environment.read({ QUERY_DEADLINE_MS: String(queryDeadlineMs) });
  const metering = new Metering(environment, limits, ledger, settlements, counts);
  const upkeep = new UpkeepRepository(database, clock);
  return {
    metering,
    settlements,
    upkeep,
    housekeeping: new Housekeeping(settlements, upkeep, counts),
    activity: new TenantActivity(upkeep),
    usage: new Usage(clock.ofReplica, limits, ledger, new UsageRepository(database)),
    metrics,
    admit: (tenantId, dearestCostUsd) =>
      metering.admit({ tenantId, userId: 'user-42', configVersion: 7, dearestCostUsd }),
    standing: (tenantId) => ledger.standing(tenantId),
  };
}

export function aBill(some: Partial<Bill> = {}): Bill {
  return {
    outcome: 'answered',
    model: 'gpt-4',
    promptTokens: 800,
    completionTokens: 100,
    costUsd: 0.03,
    latencyMs: 611,
    ...some,
  };
}
