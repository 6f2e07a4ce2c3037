import { type FoldedText, type TextSpan, isLetter } from './fold-text.js';
import { letterOfLeetDigit, letterOfLeetSymbol } from './homoglyphs.js';

type Folded = Pick<FoldedText, 'text' | 'disguised'>;

/** The letters of a folded text without everything in between, so that `i.g-n o\nr e` becomes `ignore`. It knows where words begin and end. */
export class LetterSequence {
  private constructor(
    readonly text: string,
    private readonly folded: string,
    private readonly foldedIndexes: readonly number[],
    private readonly disguised: readonly boolean[],
  ) {}

  /** Letters only: digits and punctuation are separators. */
  static plain(folded: Folded): LetterSequence {
    return LetterSequence.read(folded, (i) => (isLetter(folded.text[i]!) ? folded.text[i] : undefined));
  }

  /** Digits and some symbols count as the letters that they resemble: `1gn0re`, `pre|us`. */
  static leet(folded: Folded): LetterSequence {
    return LetterSequence.read(folded, (i) => toLeetLetter(folded.text, i));
  }

  private static read(folded: Folded, letterAt: (i: number) => string | undefined): LetterSequence {
    const at: number[] = [];
    let text = '';
    for (let i = 0; i < folded.text.length; i++) {
      const letter = letterAt(i);
      if (letter === undefined) continue;
      text += letter;
      at.push(i);
    }
    return new LetterSequence(text, folded.text, at, folded.disguised);
  }

  /** A word may begin at letter i. In scripts without spaces this is true for every letter. */
  beginsWord(i: number): boolean {
    return (
      i === 0 || i === this.text.length || this.gapBefore(i) !== '' || isFromUnspacedScript(this.text[i]!)
    );
  }

  /** A word may end right before letter i. */
  endsWord(i: number): boolean {
    return this.beginsWord(i) || isFromUnspacedScript(this.text[i - 1]!);
  }

  /** The characters between letters i - 1 and i in the folded text. */
  gapBefore(i: number): string {
    const from = i === 0 ? 0 : this.foldedIndexes[i - 1]! + 1;
    return this.folded.slice(from, this.foldedIndexes[i] ?? this.folded.length);
  }

  /** The span was written in ASCII, and its folded text, with what is between the letters, matches the pattern. */
  isWrittenAs(pattern: RegExp, { from, to }: TextSpan): boolean {
    const start = this.foldedIndexes[from]!;
    const end = this.foldedIndexes[to - 1]! + 1;
    return pattern.test(this.folded.slice(start, end)) && !this.disguised.slice(start, end).some(Boolean);
  }

  /** At most `length` characters of the folded text that end before letter i. */
  foldedBefore(i: number, length: number): string {
    const to = this.foldedIndexes[i]!;
    return this.folded.slice(Math.max(0, to - length), to);
  }

  /** At most `length` characters of the folded text that begin after letter i - 1. */
  foldedAfter(i: number, length: number): string {
    const from = this.foldedIndexes[i - 1]! + 1;
    return this.folded.slice(from, from + length);
  }

  /** The index of letter i in the folded text. */
  foldedIndex(i: number): number {
    return this.foldedIndexes[i]!;
  }
}

function toLeetLetter(folded: string, i: number): string | undefined {
  const character = folded[i]!;
  if (isLetter(character)) return character;
  const digit = letterOfLeetDigit(character);
  if (digit !== undefined) return digit;
  return isSentenceEnd(folded, i) ? undefined : letterOfLeetSymbol(character);
}

/** A `!` or `|` after a letter that no letter follows is punctuation, not a "leet" letter. */
function isSentenceEnd(folded: string, i: number): boolean {
  const next = folded[i + 1] ?? ' ';
  const isFollowedByLetter = isLetter(next) || letterOfLeetDigit(next) !== undefined;
  return /[!|]/.test(folded[i]!) && isLetter(folded[i - 1] ?? ' ') && !isFollowedByLetter;
}

/** Thai, kana, Han and Hangul (as Jamo, after NFKD): scripts without spaces between words, or with endings attached to them. */
function isFromUnspacedScript(letter: string): boolean {
  return /[\u0e00-\u0eff\u1100-\u11ff\u3040-\u30ff\u3400-\u9fff]/.test(letter);
}
