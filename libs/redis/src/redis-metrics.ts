import { performance } from 'node:perf_hooks';
import type { HistogramMetric, Metrics } from '#telemetry';

/** What the service asks of Redis. */
export type RedisOperation = 'publish' | 'ping' | 'read' | 'script';

/** Counts how long Redis takes. */
export class RedisMetrics {
  private readonly seconds: HistogramMetric;

  constructor(metrics: Metrics) {
    this.seconds = metrics.histogram({
      name: 'attune_redis_operation_seconds',
      help: 'Time until Redis answered or the operation failed, by operation and result. A read or script is one batch of keys',
      labels: ['operation', 'result'],
      buckets: [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5],
    });
  }

  async measure<T>(operation: RedisOperation, work: () => Promise<T>): Promise<T> {
    const startedAt = performance.now();
    let result = 'failed';
    try {
      const value = await work();
      result = isFailedBatch(value) ? 'failed' : 'ok';
      return value;
    } finally {
      this.seconds.observe((performance.now() - startedAt) / 1000, { operation, result });
    }
  }
}

/** A batch does not reject: its replies say what failed. */
function isFailedBatch(value: unknown): boolean {
  return Array.isArray(value) && value.length > 0 && value.every((reply) => reply instanceof Error);
}
