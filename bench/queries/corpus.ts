/** Texts of no meaning, whose words are as unevenly frequent as those of a language once its commonest are left out. */
export class Corpus {
  private state: number;

  /** The same seed gives the same texts. */
  constructor(seed: number) {
    this.state = seed;
  }

  /** Cut into chunks of up to 1,200 characters, `sentences` of them make about a sixteenth as many chunks. */
  document(sentences: number): string {
    return Array.from({ length: sentences }, () => this.sentence(10)).join(' ');
  }

  question(): string {
    return this.sentence(8).replace('.', '?');
  }

  /** From 0, below 1 (mulberry32). */
  random(): number {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  private sentence(words: number): string {
    const text = Array.from({ length: words }, () => this.word()).join(' ');
    return `${text[0]!.toUpperCase()}${text.slice(1)}.`;
  }

  /** By Zipf's law from the fiftieth word on: the commonest is in every third chunk or so. */
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
