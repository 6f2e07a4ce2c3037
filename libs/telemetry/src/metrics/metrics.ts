import { Counter, Gauge, type Metric as PromMetric, Registry, collectDefaultMetrics } from 'prom-client';
import { productVersion } from '../product-version.js';
import { activeTraceId } from '../tracing/active-span.js';
import { contentTypes, type ExpositionFormat, formatFamilies, formatFor } from './exposition.js';
import { Histogram, type HistogramSeries } from './histogram.js';
import type { Labels, MetricFamily, Sample } from './metric-family.js';

/** Name and meaning of a metric. The label `tenant_id` has at most 200 values and `other`. */
export interface MetricOptions {
  /** Prometheus style: snake_case, with the unit; counters end in `_total`. */
  readonly name: string;
  readonly help: string;
  readonly labels?: readonly string[];
}

/** A number that only grows, counted since the process started. */
export interface CounterMetric {
  add(labels?: Labels, by?: number): void;
}

/** Counts values by size, in the unit of the metric's name. Inside a trace that is kept, the trace's id is kept with the value. */
export interface HistogramMetric {
  observe(value: number, labels?: Labels): void;
  /** The series with these labels, for hot paths: to observe there costs no look-up. */
  series(labels: Labels): Pick<HistogramSeries, 'observe'>;
}

/** A scrape: its text, and the content type that names its format. */
export interface Scrape {
  readonly text: string;
  readonly contentType: string;
}

/** A number that rises and falls, in the unit of the metric's name. */
export interface GaugeMetric {
  set(value: number, labels?: Labels): void;
}

const maxTenantLabels = 200;
/** Seconds, from a look-up in memory to the longest query. */
const defaultBuckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

/**
 * The metrics of the process. Declaring the same name twice returns the same metric, so two services may count into it. The
 * first 200 tenants that are counted have a label value of their own; all others share `other`.
 *
 * ```ts
 * const updates = metrics.counter({ name: 'config_updates_total', help: 'Versions created', labels: ['tenant_id'] });
 * updates.add({ tenant_id: 'acme-law' });
 * ```
 */
export class Metrics {
  private readonly registry = new Registry();
  private readonly histograms = new Map<string, Histogram>();
  private readonly tenantLabel = new BoundedLabel(maxTenantLabels);

  /** A counter. @throws Error at `add`, when a label was not declared. */
  counter(options: MetricOptions): CounterMetric {
    const metric = this.findMetric<Counter>(options) ?? new Counter(this.toPromOptions(options));
    return { add: (labels = {}, by = 1) => metric.inc(this.withBoundedTenant(labels), by) };
  }

  /** A histogram. `buckets` are ascending upper bounds, in the unit of the name; by default seconds. @throws Error at `observe`, when the labels are not those declared. */
  histogram({
    buckets = defaultBuckets,
    labels: labelNames = [],
    ...options
  }: MetricOptions & { readonly buckets?: readonly number[] }): HistogramMetric {
    const metric =
      this.histograms.get(options.name) ?? new Histogram({ ...options, labels: labelNames, buckets });
    this.histograms.set(options.name, metric);
    const series = (labels: Labels): HistogramSeries => metric.series(this.withBoundedTenant(labels));
    return { series, observe: (value, labels = {}) => series(labels).observe(value, activeTraceId()) };
  }

  /** A gauge. @throws Error at `set`, when a label was not declared. */
  gauge(options: MetricOptions): GaugeMetric {
    const metric = this.findMetric<Gauge>(options) ?? new Gauge(this.toPromOptions(options));
    return { set: (value, labels = {}) => metric.set(this.withBoundedTenant(labels), value) };
  }

