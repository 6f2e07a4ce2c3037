import { Injectable } from '@nestjs/common';
import type { FairQueue } from '#kernel';
import { type HistogramMetric, Metrics } from '#telemetry';
import { DocumentsService } from './documents/documents.service.js';
import { MeteredEmbeddingService } from './metered-embedding/metered-embedding.service.js';
import { QueryPipeline } from './query/query-pipeline.js';

const waitSeconds = {
  name: 'attune_queue_wait_seconds',
  help: 'How long work has waited for its turn: retrieval for queries, models for the calls of queries to models, documents for reading and splitting files, embedding and saving for uploads, embeddings for the route of that name',
  labels: ['queue'],
};
const size = {
  name: 'attune_queue_size',
  help: 'Work in the queues in which tenants take turns: what runs, and what waits for its turn',
  labels: ['queue', 'state'],
};

/** Exports how long the queues are, and how long work waits in them. */
@Injectable()
export class QueueMetrics {
  constructor(
    private readonly metrics: Metrics,
    queries: QueryPipeline,
    documents: DocumentsService,
    embeddings: MeteredEmbeddingService,
  ) {
    this.register({ ...queries.queues, ...documents.queues, embeddings: embeddings.queue });
  }

  private register(queues: Readonly<Record<string, FairQueue>>): void {
    const waits = this.metrics.histogram(waitSeconds);
    for (const [queue, each] of Object.entries(queues)) each.onTurn = observeIn(waits, queue);
    this.metrics.observableGauge(size, () =>
      Object.entries(queues).flatMap(([queue, each]) => [
        [{ queue, state: 'running' }, each.size.running] as const,
        [{ queue, state: 'waiting' }, each.size.waiting] as const,
      ]),
    );
  }
}

function observeIn(waits: HistogramMetric, queue: string): FairQueue['onTurn'] {
  return (waitedMs) => waits.observe(waitedMs / 1000, { queue });
}
