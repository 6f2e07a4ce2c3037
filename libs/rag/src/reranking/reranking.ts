import { Injectable, Logger } from '@nestjs/common';
import type { RetrievedChunk } from '../retrieval/retriever.js';
import { Reranker } from './reranker.js';

export interface RerankRequest {
  readonly question: string;
  /** In retrieval's order. */
  readonly chunks: readonly RetrievedChunk[];
  /** How many are kept. */
  readonly topN: number;
  /** Whatever time is left for it; it takes 3 s at most. */
  readonly limitMs: number;
}

export interface Reranked {
  /** Best first, with the reranker's scores; retrieval's order and scores where it failed. */
  readonly chunks: readonly RetrievedChunk[];
  /** Why it was not done; null when it was. */
  readonly failure: string | null;
}

const leastCandidates = 50;
const candidatesFactor = 4;
const mostMs = 3_000;

/** How many chunks retrieval finds for the reranker to choose from (SPEC §4.0). */
export function candidatesFor(topK: number): number {
  return Math.max(leastCandidates, candidatesFactor * topK);
}

/** Puts chunks in the order of a reranker, which may fail: then they stay in the order they came in. */
@Injectable()
export class Reranking {
  private readonly logger = new Logger('reranking');

  constructor(private readonly reranker: Reranker) {}

  async rank({ question, chunks, topN, limitMs }: RerankRequest): Promise<Reranked> {
    if (chunks.length === 0) return { chunks, failure: null };
    const signal = AbortSignal.timeout(Math.min(limitMs, mostMs));
    try {
      const scores = await this.judge(question, chunks, signal);
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
  private judge(question: string, chunks: readonly RetrievedChunk[], signal: AbortSignal): Promise<number[]> {
    const ended = new Promise<never>((_, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
    });
    return Promise.race([this.reranker.judge(question, chunks, signal), ended]);
  }
}