  /**
   * A gauge that is read at each scrape. Series that `read` does not return are removed. Tenants are not limited here, so `read`
   * must return few.
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
   * A counter that is updated at each scrape, for hot paths where a metric would cost too much. `collectDeltas` adds what was
   * counted since its last call.
   */
  observableDeltaCounter(options: MetricOptions, collectDeltas: (add: CounterMetric['add']) => void): void {
    const counter: Counter = new Counter({
      ...this.toPromOptions(options),
      collect: () => collectDeltas((labels = {}, by = 1) => counter.inc(this.withBoundedTenant(labels), by)),
    });
  }

  /** A counter that is read at each scrape: `read` returns the totals since the process started. */
  observableCounter(options: MetricOptions, read: () => Iterable<readonly [Labels, number]>): void {
    const counter: Counter = new Counter({
      ...this.toPromOptions(options),
      collect: () => {
        counter.reset();
        for (const [labels, value] of read()) counter.inc(labels, value);
      },
    });
  }

  /** The sum of all series of a counter or gauge; 0 if there is none. */
  async sumOf(name: string): Promise<number> {
    return (await this.samplesOf(name)).reduce((sum, { value }) => sum + value, 0);
  }

  /** An upper bound of this quantile of a histogram, by its buckets; null while it is empty, or above its highest bucket. */
  async quantileOf(name: string, quantile: number): Promise<number | null> {
    const buckets = (await this.samplesOf(name)).filter(({ labels }) => 'le' in labels);
    const total = buckets.find(({ labels }) => labels['le'] === '+Inf')?.value ?? 0;
    const bucket = buckets.find(({ value }) => total > 0 && value >= quantile * total);
    const bound = Number(bucket?.labels['le'] ?? Number.NaN);
    return Number.isFinite(bound) ? bound : null;
  }

  /** Adds the metrics of Node itself (memory, event loop, garbage collection) and the version of the product. Call it once. */
  collectProcessMetrics(): void {
    collectDefaultMetrics({ register: this.registry });
    const name = 'attune_build_info';
    const help = 'Always 1. The labels say which version of Attune and of Node.js this replica runs';
    const labels = { version: productVersion(), node: process.versions.node };
    this.gauge({ name, help, labels: Object.keys(labels) }).set(1, labels);
  }

  /** All metrics in the text format of Prometheus, or in OpenMetrics if the header `Accept` names it. */
  async scrape(accept?: string): Promise<Scrape> {
    const format = formatFor(accept);
    return { text: await this.toText(format), contentType: contentTypes[format] };
  }

  /** All metrics in the text format of Prometheus. */
  toPrometheusText(): Promise<string> {
    return this.toText('text');
  }

  private async toText(format: ExpositionFormat): Promise<string> {
    const metrics = this.registry.getMetricsAsArray() as unknown as PromMetric[];
    const plain = await Promise.all(metrics.map(readFamily));
    return formatFamilies([...plain, ...[...this.histograms.values()].map((one) => one.read())], format);
  }

  private async samplesOf(name: string): Promise<readonly Sample[]> {
    const metric = this.registry.getSingleMetric(name);
    if (metric !== undefined) return (await readFamily(metric)).samples;
    return this.histograms.get(name)?.read().samples ?? [];
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

async function readFamily(metric: PromMetric): Promise<MetricFamily> {
  // The types of prom-client leave out the name of a sample, which those of a histogram have.
  const { name, help, type, values } = await metric.get();
  const samples = (values as ((typeof values)[number] & { metricName?: string })[]).map(
    ({ metricName, labels, value }): Sample => ({
      name: metricName ?? null,
      labels: labels as Sample['labels'],
      value,
      exemplar: null,
    }),
  );
  return { name, help, type: String(type), samples };
}

/** Keeps the first `maxValues` values of a label and replaces the rest by `other`: every value costs Prometheus memory. */
class BoundedLabel {
  private readonly values = new Set<string>();

  constructor(private readonly maxValues: number) {}

  valueFor(value: string): string {
    if (this.values.has(value)) return value;
    if (this.values.size >= this.maxValues) return 'other';
    this.values.add(value);
    return value;
  }
}
