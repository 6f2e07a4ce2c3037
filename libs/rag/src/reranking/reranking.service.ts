import { Injectable, Logger } from '@nestjs/common';
import { type Passage, Reranker } from './reranker.js';

/** Passages of one question for the reranker. `P` is a passage with further members, which the result keeps. */
export interface RerankInput<P extends Passage> {
  readonly question: string;
  /** In the order of retrieval. */
  readonly chunks: readonly P[];
  /** How many of them the result keeps. */
  readonly topN: number;
  /** The time that is left. The reranker gets at most 3 s of it. */
  readonly timeoutMs: number;
}

export interface RerankResult<P extends Passage> {
  /** Best first, with the reranker's scores. After a failure: the order and scores of retrieval. */
  readonly chunks: readonly P[];
  /** Why the chunks were not reranked; null when they were. */
  readonly failure: string | null;
}

const minCandidates = 50;
const candidatesFactor = 4;
const maxTimeoutMs = 3_000;

/** How many chunks to retrieve as candidates for the reranker: four times `retrieval_top_k`, at least 50 (specification §4.0). */
export function rerankCandidateCount(topK: number): number {
  return Math.max(minCandidates, candidatesFactor * topK);
}

/** Sorts chunks by a reranker. If the reranker fails, the chunks keep their order. */
@Injectable()
export class RerankingService {
  private readonly logger = new Logger('reranking');

  constructor(private readonly reranker: Reranker) {}

  /** The `topN` best chunks. Never rejects: see `RerankResult.failure`. Without chunks the reranker is not called. */
  async rerank<P extends Passage>({
    question,
    chunks,
    topN,
    timeoutMs,
  }: RerankInput<P>): Promise<RerankResult<P>> {
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

  /** Also stops waiting for a reranker that ignores its signal. */
  private scoreUntilAborted(
    question: string,
    passages: readonly Passage[],
    signal: AbortSignal,
  ): Promise<number[]> {
    const aborted = new Promise<never>((_, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
    });
    return Promise.race([this.reranker.score(question, passages, signal), aborted]);
  }
}
