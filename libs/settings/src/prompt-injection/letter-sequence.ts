import { isLetter } from './fold-text.js';
import { letterOfLeetDigit, letterOfLeetSymbol } from './homoglyphs.js';

/** The letters of a folded text without everything in between, so that `i.g-n o\nr e` becomes `ignore`. It knows where words begin and end. */
export class LetterSequence {
  private constructor(
    readonly text: string,
    private readonly folded: string,
    private readonly foldedIndexes: readonly number[],
  ) {}

  /** Letters only: digits and punctuation are separators. */
  static plain(folded: string): LetterSequence {
    return LetterSequence.read(folded, (i) => (isLetter(folded[i]!) ? folded[i] : undefined));
  }

  /** Digits and some symbols count as the letters that they resemble: `1gn0re`, `pre|us`. */
  static leet(folded: string): LetterSequence {
    return LetterSequence.read(folded, (i) => toLeetLetter(folded, i));
  }

  private static read(folded: string, letterAt: (i: number) => string | undefined): LetterSequence {
    const at: number[] = [];
    let text = '';
    for (let i = 0; i < folded.length; i++) {
      const letter = letterAt(i);
      if (letter === undefined) continue;
      text += letter;
      at.push(i);
    }
    return new LetterSequence(text, folded, at);
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
