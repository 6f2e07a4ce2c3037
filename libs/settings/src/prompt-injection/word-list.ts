import { foldText } from './fold-text.js';
import { LetterSequence } from './letter-sequence.js';

/** Folded words by their first letter. */
export type WordsByFirstLetter = ReadonlyMap<string, readonly string[]>;

/** Words from a list separated by spaces; `_` joins the words of one expression. */
export function parseWords(list?: string): WordsByFirstLetter {
  return Map.groupBy(parseWordList(list), (word) => word[0]!);
}

/** The same without an index. */
export function parseWordList(list = ''): string[] {
  return list.split(' ').filter(Boolean).map(foldWord);
}

function foldWord(word: string): string {
  return LetterSequence.plain(foldText(word)).text;
}

const noEnds: readonly number[] = [];

/** The ends of the candidate words that begin at letter `at`. Words may run together: only the whole phrase must begin and end a word. */
export function findWordEnds(
  candidates: WordsByFirstLetter,
  letters: LetterSequence,
  at: number,
): readonly number[] {
  const wordsWithSameInitial = candidates.get(letters.text[at] ?? '');
  if (wordsWithSameInitial === undefined) return noEnds;
  return wordsWithSameInitial
    .filter((word) => letters.text.startsWith(word, at))
    .map((word) => at + word.length);
}

/** The beginnings of the whole words that end right before letter `at`. */
export function findWordStarts(words: readonly string[], letters: LetterSequence, at: number): number[] {
  return words
    .map((word) => at - word.length)
    .filter(
      (from, index) => from >= 0 && letters.text.startsWith(words[index]!, from) && letters.beginsWord(from),
    );
}

/** One of the words is whole between letters `from` and `to`. */
export function containsWord(
  words: WordsByFirstLetter,
  letters: LetterSequence,
  from: number,
  to: number,
): boolean {
  for (let at = from; at < to; at++) {
    if (!letters.beginsWord(at)) continue;
    if (findWordEnds(words, letters, at).some((end) => end <= to && letters.endsWord(end))) return true;
  }
  return false;
}
