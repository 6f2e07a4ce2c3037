import { createSeededRandom } from '../statistics.js';

/** Meaningless texts. The word frequencies are those of a language without its most common words. */
export class Corpus {
  /** A number from 0, below 1. */
  readonly random: () => number;

  /** The same seed gives the same texts. */
  constructor(seed: number) {
    this.random = createSeededRandom(seed);
  }

  /** The product makes about one chunk (up to 1,200 characters) of sixteen sentences. */
  document(sentences: number): string {
    return Array.from({ length: sentences }, () => this.sentence(10)).join(' ');
  }

  question(): string {
    return this.sentence(8).replace('.', '?');
  }

  private sentence(words: number): string {
    const text = Array.from({ length: words }, () => this.word()).join(' ');
    return `${text[0]!.toUpperCase()}${text.slice(1)}.`;
  }

  /** Zipf's law from the fiftieth word on: the most common word is in about every third chunk. */
  private word(): string {
    const rank =
      Math.floor(skippedCommonWords * (vocabularySize / skippedCommonWords) ** this.random()) -
      skippedCommonWords;
    return wordOf(rank);
  }
}

const skippedCommonWords = 50;
const vocabularySize = 10_000;
const syllables = ['ba', 'do', 'fe', 'gu', 'ki', 'lo', 'ma', 'ne', 'pi', 'ru', 'sa', 'to', 've', 'wi', 'zu'];

function wordOf(rank: number): string {
  let word = '';
  for (let rest = rank; word.length < 6 || rest > 0; rest = Math.floor(rest / syllables.length))
    word += syllables[rest % syllables.length]!;
  return word;
}
