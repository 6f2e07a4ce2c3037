import type { CacheRegion } from '#cache';
import { type CounterMetric, type HistogramMetric, Metrics } from '#telemetry';

const metricDefinitions = {
  requests: {
    name: 'config_cache_requests_total',
    help: 'Reads of configurations, cached or not',
    labels: ['tenant_id'],
  },
  hits: {
    name: 'config_cache_hits_total',
    help: 'Reads of configurations that were cached',
    labels: ['tenant_id'],
  },
  loads: {
    name: 'config_load_duration_seconds',
    help: 'Time of each query that loaded one or more configurations',
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5],
  },
} as const;

type ReadCounts = Pick<CacheRegion<unknown>, 'drainReads'>;

/** Metrics of reads (specification §8). The cache counts the reads; a scrape takes the counts from there. */
export class ReadMetrics {
  private readonly loadDuration: HistogramMetric;
  private readonly pendingHits = new Map<string, number>();

  constructor(metrics: Metrics, stored: ReadCounts) {
    this.loadDuration = metrics.histogram(metricDefinitions.loads);
    metrics.observableDeltaCounter(metricDefinitions.requests, (add) => this.reportRequests(stored, add));
    metrics.observableDeltaCounter(metricDefinitions.hits, (add) => this.reportHits(add));
  }

  async measureLoad<T>(load: () => Promise<T>): Promise<T> {
    const start = performance.now();
    try {
      return await load();
    } finally {
      this.loadDuration.observe((performance.now() - start) / 1000);
    }
  }

  /** Requests are scraped first. Their hits are kept for the other counter. */
  private reportRequests(stored: ReadCounts, add: CounterMetric['add']): void {
    stored.drainReads((key, hits, misses) => {
      add({ tenant_id: key === '' ? 'other' : key }, hits + misses);
      if (hits > 0) this.pendingHits.set(key, (this.pendingHits.get(key) ?? 0) + hits);
    });
  }

  private reportHits(add: CounterMetric['add']): void {
    for (const [key, hits] of this.pendingHits) add({ tenant_id: key === '' ? 'other' : key }, hits);
    this.pendingHits.clear();
  }
}
