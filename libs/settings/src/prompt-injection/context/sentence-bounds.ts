import type { LetterSequence } from '../letter-sequence.js';

/** How far a sentence is read before and after a phrase, in letters. */
export const maxSentence = 160;
export const sentenceEnd = /[.!?;\n]/;

/** Where the sentence begins in which letter `at` is; `end` may find the ends of clauses, too. */
export function sentenceStart(letters: LetterSequence, at: number, end = sentenceEnd): number {
  const earliest = Math.max(0, at - maxSentence);
  let from = at;
  while (from > earliest && !end.test(letters.gapBefore(from))) from--;
  return from;
}

/** Where it ends. */
export function sentenceStop(letters: LetterSequence, at: number): number {
  const last = Math.min(letters.text.length, at + maxSentence);
  let to = at;
  while (to < last && !sentenceEnd.test(letters.gapBefore(to))) to++;
  return to;
}
