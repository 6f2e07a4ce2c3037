import { Injectable, Logger } from '@nestjs/common';
import { type Passage, Reranker } from './reranker.js';

/** Passages for the reranker. `P` is a passage with further members, which the result keeps. */
export interface RerankInput<P extends Passage> {
  readonly question: string;
  /** Further forms of the question. The score of a passage is the mean of its scores for all forms. */
  readonly furtherForms?: readonly string[];
  /** In the order of retrieval. */
  readonly chunks: readonly P[];
  /** How many of them the result keeps. */
  readonly topN: number;
  /** The time that is left. The reranker gets at most 3 s of it. */
  readonly timeoutMs: number;
}

/** A passage whose `score` is the reranker's, or 0 if it gave none; after a failure that of retrieval. */
type RerankedPassage<P extends Passage> = P & {
  /** What the reranker said; null if it said nothing of this passage. */
  readonly rerankScore: number | null;
};

export interface RerankResult<P extends Passage> {
  /** The `topN` best, best first, with the reranker's scores. After a failure: in the order and with the scores of retrieval. */
  readonly chunks: readonly RerankedPassage<P>[];
  /** The others, in the same order. */
  readonly dropped: readonly RerankedPassage<P>[];
  /** Why the chunks, or some of them, were not reranked; null when they were. */
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
    furtherForms = [],
    chunks,
    topN,
    timeoutMs,
  }: RerankInput<P>): Promise<RerankResult<P>> {
    if (chunks.length === 0) return { chunks: [], dropped: [], failure: null };
    const signal = AbortSignal.timeout(Math.min(timeoutMs, maxTimeoutMs));
    try {
      return sortByScores(
        chunks,
        await this.scoreUntilAborted([question, ...furtherForms], chunks, signal),
        topN,
      );
    } catch (error) {
      this.logger.warn({ err: error }, 'the chunks were not reranked');
      const failure = signal.aborted ? 'the reranker took too long' : 'the reranker failed';
      return { ...splitAt(chunks.map(withoutScore), topN), failure };
    }
  }

  /** Also stops waiting for a reranker that ignores its signal. */
  private scoreUntilAborted(
    questions: readonly string[],
    passages: readonly Passage[],
    signal: AbortSignal,
  ): Promise<(number | null)[]> {
    const aborted = new Promise<never>((_, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
    });
    const scores = Promise.all(questions.map((one) => this.reranker.score(one, passages, signal)));
    return Promise.race([scores.then(meanScores), aborted]);
  }
}

/** Chunks without a score come last, in the order of retrieval and with score 0. */
function sortByScores<P extends Passage>(
  chunks: readonly P[],
  scores: readonly (number | null)[],
  topN: number,
): RerankResult<P> {
  const order = [...chunks.keys()].toSorted((a, b) => (scores[b] ?? -1) - (scores[a] ?? -1));
  const ranked = order.map((index) => {
    const rerankScore = scores[index] ?? null;
    return { ...chunks[index]!, rerankScore, score: rerankScore ?? 0 };
  });
  const scored = scores.filter((score) => score !== null).length;
  const isComplete = Math.min(topN, chunks.length) <= scored;
  const failure = isComplete ? null : `the reranker scored only ${scored} of ${chunks.length} chunks`;
  return { ...splitAt(ranked, topN), failure };
}

/** null where a passage has no score for one of the questions. */
function meanScores(lists: readonly (readonly (number | null)[])[]): (number | null)[] {
  return lists[0]!.map((_, index) => {
    const scores = lists.map((list) => list[index] ?? null).filter((score) => score !== null);
    return scores.length < lists.length ? null : scores.reduce((sum, one) => sum + one, 0) / scores.length;
  });
}

function withoutScore<P extends Passage>(passage: P): RerankedPassage<P> {
  return { ...passage, rerankScore: null };
}

function splitAt<P extends Passage>(ranked: readonly RerankedPassage<P>[], count: number) {
  return { chunks: ranked.slice(0, count), dropped: ranked.slice(count) };
}
