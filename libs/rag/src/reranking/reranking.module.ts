import { Module } from '@nestjs/common';
import { Egress, EgressModule } from '#egress';
import { type RagConfig, ragConfig } from '../rag.config.js';
import { HttpReranker } from './http.reranker.js';
import { LocalReranker } from './local.reranker.js';
import { PineconeReranker } from './pinecone.reranker.js';
import { Reranker } from './reranker.js';
import { RerankingService } from './reranking.service.js';

/** Provides `RerankingService` with the `Reranker` that `RERANKER` selects. */
@Module({
  imports: [EgressModule],
  providers: [
    { provide: Reranker, useFactory: createReranker, inject: [ragConfig.KEY, Egress] },
    RerankingService,
  ],
  exports: [RerankingService],
})
export class RerankingModule {}

export function createReranker(
  { reranker: { kind, url, apiKey, model } }: Pick<RagConfig, 'reranker'>,
  { fetchOperatorAddress }: Egress,
): Reranker {
  if (kind === 'http' && url !== null) return new HttpReranker({ url, apiKey, model }, fetchOperatorAddress);
  if (kind === 'pinecone' && apiKey !== null) return new PineconeReranker({ apiKey, model });
  return new LocalReranker();
}
