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
 * of retrieval stays and `degraded` says so. Chunks whose last score, the one that the answer shows, is below `retrieval_min_score` are
 * left out.
 */
@Injectable()
export class ContextRetriever {
  constructor(
    private readonly retriever: Retriever,
    private readonly reranking: RerankingService,
  ) {}

  /** @param source `database`: nothing that is in memory is used. */
  retrieve(
    { tenantId, settings }: RetrievalConfiguration,
    question: string,
    source?: 'database',
  ): Promise<RetrievalResult> {
    const { retrieval_top_k: topK, retrieval_alpha: alpha, rerank_enabled: isReranked } = settings;
    // A configuration that an older release kept has no retrieval_language.
    const { retrieval_language: language = 'auto' } = settings;
    return this.retriever.retrieve({
      tenantId,
      question,
      language,
      topK: isReranked ? rerankCandidateCount(topK) : topK,
      alpha,
      ...(source && { source }),
    });
  }

  /** The tenant's documents have this version, and not the one that was searched in memory. */
  correct({ tenantId }: RetrievalConfiguration, version: number): void {
    this.retriever.correct(tenantId, version);
  }

  /** Reranks the retrieved chunks within `timeoutMs`, if the configuration asks for it, and drops weak ones. Never rejects because of the reranker. */
  async rank(
    { chunks, degraded }: Pick<RetrievalResult, 'chunks' | 'degraded'>,
    { settings }: RetrievalConfiguration,
    { question, timeoutMs }: { readonly question: string; readonly timeoutMs: number },
  ): Promise<RankedChunks> {
    const ranked = settings.rerank_enabled
      ? await this.rerank(chunks, settings, { question, timeoutMs })
      : { chunks, degraded: [] };
    // A configuration that an older release kept has no retrieval_min_score; it then drops nothing.
    return {
      chunks: ranked.chunks.filter(({ score }) => !(score < settings.retrieval_min_score)),
      degraded: [...degraded, ...ranked.degraded],
    };
  }

  private async rerank(
    chunks: readonly RetrievedChunk[],
    { rerank_top_n: topN }: RetrievalConfiguration['settings'],
    input: { readonly question: string; readonly timeoutMs: number },
  ): Promise<RankedChunks> {
    const { chunks: ranked, failure } = await this.reranking.rerank({ ...input, chunks, topN });
    return { chunks: ranked, degraded: failure === null ? [] : [{ stage: 'rerank', reason: failure }] };
  }
}
