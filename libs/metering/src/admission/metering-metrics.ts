import { Injectable } from '@nestjs/common';
import { type CounterMetric, Metrics } from '#telemetry';

/** What a tenant spent and reserved this month, in US dollars. */
export interface TenantSpending {
  readonly tenant_id: string;
  readonly spent_usd: number;
  readonly reserved_usd: number;
}

const metricDefinitions = {
  quotaRefusals: {
    name: 'metering_quota_refusals_total',
    help: "Queries refused because the day's were used up",
    labels: ['tenant_id'],
  },
  budgetRefusals: {
    name: 'metering_budget_refusals_total',
    help: "Queries refused because the month's budget might not have paid for them",
    labels: ['tenant_id'],
  },
  unsettled: {
    name: 'metering_unsettled_total',
    help: 'Reservations that this replica gave up because nobody settled them in time',
  },
  late: {
    name: 'metering_late_settlements_total',
    help: 'Queries settled after their reservation had ended',
  },
  overruns: {
    name: 'metering_overruns_total',
    help: 'Queries that cost more than was reserved for them: somebody must look at the bound or the prices',
    labels: ['tenant_id'],
  },
  waiting: {
    name: 'metering_settlements_waiting',
    help: 'Settlements that this replica could not write yet',
  },
  spent: {
    name: 'metering_spent_usd',
    help: 'Spent this month by the 50 tenants that spent most, over all replicas and to the minute',
    labels: ['tenant_id'],
  },
  reserved: {
    name: 'metering_reserved_usd',
    help: 'Reserved for queries under way of the same tenants',
    labels: ['tenant_id'],
  },
} as const;

/** Counts what was refused and what went wrong, and shows who spends most. */
@Injectable()
export class MeteringMetrics {
  private readonly quotaRefusals: CounterMetric;
  private readonly budgetRefusals: CounterMetric;
  private readonly unsettled: CounterMetric;
  private readonly lateSettlements: CounterMetric;
  private readonly overruns: CounterMetric;
  private topSpenders: readonly TenantSpending[] = [];

  constructor(private readonly metrics: Metrics) {
    this.quotaRefusals = metrics.counter(metricDefinitions.quotaRefusals);
    this.budgetRefusals = metrics.counter(metricDefinitions.budgetRefusals);
    this.unsettled = metrics.counter(metricDefinitions.unsettled);
    this.lateSettlements = metrics.counter(metricDefinitions.late);
    this.overruns = metrics.counter(metricDefinitions.overruns);
    metrics.observableGauge(metricDefinitions.spent, () => this.samplesOf(({ spent_usd: spent }) => spent));
    metrics.observableGauge(metricDefinitions.reserved, () =>
      this.samplesOf(({ reserved_usd: reserved }) => reserved),
    );
  }

  recordRefusal(tenantId: string, limit: 'quota' | 'budget'): void {
    (limit === 'quota' ? this.quotaRefusals : this.budgetRefusals).add({ tenant_id: tenantId });
  }

  recordUnsettled(count: number): void {
    this.unsettled.add({}, count);
  }

  recordLateSettlement(): void {
    this.lateSettlements.add();
  }

  recordOverrun(tenantId: string): void {
    this.overruns.add({ tenant_id: tenantId });
  }

  /** The highest spenders, few enough for a label each. */
  setTopSpenders(spenders: readonly TenantSpending[]): void {
    this.topSpenders = spenders;
  }

  watchPendingSettlements(read: () => number): void {
    this.metrics.observableGauge(metricDefinitions.waiting, () => [[{}, read()]]);
  }

  private samplesOf(value: (spender: TenantSpending) => number): [{ tenant_id: string }, number][] {
    return this.topSpenders.map((figures) => [{ tenant_id: figures.tenant_id }, value(figures)]);
  }
}
