import type { Passage } from './reranker.js';

/** One line of a server's answer. */
export interface IndexedScore {
  /** Of the passage, from 0. */
  readonly index: number;
  readonly score: number;
}

/** A passage as one text. */
export function passageText({ title, text }: Passage): string {
  return `${title}\n${text}`;
}

/**
 * The scores in the order of the passages, in 0..1: a model that judges in log-odds is brought there.
 *
 * @throws Error unless there is one number for each passage
 */
export function normalizeScores(indexedScores: readonly IndexedScore[], count: number): number[] {
  const scores = new Map(indexedScores.map(({ index, score }) => [index, score]));
  const ordered = Array.from({ length: count }, (_, index) => scores.get(index) ?? Number.NaN);
  if (scores.size !== count || !ordered.every(Number.isFinite))
    throw new Error('The reranker did not answer with one score for each passage.');
  const areProbabilities = ordered.every((score) => score >= 0 && score <= 1);
  return areProbabilities ? ordered : ordered.map((score) => 1 / (1 + Math.exp(-score)));
}
