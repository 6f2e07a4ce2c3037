import type { Passage } from './reranker.js';

/** One line of a server's answer. */
export interface Judgement {
  /** Of the passage, from 0. */
  readonly index: number;
  readonly score: number;
}

/** A passage as one text. */
export function asWhole({ title, text }: Passage): string {
  return `${title}\n${text}`;
}

/**
 * The scores in the order of the passages, in 0..1: a model that judges in log-odds is brought there.
 *
 * @throws Error unless there is one number for each passage
 */
export function scoresOf(judgements: readonly Judgement[], count: number): number[] {
  const scores = new Map(judgements.map(({ index, score }) => [index, score]));
  const ordered = Array.from({ length: count }, (_, index) => scores.get(index) ?? Number.NaN);
  if (scores.size !== count || !ordered.every(Number.isFinite))
    throw new Error('The reranker did not answer with one score for each passage.');
  const isShare = ordered.every((score) => score >= 0 && score <= 1);
  return isShare ? ordered : ordered.map((score) => 1 / (1 + Math.exp(-score)));
}
