import { Injectable } from '@nestjs/common';
import type { CompiledConfiguration } from '#config';
import { Reranking, candidatesFor } from '../reranking/reranking.js';
import { type Retrieval, type RetrievedChunk, Retriever } from '../retrieval/retriever.js';
import type { Degradation } from './degradation.js';

export interface Ranked {
  /** What shall reach the prompt, best first. */
  readonly chunks: readonly RetrievedChunk[];
  readonly degraded: readonly Degradation[];
}

type Asking = Pick<CompiledConfiguration, 'tenantId' | 'settings'>;

/**
 * `retrieval_top_k` chunks reach the prompt without reranking; with it, `rerank_top_n` of at least four times as many (SPEC §4.0).
 * A reranker that fails leaves the retrieval order, and the answer says so.
 */
@Injectable()
export class PromptChunks {
  constructor(
    private readonly retriever: Retriever,
    private readonly reranking: Reranking,
  ) {}

  retrieve({ tenantId, settings }: Asking, question: string): Promise<Retrieval> {
    const { retrieval_top_k: shown, retrieval_alpha: alpha, rerank_enabled: isReranked } = settings;
    return this.retriever.retrieve({
      tenantId,
      question,
      topK: isReranked ? candidatesFor(shown) : shown,
      alpha,
    });
  }

  /** Within the time that is left. */
  async rank(
    { chunks, degraded }: Retrieval,
    { settings }: Asking,
    { question, limitMs }: { readonly question: string; readonly limitMs: number },
  ): Promise<Ranked> {
    if (!settings.rerank_enabled) return { chunks, degraded };
    const order = { question, chunks, topN: settings.rerank_top_n, limitMs };
    const { chunks: ranked, failure } = await this.reranking.rank(order);
    const failed: Degradation[] = failure === null ? [] : [{ stage: 'rerank', reason: failure }];
    return { chunks: ranked, degraded: [...degraded, ...failed] };
  }
}
