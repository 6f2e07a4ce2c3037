export { demoQuestion, type DemoTenant, demoTenants, readDemoText } from './demo/demo-tenants.js';
export { type AddedDocument, DocumentsService } from './documents/documents.service.js';
export type { QueryResponse } from './query/query.response.js';
export { QueryService } from './query/query.service.js';
export { RagModule } from './rag.module.js';
export { RerankingService, rerankCandidateCount } from './reranking/reranking.service.js';
export { type RetrievalResult, type RetrievedChunk, Retriever } from './retrieval/retriever.js';
export { ragEntities } from './retrieval/corpus.entity.js';
export { RagTrial } from './trial/rag-trial.js';
