import type { CachePart } from '#cache';
import { type Count, type Distribution, Metrics } from '#telemetry';

const forms = {
  requests: {
    name: 'config_cache_requests_total',
    help: 'Reads of configurations, whether they were held or not',
    labels: ['tenant_id'],
  },
  hits: {
    name: 'config_cache_hits_total',
    help: 'Reads of configurations that were held',
    labels: ['tenant_id'],
  },
  loads: {
    name: 'config_load_duration_seconds',
    help: 'Time of each query that loaded configurations, one or many',
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5],
  },
} as const;

type Counted = Pick<CachePart<unknown>, 'drainReads'>;

/** How configurations are read (SPEC §8). Reads are counted beside what is held, and taken from there when scraped. */
export class ReadMetrics {
  private readonly loads: Distribution;
  private readonly hitsNotTold = new Map<string, number>();

  constructor(metrics: Metrics, stored: Counted) {
    this.loads = metrics.histogram(forms.loads);
    metrics.drained(forms.requests, (add) => this.drain(stored, add));
    metrics.drained(forms.hits, (add) => this.tellHits(add));
  }

  async timed<T>(load: () => Promise<T>): Promise<T> {
    const start = performance.now();
    try {
      return await load();
    } finally {
      this.loads.observe((performance.now() - start) / 1000);
    }
  }

  /** Requests are scraped first, and what of them were hits is kept for the other counter. */
  private drain(stored: Counted, add: Count['add']): void {
    stored.drainReads((key, hits, misses) => {
      add({ tenant_id: key === '' ? 'other' : key }, hits + misses);
      if (hits > 0) this.hitsNotTold.set(key, (this.hitsNotTold.get(key) ?? 0) + hits);
    });
  }

  private tellHits(add: Count['add']): void {
    for (const [key, hits] of this.hitsNotTold) add({ tenant_id: key === '' ? 'other' : key }, hits);
    this.hitsNotTold.clear();
  }
}
