import { Database, JobQueue } from '#database';
import { ChunkRepository, type RemovedVectors } from '../chunk.repository.js';
import type { PineconeIndex } from './pinecone-index.js';

const vectorsQueue = 'pinecone-vectors';
const namespaceQueue = 'pinecone-namespace';

interface VectorDeletionJob extends RemovedVectors {
  readonly tenantId: string;
}

/** Longer than any upload takes from sending its vectors to its commit. */
const orphanCheckDelaySeconds = 3600;

/**
 * Deletes vectors from Pinecone whose rows are gone. Each deletion is a job, which is retried while Pinecone is unreachable. Searches
 * never return such vectors, because only candidates with a row count.
 */
export class VectorDeletionQueue {
  constructor(
    private readonly database: Database,
    private readonly chunks: ChunkRepository,
    private readonly index: PineconeIndex,
    private readonly queue: JobQueue,
  ) {
    queue.registerHandler<VectorDeletionJob>(vectorsQueue, (vectors) => this.deleteUnlessReferenced(vectors));
    queue.registerHandler<{ tenantId: string }>(namespaceQueue, ({ tenantId }) =>
      index.deleteNamespace(tenantId),
    );
  }

  /** Call it in the transaction that removes the rows. */
  async enqueue(tenantId: string, vectors: RemovedVectors): Promise<void> {
    await this.queue.enqueue(vectorsQueue, { tenantId, ...vectors });
  }

  /** Call it before vectors are sent: a job deletes them later if their rows were never committed. */
  async enqueueOrphanCheck(tenantId: string, vectors: RemovedVectors): Promise<void> {
    const enqueue = () => this.queue.enqueue(vectorsQueue, { tenantId, ...vectors }, orphanCheckDelaySeconds);
    await this.database.withoutCommitHook(() => this.database.asTenant(tenantId, enqueue));
  }

  /** Call it in the transaction that deletes the tenant. */
  async enqueueTenant(tenantId: string): Promise<void> {
    await this.queue.enqueue(namespaceQueue, { tenantId });
  }

  private async deleteUnlessReferenced({ tenantId, externalKey, chunks }: VectorDeletionJob): Promise<void> {
    const isReferenced = await this.database.readAsTenant(tenantId, () =>
      this.chunks.existsWithExternalKey(externalKey),
    );
    if (isReferenced) return;
    await this.index.delete(
      tenantId,
      Array.from({ length: chunks }, (_, index) => vectorId(externalKey, index + 1)),
    );
  }
}

/** Id of a chunk's vector in Pinecone. */
export function vectorId(externalKey: string, position: number): string {
  return `${externalKey}#${position}`;
}
