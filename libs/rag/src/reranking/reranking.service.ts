import { Injectable, Logger } from '@nestjs/common';
import type { RetrievedChunk } from '../retrieval/retriever.js';
import { Reranker } from './reranker.js';

export interface RerankInput {
  readonly question: string;
  /** In retrieval's order. */
  readonly chunks: readonly RetrievedChunk[];
  /** How many are kept. */
  readonly topN: number;
  /** Whatever time is left for it; it takes 3 s at most. */
  readonly timeoutMs: number;
}

export interface RerankResult {
  /** Best first, with the reranker's scores; retrieval's order and scores where it failed. */
  readonly chunks: readonly RetrievedChunk[];
  /** Why it was not done; null when it was. */
  readonly failure: string | null;
}

const minCandidates = 50;
const candidatesFactor = 4;
const maxTimeoutMs = 3_000;

/** How many chunks retrieval finds for the reranker to choose from (specification §4.0). */
export function rerankCandidateCount(topK: number): number {
  return Math.max(minCandidates, candidatesFactor * topK);
}

/** Puts chunks in the order of a reranker, which may fail: then they stay in the order they came in. */
@Injectable()
export class RerankingService {
  private readonly logger = new Logger('reranking');

  constructor(private readonly reranker: Reranker) {}

  async rerank({ question, chunks, topN, timeoutMs }: RerankInput): Promise<RerankResult> {
    if (chunks.length === 0) return { chunks, failure: null };
    const signal = AbortSignal.timeout(Math.min(timeoutMs, maxTimeoutMs));
    try {
      const scores = await this.scoreUntilAborted(question, chunks, signal);
      const ranked = chunks
        .map((chunk, index) => ({ ...chunk, score: scores[index]! }))
        .toSorted((a, b) => b.score - a.score);
      return { chunks: ranked.slice(0, topN), failure: null };
    } catch (error) {
      this.logger.warn({ err: error }, 'the chunks were not reranked');
      const failure = signal.aborted ? 'the reranker took too long' : 'the reranker failed';
      return { chunks: chunks.slice(0, topN), failure };
    }
  }

  /** A reranker that takes no notice of its signal is not waited for either. */
  private scoreUntilAborted(
    question: string,
    chunks: readonly RetrievedChunk[],
    signal: AbortSignal,
  ): Promise<number[]> {
    const ended = new Promise<never>((_, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
    });
    return Promise.race([this.reranker.score(question, chunks, signal), ended]);
  }
}
