import { Injectable } from '@nestjs/common';
import { type CounterMetric, Metrics } from '#telemetry';

/** A tenant's costs and reservations of this month, in US dollars. */
export interface TenantSpending {
  readonly tenant_id: string;
  readonly spent_usd: number;
  readonly reserved_usd: number;
}

const metricDefinitions = {
  quotaRefusals: {
    name: 'metering_quota_refusals_total',
    help: 'Queries refused because the daily quota was used up',
    labels: ['tenant_id'],
  },
  rateRefusals: {
    name: 'metering_rate_refusals_total',
    help: 'Queries refused because those of the minute were used up',
    labels: ['tenant_id'],
  },
  budgetRefusals: {
    name: 'metering_budget_refusals_total',
    help: 'Queries refused because they could have exceeded the monthly budget',
    labels: ['tenant_id'],
  },
  unsettled: {
    name: 'metering_unsettled_total',
    help: 'Reservations that this replica expired because they were not settled in time',
  },
  late: {
    name: 'metering_late_settlements_total',
    help: 'Queries settled after their reservation had expired',
  },
  overruns: {
    name: 'metering_overruns_total',
    help: 'Queries that cost more than was reserved for them; check the prices in the model catalogue',
    labels: ['tenant_id'],
  },
  waiting: {
    name: 'metering_settlements_waiting',
    help: 'Settlements that this replica has not been able to write yet',
  },
  spent: {
    name: 'metering_spent_usd',
    help: 'Cost of this month for the 50 tenants that spent most, over all replicas; updated every minute',
    labels: ['tenant_id'],
  },
  reserved: {
    name: 'metering_reserved_usd',
    help: 'Reserved for running queries of the same 50 tenants',
    labels: ['tenant_id'],
  },
} as const;

/** Counts refusals and settlement problems, and exports the highest spenders. */
@Injectable()
export class MeteringMetrics {
  private readonly quotaRefusals: CounterMetric;
  private readonly rateRefusals: CounterMetric;
  private readonly budgetRefusals: CounterMetric;
  private readonly unsettled: CounterMetric;
  private readonly lateSettlements: CounterMetric;
  private readonly overruns: CounterMetric;
  private topSpenders: readonly TenantSpending[] = [];

  constructor(private readonly metrics: Metrics) {
    this.quotaRefusals = metrics.counter(metricDefinitions.quotaRefusals);
    this.rateRefusals = metrics.counter(metricDefinitions.rateRefusals);
    this.budgetRefusals = metrics.counter(metricDefinitions.budgetRefusals);
    this.unsettled = metrics.counter(metricDefinitions.unsettled);
    this.lateSettlements = metrics.counter(metricDefinitions.late);
    this.overruns = metrics.counter(metricDefinitions.overruns);
    metrics.observableGauge(metricDefinitions.spent, () => this.samplesOf(({ spent_usd: spent }) => spent));
    metrics.observableGauge(metricDefinitions.reserved, () =>
      this.samplesOf(({ reserved_usd: reserved }) => reserved),
    );
  }

  recordRefusal(tenantId: string, limit: 'quota' | 'rate' | 'budget'): void {
    const counters = { quota: this.quotaRefusals, rate: this.rateRefusals, budget: this.budgetRefusals };
    counters[limit].add({ tenant_id: tenantId });
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

  /** The highest spenders, few enough to give each a label. */
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
