export { RagModule } from './rag.module.js';
export { QueryService } from './query/query.service.js';
export type { QueryResponse } from './query/query.response.js';
