import { SpentRetrievalsEntity } from './chunk-search/spent-retrievals.entity.js';
import { QuestionLogEntity } from './question-log/question-log.entity.js';
import { ReplayEntity, ReplayItemEntity } from './replay/replay.entity.js';
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
  QuestionLogEntity,
  ReplayEntity,
  ReplayItemEntity,
];
