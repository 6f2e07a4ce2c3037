import type { Schema } from '../api/operations.js';

type Replayed = Pick<
  Schema<'ReplayedQuestionResponse'>,
  'answer_before' | 'answer_after' | 'sources_kept' | 'sources_gained' | 'sources_lost'
>;

/** What became of an answer. */
export type AnswerState = 'missing' | 'changed' | 'same';

export function answerStateOf({ answer_before: before, answer_after: after }: Replayed): AnswerState {
  if (before === null || after === null) return 'missing';
  return before === after ? 'same' : 'changed';
}

/** The share of sources that both answers have, from 0 to 1; 1 where neither has one. */
export function overlapOf({
  sources_kept: kept,
  sources_gained: gained,
  sources_lost: lost,
}: Replayed): number {
  const all = kept.length + gained.length + lost.length;
  return all === 0 ? 1 : kept.length / all;
}

const weights: Readonly<Record<AnswerState, number>> = { missing: 3, changed: 1, same: 0 };

/** Those that changed most come first: missing answers, then by changed text and lost overlap of sources. */
export function byChange<T extends Replayed>(items: readonly T[]): readonly T[] {
  const changeOf = (item: T): number => weights[answerStateOf(item)] + 1 - overlapOf(item);
  return items.toSorted((a, b) => changeOf(b) - changeOf(a));
}
