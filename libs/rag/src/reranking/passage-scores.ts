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
 * The scores in the order of the passages, from 0 to 1; null where there is none, because some servers return only their best. Log-odds
 * are converted to probabilities.
 *
 * @throws Error for an empty list, and unless each score is a number of another passage
 */
export function normalizeScores(indexedScores: readonly IndexedScore[], count: number): (number | null)[] {
  const scores = new Map(indexedScores.map(({ index, score }) => [index, score]));
  const ordered = Array.from({ length: count }, (_, index) => scores.get(index) ?? null);
  const scored = ordered.filter((score) => score !== null);
  const isValid = scored.length === indexedScores.length && scored.every(Number.isFinite);
  if (!isValid || (scored.length === 0 && count > 0))
    throw new Error('The answer of the reranker has no score, or one that belongs to no passage.');
  const areProbabilities = scored.every((score) => score >= 0 && score <= 1);
  if (areProbabilities) return ordered;
  return ordered.map((score) => (score === null ? null : 1 / (1 + Math.exp(-score))));
}
