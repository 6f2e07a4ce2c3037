import { Module } from '@nestjs/common';
import { CacheModule, CoherentCache } from '#cache';
import { Database, JobQueue, JobsModule } from '#database';
import { Metrics } from '#telemetry';
import { TenancyModule, TenantsService } from '#tenancy';
import { type RagConfig, ragConfig } from '../rag.config.js';
import { Embedder } from '../embedding/embedder.js';
import { EmbeddingModule } from '../embedding/embedding.module.js';
import { ChunkRepository } from './chunk.repository.js';
import { registerCorpusMetrics } from './memory/corpus-metrics.js';
import { CorpusCache } from './memory/corpus-cache.js';
import { CorpusLoader } from './memory/corpus-loader.js';
import { CorpusVersions } from './memory/corpus-versions.js';
import { CorpusRepository } from './memory/corpus.repository.js';
import { VectorDeletionQueue } from './pinecone/vector-deletion-queue.js';
import { PineconeStore } from './pinecone/pinecone.store.js';
import { PostgresStore } from './postgres.store.js';
import { Retriever } from './retriever.js';
import { VectorStore } from './vector-store.js';

/** Provides the `VectorStore` and the `Embedder` that the environment selects, and the `Retriever` on both. */
@Module({
  imports: [CacheModule, EmbeddingModule, JobsModule, TenancyModule],
  providers: [
    {
      provide: VectorStore,
      useFactory: createVectorStore,
      inject: [ragConfig.KEY, Database, JobQueue, TenantsService],
    },
    {
      provide: CorpusCache,
      useFactory: createCorpusCache,
      inject: [ragConfig.KEY, Database, CoherentCache, VectorStore, Embedder, Metrics],
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

/** null: nothing is kept in memory. With Pinecone, the database and Pinecone answer every search. */
function createCorpusCache(
  { vectorStore, corpusMemoryBytes: maxBytes }: RagConfig,
  database: Database,
  cache: CoherentCache,
  ...[store, embedder, metrics]: [VectorStore, Embedder, Metrics]
): CorpusCache | null {
  if (vectorStore !== 'postgres' || maxBytes === 0) return null;
  const repository = new CorpusRepository(database);
  const loader = new CorpusLoader(database, repository);
  const versions = new CorpusVersions(cache, database, repository);
  const corpora = new CorpusCache(loader, versions, {
    maxBytes,
    embedder: store.embedderLabel(embedder.id),
  });
  // A restored database may use a version again for other documents.
  database.availability.onChange(() => corpora.clear());
  registerCorpusMetrics(metrics, corpora);
  return corpora;
}
