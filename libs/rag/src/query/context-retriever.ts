import { Injectable } from '@nestjs/common';
import type { CompiledConfiguration } from '#config';
import { RerankingService, rerankCandidateCount } from '../reranking/reranking.service.js';
import { type RetrievalResult, type RetrievedChunk, Retriever } from '../retrieval/retriever.js';
import type { Degradation } from './degradation.js';

export interface RankedChunks {
  /** The chunks for the prompt, best first. */
  readonly chunks: readonly RetrievedChunk[];
  readonly degraded: readonly Degradation[];
}

type RetrievalConfiguration = Pick<CompiledConfiguration, 'tenantId' | 'settings'>;

/**
 * Finds the chunks for a prompt. Without reranking it takes the `retrieval_top_k` best of retrieval. With reranking it retrieves
 * `rerankCandidateCount` candidates and takes the `rerank_top_n` best of them (specification §4.0). If the reranker fails, the order
 * of retrieval stays and `degraded` says so.
 */
@Injectable()
export class ContextRetriever {
  constructor(
    private readonly retriever: Retriever,
    private readonly reranking: RerankingService,
  ) {}

  retrieve({ tenantId, settings }: RetrievalConfiguration, question: string): Promise<RetrievalResult> {
    const { retrieval_top_k: topK, retrieval_alpha: alpha, rerank_enabled: isReranked } = settings;
    return this.retriever.retrieve({
      tenantId,
      question,
      topK: isReranked ? rerankCandidateCount(topK) : topK,
      alpha,
    });
  }

  /** Reranks the retrieved chunks within `timeoutMs`, if the configuration asks for it. Never rejects because of the reranker. */
  async rank(
    { chunks, degraded }: RetrievalResult,
    { settings }: RetrievalConfiguration,
    { question, timeoutMs }: { readonly question: string; readonly timeoutMs: number },
  ): Promise<RankedChunks> {
    if (!settings.rerank_enabled) return { chunks, degraded };
    const input = { question, chunks, topN: settings.rerank_top_n, timeoutMs };
    const { chunks: ranked, failure } = await this.reranking.rerank(input);
    const failed: Degradation[] = failure === null ? [] : [{ stage: 'rerank', reason: failure }];
    return { chunks: ranked, degraded: [...degraded, ...failed] };
  }
}
