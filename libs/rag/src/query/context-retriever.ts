import { Injectable } from '@nestjs/common';
import type { CompiledConfiguration } from '#config';
import { RerankingService, rerankCandidateCount } from '../reranking/reranking.service.js';
import { type RetrievalResult, type RetrievedChunk, Retriever } from '../retrieval/retriever.js';
import type { Degradation } from './degradation.js';

export interface RankedChunks {
  /** What shall reach the prompt, best first. */
  readonly chunks: readonly RetrievedChunk[];
  readonly degraded: readonly Degradation[];
}

type RetrievalConfiguration = Pick<CompiledConfiguration, 'tenantId' | 'settings'>;

/**
 * `retrieval_top_k` chunks reach the prompt without reranking; with it, `rerank_top_n` of at least four times as many (specification §4.0).
 * A reranker that fails leaves the retrieval order, and the answer says so.
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

  /** Within the time that is left. */
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
