import { Injectable } from '@nestjs/common';
import { Database } from '#database';
import { Clock, DomainError, type ProblemSlug } from '#kernel';
import { type Count, Metrics } from '#telemetry';
import { HourCounts } from './hour-counts.js';

const invalid: ReadonlySet<ProblemSlug> = new Set(['invalid-input', 'rollback-invalid']);
/** Not the tenant's doing. */
const outages: ReadonlySet<ProblemSlug> = new Set(['unavailable', 'internal']);
const mostWatched = 50;

const forms = {
  updates: {
    name: 'config_updates_total',
    help: 'Configuration versions that this replica made, by whatever way',
    labels: ['tenant_id'],
  },
  invalidChanges: {
    name: 'config_validation_errors_total',
    help: 'Changes that were refused because what they ask for is not valid',
    labels: ['tenant_id'],
  },
  beyondLimit: {
    name: 'config_limit_refusals_total',
    help: 'Changes and tests that were refused because an hour had seen enough of them',
    labels: ['tenant_id', 'limit'],
  },
  lastHour: {
    name: 'config_changes_last_hour',
    help: 'Versions made and changes refused by this replica within the last hour, of the 50 busiest tenants. The sum over all replicas is worth an alert above 20',
    labels: ['tenant_id'],
  },
} as const;

/** Counts what becomes of changes, per tenant: versions made, by whatever way, and changes refused (SPEC §3.9 and §8). */
@Injectable()
export class ChangeMetrics {
  private readonly updates: Count;
  private readonly invalidChanges: Count;
  private readonly beyondLimit: Count;
  private readonly lastHour: HourCounts;

  constructor(metrics: Metrics, database: Database, clock: Clock) {
    this.updates = metrics.counter(forms.updates);
    this.invalidChanges = metrics.counter(forms.invalidChanges);
    this.beyondLimit = metrics.counter(forms.beyondLimit);
    this.lastHour = new HourCounts(clock);
    metrics.watch(forms.lastHour, () =>
      this.lastHour.highest(mostWatched, 2).map(([tenant_id, count]) => [{ tenant_id }, count]),
    );
    database.onCommit((changes) => {
      for (const { kind, key } of changes) if (kind === 'configuration') this.made(key);
    });
  }

  limited(tenantId: string, limit: 'changes' | 'tests'): void {
    this.beyondLimit.add({ tenant_id: tenantId, limit });
  }

  /** A change that came to nothing. */
  refused(tenantId: string, error: unknown): void {
    if (!(error instanceof DomainError) || outages.has(error.slug)) return;
    this.lastHour.add(tenantId);
    if (invalid.has(error.slug)) this.invalidChanges.add({ tenant_id: tenantId });
  }

  private made(tenantId: string): void {
    this.updates.add({ tenant_id: tenantId });
    this.lastHour.add(tenantId);
  }
}
