import { Injectable } from '@nestjs/common';
import { Database } from '#database';
import { Clock, DomainError, type ProblemSlug } from '#kernel';
import { type CounterMetric, Metrics } from '#telemetry';
import { HourlyCounter } from './hourly-counter.js';

const validationSlugs: ReadonlySet<ProblemSlug> = new Set(['invalid-input', 'rollback-invalid']);
/** Problems that the tenant did not cause. */
const outageSlugs: ReadonlySet<ProblemSlug> = new Set(['unavailable', 'internal']);
const maxReportedTenants = 50;

const metricDefinitions = {
  updates: {
    name: 'config_updates_total',
    help: 'Configuration versions that this replica made, by any kind of change',
    labels: ['tenant_id'],
  },
  invalidChanges: {
    name: 'config_validation_errors_total',
    help: 'Changes that were refused because they are not valid',
    labels: ['tenant_id'],
  },
  beyondLimit: {
    name: 'config_limit_refusals_total',
    help: 'Changes and playground runs that were refused because the hourly limit was reached',
    labels: ['tenant_id', 'limit'],
  },
  lastHour: {
    name: 'config_changes_last_hour',
    help: 'Versions made and changes refused by this replica within the last hour, for the 50 busiest tenants. Alert when the sum over all replicas is above 20',
    labels: ['tenant_id'],
  },
} as const;

/** What one tenant changed within the last hour, on one replica. */
export interface TenantChanges {
  readonly tenant_id: string;
  /** Versions of its configuration that were made. */
  readonly changes: number;
  /** Changes that were refused because they are not valid. */
  readonly validation_errors: number;
}

/** Counts changes per tenant: versions made and changes refused (specification §3.9 and §8). */
@Injectable()
export class ChangeMetrics {
  private readonly updates: CounterMetric;
  private readonly invalidChanges: CounterMetric;
  private readonly rateLimited: CounterMetric;
  private readonly changesLastHour: HourlyCounter;
  private readonly versionsLastHour: HourlyCounter;
  private readonly invalidLastHour: HourlyCounter;

  constructor(metrics: Metrics, database: Database, clock: Clock) {
    this.updates = metrics.counter(metricDefinitions.updates);
    this.invalidChanges = metrics.counter(metricDefinitions.invalidChanges);
    this.rateLimited = metrics.counter(metricDefinitions.beyondLimit);
    this.changesLastHour = new HourlyCounter(clock);
    this.versionsLastHour = new HourlyCounter(clock);
    this.invalidLastHour = new HourlyCounter(clock);
    metrics.observableGauge(metricDefinitions.lastHour, () =>
      this.changesLastHour.highest(maxReportedTenants, 2).map(([tenant_id, count]) => [{ tenant_id }, count]),
    );
    database.onCommit((changes) => {
      for (const { kind, key } of changes) if (kind === 'configuration') this.recordVersion(key);
    });
  }

  /** Counts a change or a test that the hourly limit refused. */
  recordRateLimited(tenantId: string, limit: 'changes' | 'tests'): void {
    this.rateLimited.add({ tenant_id: tenantId, limit });
  }

  /** Runs a change, and counts it when it throws a `DomainError`. An outage does not count: it is not the tenant's doing. */
  async countRefusals<T>(tenantId: string, change: () => Promise<T>): Promise<T> {
    try {
      return await change();
    } catch (error) {
      this.recordRefused(tenantId, error);
      throw error;
    }
  }

  /** The tenants with the most versions and refused changes on this replica within the last hour, at most so many. */
  busiest(maxTenants: number): TenantChanges[] {
    const tenants = this.changesLastHour.highest(maxTenants, 1).map(([tenantId]) => tenantId);
    const [versions, invalid] = [this.versionsLastHour.counts(), this.invalidLastHour.counts()];
    return tenants.map((tenant_id) => ({
      tenant_id,
      changes: versions.get(tenant_id) ?? 0,
      validation_errors: invalid.get(tenant_id) ?? 0,
    }));
  }

  private recordRefused(tenantId: string, error: unknown): void {
    if (!(error instanceof DomainError) || outageSlugs.has(error.slug)) return;
    this.changesLastHour.add(tenantId);
    if (!validationSlugs.has(error.slug)) return;
    this.invalidChanges.add({ tenant_id: tenantId });
    this.invalidLastHour.add(tenantId);
  }

  private recordVersion(tenantId: string): void {
    this.updates.add({ tenant_id: tenantId });
    this.changesLastHour.add(tenantId);
    this.versionsLastHour.add(tenantId);
  }
}
