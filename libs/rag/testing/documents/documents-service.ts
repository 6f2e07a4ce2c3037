import type { ConfigReader } from '#config';
import type { Database } from '#database';
import { DocumentPreparationService } from '../../src/documents/document-preparation.service.js';
import { DocumentsRepository } from '../../src/documents/documents.repository.js';
import { DocumentsService } from '../../src/documents/documents.service.js';
import { DocumentThreads } from '../../src/documents/threads/document-threads.js';
import type { Embedder } from '../../src/embedding/embedder.js';
import { ResumableEmbedding } from '../../src/embedding/resumable-embedding.js';
import type { VectorStore } from '../../src/retrieval/vector-store.js';

export interface DocumentsServiceParts {
  readonly database: Database;
  readonly store: VectorStore;
  readonly embedder: Embedder;
  /** The setting `max_documents` of every tenant. Default: 10,000. */
  readonly maxDocuments?: () => number;
}

/** A `DocumentsService` without the rest of the application. */
export function aDocumentsService({
  database,
  store,
  embedder,
  maxDocuments = () => 10_000,
}: DocumentsServiceParts): DocumentsService {
  const preparation = new DocumentPreparationService(
    new DocumentThreads(),
    new ResumableEmbedding(embedder),
    store,
  );
  const configurations = { current: () => ({ settings: { max_documents: maxDocuments() } }) };
  return new DocumentsService(
    database,
    new DocumentsRepository(database),
    store,
    preparation,
    configurations as unknown as ConfigReader,
  );
}
