import { SpentRetrievalsEntity } from './chunk-search/spent-retrievals.entity.js';
import { DocumentReindexingEntity } from './documents/reindexing/document-reindexing.entity.js';
import { ChunkEntity, CorpusEntity, DocumentEntity, PostingEntity } from './retrieval/corpus.entity.js';

/** The tables of libs/rag, for the DataSource. */
export const ragEntities = [
  CorpusEntity,
  DocumentEntity,
  ChunkEntity,
  PostingEntity,
  DocumentReindexingEntity,
  SpentRetrievalsEntity,
];
