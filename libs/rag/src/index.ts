export { demoQuestion, type DemoTenant, demoTenants, demoText } from './demo/demo.js';
export { type AddedDocument, DocumentsService } from './documents/documents.service.js';
export type { QueryResponse } from './query/query.response.js';
export { QueryService } from './query/query.service.js';
export { RagModule } from './rag.module.js';
export { Reranking, candidatesFor } from './reranking/reranking.js';
export { type Retrieval, type RetrievedChunk, Retriever } from './retrieval/retriever.js';
