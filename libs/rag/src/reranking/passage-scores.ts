import type { Passage } from './reranker.js';

/** One result of a rerank server. */
export interface IndexedScore {
  /** Index of the passage, from 0. */
  readonly index: number;
  readonly score: number;
}

/** Title and text of a passage as one text. */
export function passageText({ title, text }: Passage): string {
  return `${title}\n${text}`;
}

/**
 * The scores in the order of the passages, from 0 to 1. Log-odds are converted to probabilities.
 *
 * @throws Error unless there is exactly one number for each passage
 */
export function normalizeScores(indexedScores: readonly IndexedScore[], count: number): number[] {
  const scores = new Map(indexedScores.map(({ index, score }) => [index, score]));
  const ordered = Array.from({ length: count }, (_, index) => scores.get(index) ?? Number.NaN);
  if (scores.size !== count || !ordered.every(Number.isFinite))
    throw new Error('The answer of the reranker does not have one score for each passage.');
  const areProbabilities = ordered.every((score) => score >= 0 && score <= 1);
  return areProbabilities ? ordered : ordered.map((score) => 1 / (1 + Math.exp(-score)));
}
