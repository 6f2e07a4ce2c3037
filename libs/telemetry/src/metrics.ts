import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';
import { BoundedLabel } from './bounded-label.js';

/** What a metric is called and means. Label names are fixed; `tenant_id` is bounded in number wherever it is used. */
export interface MetricForm {
  /** As Prometheus names it: snake_case, with its unit, counters ending in `_total`. */
  readonly name: string;
  readonly help: string;
  readonly labels?: readonly string[];
}

export type Labels = Readonly<Record<string, string>>;

export interface Count {
  add(labels?: Labels, by?: number): void;
}

export interface Distribution {
  observe(value: number, labels?: Labels): void;
}

export interface Level {
  set(value: number, labels?: Labels): void;
}

const mostTenants = 200;

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
  private readonly tenants = new BoundedLabel(mostTenants);

  counter(form: MetricForm): Count {
    const metric = this.known<Counter>(form) ?? new Counter(this.declaration(form));
    return { add: (labels = {}, by = 1) => metric.inc(this.bounded(labels), by) };
  }

  /** @param buckets Upper bounds, ascending; seconds where the name says so. */
  histogram({ buckets, ...form }: MetricForm & { readonly buckets?: readonly number[] }): Distribution {
    const declaration = { ...this.declaration(form), ...(buckets && { buckets: [...buckets] }) };
    const metric = this.known<Histogram>(form) ?? new Histogram(declaration);
    return { observe: (value, labels = {}) => metric.observe(this.bounded(labels), value) };
  }

  gauge(form: MetricForm): Level {
    const metric = this.known<Gauge>(form) ?? new Gauge(this.declaration(form));
    return { set: (value, labels = {}) => metric.set(this.bounded(labels), value) };
  }

  /**
   * A gauge that is read when it is scraped. Its labels are as the reader gives them, which keeps them few; those that it leaves
   * out are gone.
   */
  watch(form: MetricForm, read: () => Iterable<readonly [Labels, number]>): void {
    const gauge = new Gauge({
      ...this.declaration(form),
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
  drained(form: MetricForm, drain: (add: Count['add']) => void): void {
    const counter: Counter = new Counter({
      ...this.declaration(form),
      collect: () => drain((labels = {}, by = 1) => counter.inc(this.bounded(labels), by)),
    });
  }

  /** A counter that is read when it is scraped. */
  counted(form: MetricForm, read: () => Iterable<readonly [Labels, number]>): void {
    const counter: Counter = new Counter({
      ...this.declaration(form),
      collect: () => {
        counter.reset();
        for (const [labels, value] of read()) counter.inc(labels, value);
      },
    });
  }

  /** Adds what Node tells of the process: memory, event loop, garbage collection. Once a process. */
  watchProcess(): void {
    collectDefaultMetrics({ register: this.registry });
  }

  readonly contentType = this.registry.contentType;

  /** All of it in Prometheus' text format. */
  text(): Promise<string> {
    return this.registry.metrics();
  }

  private known<Metric>({ name }: MetricForm): Metric | undefined {
    return this.registry.getSingleMetric(name) as Metric | undefined;
  }

  private declaration({ name, help, labels = [] }: MetricForm): {
    name: string;
    help: string;
    labelNames: string[];
    registers: Registry[];
  } {
    return { name, help, labelNames: [...labels], registers: [this.registry] };
  }

  private bounded(labels: Labels): Record<string, string> {
    const { tenant_id: tenantId } = labels as { tenant_id?: string };
    return tenantId === undefined ? labels : { ...labels, tenant_id: this.tenants.valueFor(tenantId) };
  }
}
