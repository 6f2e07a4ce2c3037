/**
 * Okapi BM25. `b` is the usual value; `k1` was chosen from the usual range, 1.2 to 2, on the odd-numbered Cranfield queries. With other
 * values, fit `sparseCalibration` (`../fusion.ts`) again; vectors in Pinecone keep their weights until their documents are
 * indexed again.
 */
export const bm25 = { k1: 2, b: 0.75 } as const;

/** What a tenant's chunks add up to. */
export interface CorpusTotals {
  readonly chunks: number;
  /** The sum of their lengths. */
  readonly length: number;
}

/** The terms of a question with their weights in one corpus. */
export interface WeightedQuestion {
  /** Inverse document frequency of each term. */
  readonly weights: readonly number[];
  readonly averageLength: number;
  /** The upper bound of a score: every term occurs infinitely often. */
  readonly ceiling: number;
}

export function averageLengthOf({ chunks, length }: CorpusTotals): number {
  return Math.max(length, 1) / Math.max(chunks, 1);
}

/**
 * Weighs the terms of a question. `having` is for each term the number of chunks that have one of its lexemes; a chunk with two of them
 * counts twice.
 */
export function weighQuestion(having: readonly number[], totals: CorpusTotals): WeightedQuestion {
  const { chunks } = totals;
  const weights = having.map((count) => {
    const known = Math.min(count, chunks);
    return Math.log(1 + (chunks - known + 0.5) / (known + 0.5));
  });
  const ceiling = weights.reduce((sum, weight) => sum + weight, 0) * (bm25.k1 + 1);
  return { weights, averageLength: averageLengthOf(totals), ceiling };
}

/** What a chunk's length adds to each frequency in the denominator of BM25. */
export function lengthNorm(length: number, averageLength: number): number {
  return bm25.k1 * (1 - bm25.b + (bm25.b * length) / averageLength);
}

/** The part of a term's score that does not depend on its weight. */
export function saturation(frequency: number, norm: number): number {
  return (frequency * (bm25.k1 + 1)) / (frequency + norm);
}

/**
 * The BM25 score of a chunk as a share of the ceiling, 0 to 1; 0 without a word of the question. `frequencies` says for each term how
 * often its lexemes occur in the chunk, all of them together. Every path that scores chunks calls this function, so that scores are equal
 * to the last digit.
 */
export function scoreChunk(
  { weights, averageLength, ceiling }: WeightedQuestion,
  frequencies: ArrayLike<number>,
  length: number,
): number {
  const norm = lengthNorm(length, averageLength);
  let sum = 0;
  for (let term = 0; term < weights.length; term += 1) {
    const frequency = frequencies[term]!;
    if (frequency > 0) sum += weights[term]! * saturation(frequency, norm);
  }
  return sum === 0 ? 0 : sum / ceiling;
}
