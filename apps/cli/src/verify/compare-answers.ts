import type { QuestionResult, AnswerRun } from './ask-questions.js';

/** The aspects in which two runs can differ. Latency is reported but never counts, because it always differs. */
export const aspects = ['answered', 'answer', 'sources', 'model', 'cost', 'degraded'] as const;
export type Aspect = (typeof aspects)[number];

export interface Totals {
  readonly asked: number;
  readonly different: number;
  readonly errors: number;
  readonly costUsd: readonly [before: number, after: number];
  readonly ms: readonly [before: number, after: number];
}

/** The similarity from 0 to 1 at which two answers count as equal; 1 means the same words in the same order. */
export type MinSimilarity = number;

/** The aspects in which the runs differ; `answered` if only one exists, none if neither does. */
export function differencesIn(
  { before, after }: Pick<QuestionResult, 'before' | 'after'>,
  minSimilarity: MinSimilarity,
): Aspect[] {
  if (before === null && after === null) return [];
  if (before === null || after === null) return ['answered'];
  const isDifferent: Record<Aspect, boolean> = {
    answered: false,
    answer: !isSimilar(before.answer, after.answer, minSimilarity),
    sources: before.sources.join('\n') !== after.sources.join('\n'),
    model: before.model !== after.model,
    cost: before.costUsd !== after.costUsd,
    degraded: before.degraded.join('\n') !== after.degraded.join('\n'),
  };
  return aspects.filter((aspect) => isDifferent[aspect]);
}

/** Adds up cost and latency only of questions that both settings answered, so that both sides are comparable. */
export function totalsOf(results: readonly QuestionResult[], minSimilarity: MinSimilarity): Totals {
  const both = results.filter(({ before, after }) => before !== null && after !== null);
  const sum = (of: (run: AnswerRun) => number, side: 'before' | 'after'): number =>
    both.reduce((total, result) => total + of(result[side]!), 0);
  const pair = (of: (run: AnswerRun) => number): readonly [number, number] => [
    sum(of, 'before'),
    sum(of, 'after'),
  ];
  return {
    asked: results.length,
    different: results.filter((result) => differencesIn(result, minSimilarity).length > 0).length,
    errors: results.filter(({ error }) => error !== null).length,
    costUsd: pair(({ costUsd }) => costUsd),
    ms: pair(({ ms }) => ms),
  };
}

function isSimilar(one: string, other: string, minSimilarity: MinSimilarity): boolean {
  const [left, right] = [wordsOf(one), wordsOf(other)];
  return (
    left.join(' ') === right.join(' ') || (minSimilarity < 1 && diceCoefficient(left, right) >= minSimilarity)
  );
}

function wordsOf(text: string): string[] {
  return text.split(/\s+/).filter((word) => word !== '');
}

/** Dice's coefficient over the words, each as often as it occurs. */
function diceCoefficient(one: readonly string[], other: readonly string[]): number {
  const left = new Map<string, number>();
  for (const word of one) left.set(word, (left.get(word) ?? 0) + 1);
  const common = other.filter((word) => {
    const count = left.get(word) ?? 0;
    left.set(word, count - 1);
    return count > 0;
  });
  return (2 * common.length) / (one.length + other.length);
}
