import type { Exemplar, Labels, MetricFamily, Sample } from './metric-family.js';

export interface HistogramOptions {
  readonly name: string;
  readonly help: string;
  readonly labels: readonly string[];
  /** Ascending upper bounds. */
  readonly buckets: readonly number[];
}

/** The series of one combination of labels. A hot path keeps it, and so saves the look-up of its labels. */
export class HistogramSeries {
  readonly counts: number[];
  readonly exemplars: (Exemplar | undefined)[] = [];
  sum = 0;

  constructor(
    readonly labels: Labels,
    private readonly buckets: readonly number[],
  ) {
    this.counts = Array.from({ length: buckets.length + 1 }, () => 0);
  }

  /** @param traceId The trace that this value comes from, if it is kept. */
  observe(value: number, traceId?: string): void {
    let bucket = 0;
    while (bucket < this.buckets.length && value > this.buckets[bucket]!) bucket += 1;
    this.counts[bucket]! += 1;
    this.sum += value;
    if (traceId !== undefined) this.exemplars[bucket] = { traceId, value, at: Date.now() / 1000 };
  }
}

/** Counts values by size. That of prom-client builds its key from the labels at each value, which a prepared response would feel. */
export class Histogram {
  readonly name: string;
  private readonly seriesByKey = new Map<string, HistogramSeries>();

  constructor(private readonly options: HistogramOptions) {
    this.name = options.name;
    if (options.labels.length === 0) this.series({});
  }

  /** @throws Error when a label was not declared, or is missing. */
  series(labels: Labels): HistogramSeries {
    const { labels: names, buckets } = this.options;
    const key = names.map((name) => labels[name]).join('\u0000');
    const existing = this.seriesByKey.get(key);
    if (existing !== undefined) return existing;
    const isDeclared =
      Object.keys(labels).length === names.length && names.every((name) => labels[name] !== undefined);
    if (!isDeclared) throw new Error(`The metric ${this.name} has the labels ${names.join(', ') || 'none'}.`);
    const series = new HistogramSeries(labels, buckets);
    this.seriesByKey.set(key, series);
    return series;
  }

  read(): MetricFamily {
    const { name, help } = this.options;
    const samples = [...this.seriesByKey.values()].flatMap((series) => this.samplesOf(series));
    return { name, help, type: 'histogram', samples };
  }

  private samplesOf({ labels, counts, exemplars, sum }: HistogramSeries): Sample[] {
    let total = 0;
    const bounds = [...this.options.buckets, '+Inf'];
    const buckets = counts.map((count, index): Sample => {
      total += count;
      const bucketLabels = { le: bounds[index]!, ...labels };
      return this.sample('bucket', bucketLabels, total, exemplars[index]);
    });
    return [...buckets, this.sample('sum', labels, sum), this.sample('count', labels, total)];
  }

  private sample(suffix: string, labels: Sample['labels'], value: number, exemplar?: Exemplar): Sample {
    return { name: `${this.name}_${suffix}`, labels, value, exemplar: exemplar ?? null };
  }
}
