import { Database, JobQueue } from '#database';
import { ChunkRepository, type RemovedVectors } from '../chunk.repository.js';
import type { PineconeIndex } from './pinecone-index.js';

const vectorsQueue = 'pinecone-vectors';
const namespaceQueue = 'pinecone-namespace';

interface VectorDeletionJob extends RemovedVectors {
  readonly tenantId: string;
}

/** Longer than any upload takes between its vectors and its commit. */
const orphanCheckDelaySeconds = 3600;

/**
 * Takes out of Pinecone what the database no longer knows. Each deletion is a job, which is done again for as long as Pinecone is
 * away; until then no search finds what it would delete, since rows alone decide what there is.
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

  /** In the open transaction that removes their rows. */
  async enqueue(tenantId: string, vectors: RemovedVectors): Promise<void> {
    await this.queue.enqueue(vectorsQueue, { tenantId, ...vectors });
  }

  /** Before vectors are sent whose rows may never be committed. */
  async enqueueOrphanCheck(tenantId: string, vectors: RemovedVectors): Promise<void> {
    const enqueue = () => this.queue.enqueue(vectorsQueue, { tenantId, ...vectors }, orphanCheckDelaySeconds);
    await this.database.withoutCommitHook(() => this.database.asTenant(tenantId, enqueue));
  }

  /** In the open transaction that deletes the tenant. */
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

/** Names a chunk's vector in Pinecone. */
export function vectorId(externalKey: string, position: number): string {
  return `${externalKey}#${position}`;
}
