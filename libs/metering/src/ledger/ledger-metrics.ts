import { Injectable } from '@nestjs/common';
import { type HistogramMetric, Metrics } from '#telemetry';

const batchSize = {
  name: 'metering_batch_size',
  help: 'Admissions and settlements that were written by one statement; "locked" had to wait for a lock of their tenant',
  labels: ['lane'],
  buckets: [1, 2, 4, 8, 16, 32, 64],
} as const;

/** Shows how many admissions and settlements share a statement. */
@Injectable()
export class LedgerMetrics {
  private readonly batchSize: HistogramMetric;

  constructor(metrics: Metrics) {
    this.batchSize = metrics.histogram(batchSize);
  }

  recordBatch(size: number, hasWaited: boolean): void {
    this.batchSize.observe(size, { lane: hasWaited ? 'locked' : 'common' });
  }
}
