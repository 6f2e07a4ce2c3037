import { Module } from '@nestjs/common';
import { Database, JobQueue, JobsModule } from '#database';
import { TenancyModule, TenantsService } from '#tenancy';
import { type RagConfig, ragConfig } from '../rag.config.js';
import { EmbeddingModule } from '../embedding/embedding.module.js';
import { ChunkRepository } from './chunk.repository.js';
import { VectorDeletionQueue } from './pinecone/vector-deletion-queue.js';
import { PineconeStore } from './pinecone/pinecone.store.js';
import { PostgresStore } from './postgres.store.js';
import { Retriever } from './retriever.js';
import { VectorStore } from './vector-store.js';

/** Provides the `VectorStore` and the `Embedder` that the environment selects, and the `Retriever` on both. */
@Module({
  imports: [EmbeddingModule, JobsModule, TenancyModule],
  providers: [
    {
      provide: VectorStore,
      useFactory: createVectorStore,
      inject: [ragConfig.KEY, Database, JobQueue, TenantsService],
    },
    Retriever,
  ],
  exports: [EmbeddingModule, VectorStore, Retriever],
})
export class RetrievalModule {}

/** Pinecone's package is loaded only where it is used: it has more files than this service. */
async function createVectorStore(
  { vectorStore, pinecone }: RagConfig,
  database: Database,
  queue: JobQueue,
  tenants: TenantsService,
): Promise<VectorStore> {
  const chunks = new ChunkRepository(database);
  if (vectorStore === 'postgres' || pinecone === null) return new PostgresStore(database, chunks);
  const { PineconeIndex } = await import('./pinecone/pinecone-index.js');
  const index = new PineconeIndex(pinecone);
  const deletions = new VectorDeletionQueue(database, chunks, index, queue);
  tenants.onDelete((tenantId) => deletions.enqueueTenant(tenantId));
  return new PineconeStore(database, chunks, index, deletions);
}
