export {
  type ChunkSearchInput,
  type ChunkSearchResult,
  ChunkSearchService,
} from './chunk-search/chunk-search.service.js';
export { ConfiguredModelEnvironment } from './llm/configured-model-environment.js';
export { demoQuestion, type DemoTenant, demoTenants, readDemoText } from './demo/demo-tenants.js';
export { type AddedDocument, DocumentsService } from './documents/documents.service.js';
export { QueryResponse } from './query/query.response.js';
export {
  type AppliedVersion,
  type QueryAnswer,
  type QueryInput,
  QueryService,
} from './query/query.service.js';
export type { QueryEvent } from './query/query-pipeline.js';
export { MeteredEmbeddingService } from './metered-embedding/metered-embedding.service.js';
export { configurationHeaders, recordLogFields } from './query/query-reply.js';
export { HistoryTurn, QueryRequest, maxTurnLength, maxTurns } from './query/query.request.js';
export { type QueryVariant, callableModels } from './query/variant/query-variant.js';
export { RagModule } from './rag.module.js';
export { RerankingService, rerankCandidateCount } from './reranking/reranking.service.js';
export { type RetrievalResult, type RetrievedChunk, Retriever } from './retrieval/retriever.js';
export { ragEntities } from './rag.entities.js';
export { RagTrial } from './trial/rag-trial.js';
export { RagConfig, isModelKeyVariable, ragConfig, ragVariables } from './rag.config.js';
