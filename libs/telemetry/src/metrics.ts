import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';
import { BoundedLabel } from './bounded-label.js';

/** What a metric is called and means. Label names are fixed; `tenant_id` is bounded in number wherever it is used. */
export interface MetricOptions {
  /** As Prometheus names it: snake_case, with its unit, counters ending in `_total`. */
  readonly name: string;
  readonly help: string;
  readonly labels?: readonly string[];
}

export type Labels = Readonly<Record<string, string>>;

export interface CounterMetric {
  add(labels?: Labels, by?: number): void;
}

export interface HistogramMetric {
  observe(value: number, labels?: Labels): void;
}

export interface GaugeMetric {
  set(value: number, labels?: Labels): void;
}

const maxTenantLabels = 200;

/**
 * The process' metrics, in a registry of their own. A name that is asked for twice is the same metric, so that two services
 * may count into it. The first 200 tenants that are counted have a label of their own, all others share `other`.
 *
 * ```ts
 * const updates = metrics.counter({ name: 'config_updates_total', help: 'Versions made', labels: ['tenant_id'] });
 * updates.add({ tenant_id: 'acme-law' });
 * ```
 */
export class Metrics {
  private readonly registry = new Registry();
  private readonly tenantLabel = new BoundedLabel(maxTenantLabels);

  counter(options: MetricOptions): CounterMetric {
    const metric = this.findMetric<Counter>(options) ?? new Counter(this.toPromOptions(options));
    return { add: (labels = {}, by = 1) => metric.inc(this.withBoundedTenant(labels), by) };
  }

  /** @param buckets Upper bounds, ascending; seconds where the name says so. */
  histogram({
    buckets,
    ...options
  }: MetricOptions & { readonly buckets?: readonly number[] }): HistogramMetric {
    const promOptions = { ...this.toPromOptions(options), ...(buckets && { buckets: [...buckets] }) };
    const metric = this.findMetric<Histogram>(options) ?? new Histogram(promOptions);
    return { observe: (value, labels = {}) => metric.observe(this.withBoundedTenant(labels), value) };
  }

  gauge(options: MetricOptions): GaugeMetric {
    const metric = this.findMetric<Gauge>(options) ?? new Gauge(this.toPromOptions(options));
    return { set: (value, labels = {}) => metric.set(this.withBoundedTenant(labels), value) };
  }

  /**
   * A gauge that is read when it is scraped. Its labels are as the reader gives them, which keeps them few; those that it leaves
   * out are gone.
   */
  observableGauge(options: MetricOptions, read: () => Iterable<readonly [Labels, number]>): void {
    const gauge = new Gauge({
      ...this.toPromOptions(options),
      collect: () => {
        gauge.reset();
        for (const [labels, value] of read()) gauge.set(labels, value);
      },
    });
  }

  /**
   * A counter that is brought up to date when it is scraped, for what is counted where a metric would cost too much: `drain`
   * gives what came to each since it was last asked.
   */
  observableDeltaCounter(options: MetricOptions, collectDeltas: (add: CounterMetric['add']) => void): void {
    const counter: Counter = new Counter({
      ...this.toPromOptions(options),
      collect: () => collectDeltas((labels = {}, by = 1) => counter.inc(this.withBoundedTenant(labels), by)),
    });
  }

  /** A counter that is read when it is scraped. */
  observableCounter(options: MetricOptions, read: () => Iterable<readonly [Labels, number]>): void {
    const counter: Counter = new Counter({
      ...this.toPromOptions(options),
      collect: () => {
        counter.reset();
        for (const [labels, value] of read()) counter.inc(labels, value);
      },
    });
  }

  /** Adds what Node tells of the process: memory, event loop, garbage collection. Once a process. */
  collectProcessMetrics(): void {
    collectDefaultMetrics({ register: this.registry });
  }

  readonly contentType = this.registry.contentType;

  /** All of it in Prometheus' text format. */
  toPrometheusText(): Promise<string> {
    return this.registry.metrics();
  }

  private findMetric<Metric>({ name }: MetricOptions): Metric | undefined {
    return this.registry.getSingleMetric(name) as Metric | undefined;
  }

  private toPromOptions({ name, help, labels = [] }: MetricOptions): {
    name: string;
    help: string;
    labelNames: string[];
    registers: Registry[];
  } {
    return { name, help, labelNames: [...labels], registers: [this.registry] };
  }

  private withBoundedTenant(labels: Labels): Record<string, string> {
    const { tenant_id: tenantId } = labels as { tenant_id?: string };
    return tenantId === undefined ? labels : { ...labels, tenant_id: this.tenantLabel.valueFor(tenantId) };
  }
}
