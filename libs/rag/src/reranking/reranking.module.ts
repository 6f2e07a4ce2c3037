import { Module } from '@nestjs/common';
import { Environment } from '#kernel';
import { HttpReranker } from './http.reranker.js';
import { LocalReranker } from './local.reranker.js';
import { PineconeReranker } from './pinecone.reranker.js';
import { Reranker } from './reranker.js';
import { RerankingService } from './reranking.service.js';

/** Provides `RerankingService` with the `Reranker` that the environment selects. */
@Module({
  providers: [{ provide: Reranker, useFactory: createReranker, inject: [Environment] }, RerankingService],
  exports: [RerankingService],
})
export class RerankingModule {}

export function createReranker({
  reranker: { kind, url, apiKey, model },
}: Pick<Environment, 'reranker'>): Reranker {
  if (kind === 'http' && url !== null) return new HttpReranker({ url, apiKey, model });
  if (kind === 'pinecone' && apiKey !== null) return new PineconeReranker({ apiKey, model });
  return new LocalReranker();
}
