import type { Database } from '#database';
import { Clock } from '#kernel';
import { Metrics } from '#telemetry';
import { LedgerClock, type UsageRecord, type UsageSnapshot } from '../src/ledger/ledger.js';
import { LedgerMetrics } from '../src/ledger/ledger-metrics.js';
import { LedgerRepository } from '../src/ledger/ledger.repository.js';
import { MeteringMetrics } from '../src/admission/metering-metrics.js';
import { MeteringService } from '../src/admission/metering.service.js';
import type { Reservation } from '../src/admission/reservation.js';
import { SettlementService } from '../src/admission/settlement.service.js';
import { type UsageLimits, TenantLimits } from '../src/ledger/tenant-limits.js';
import { MaintenanceTask } from '../src/maintenance/maintenance-task.js';
import { TenantActivityReader } from '../src/maintenance/tenant-activity-reader.js';
import { MaintenanceRepository } from '../src/maintenance/maintenance.repository.js';
import { UsageRepository } from '../src/usage/usage.repository.js';
import { UsageService } from '../src/usage/usage.service.js';

const maxDurationMs = 1_000;
/** After this time every reservation made before has expired. */
export const afterExpiryMs = maxDurationMs + 30_000;

/** The time of the ledger and of the replica, set by the test. */
export class FakeLedgerClock extends LedgerClock {
  constructor(public time: Date = new Date('2026-11-23T09:30:00Z')) {
    super();
  }

  override now(): Date {
    return this.time;
  }

  advance(ms: number): void {
    this.time = new Date(this.time.getTime() + ms);
  }

  get asClock(): Clock {
    return { now: () => this.time.getTime() };
  }
}

/** Fake of `config`: the same limits for every tenant, set by the test. */
export class FakeTenantLimits extends TenantLimits {
  constructor(
    public limits: UsageLimits = {
      maxQueriesPerDay: 1_000,
      maxQueriesPerMinute: 'unlimited',
      monthlyBudgetUsd: 50,
    },
  ) {
    super();
  }

  set(changes: Partial<UsageLimits>): void {
    this.limits = { ...this.limits, ...changes };
  }

  async getLimits(): Promise<UsageLimits> {
    return this.limits;
  }
}

/** The metering services of one replica. */
export interface MeteringReplica {
  readonly metering: MeteringService;
  readonly settlements: SettlementService;
  readonly maintenanceRepository: MaintenanceRepository;
  readonly maintenance: MaintenanceTask;
  readonly activity: TenantActivityReader;
  readonly usage: UsageService;
  readonly metrics: Metrics;
  /** Admits one query of user-42. */
  admit(tenantId: string, maxCostUsd: number): Promise<Reservation>;
  usageSnapshot(tenantId: string): Promise<UsageSnapshot>;
}

export function aMeteringReplica(
  database: Database,
  clock: FakeLedgerClock,
  limits: FakeTenantLimits,
): MeteringReplica {
  const metrics = new Metrics();
  const meteringMetrics = new MeteringMetrics(metrics);
  const ledger = new LedgerRepository(database, clock, new LedgerMetrics(metrics));
  const settlements = new SettlementService(ledger, meteringMetrics);
  const metering = new MeteringService(limits, ledger, settlements, meteringMetrics);
  const maintenanceRepository = new MaintenanceRepository(database, clock);
  return {
    metering,
    settlements,
    maintenanceRepository,
    maintenance: new MaintenanceTask(settlements, maintenanceRepository, meteringMetrics),
    activity: new TenantActivityReader(maintenanceRepository),
    usage: new UsageService(clock.asClock, limits, ledger, new UsageRepository(database)),
    metrics,
    admit: (tenantId, maxCostUsd) =>
      metering.admit({ tenantId, userId: 'user-42', configVersion: 7, maxCostUsd, maxDurationMs }),
    usageSnapshot: (tenantId) => ledger.readUsageSnapshot(tenantId),
  };
}

export function aUsageRecord(overrides: Partial<UsageRecord> = {}): UsageRecord {
  return {
    outcome: 'answered',
    model: 'gpt-4',
    promptTokens: 800,
    completionTokens: 100,
    costUsd: 0.03,
    latencyMs: 611,
    ...overrides,
  };
}
