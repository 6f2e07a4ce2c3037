import type { Passage } from './reranker.js';

/** BM25 among the passages themselves. */
const bm25 = { k1: 1.2, b: 0.75 } as const;
/** A word counts by its beginning: `terminate` and `termination`. */
const stemCharacters = 7;
const shortest = 3;

/** The words of a text as they are compared, in their order. */
export function wordsOf(text: string): string[] {
  const words =
    text
      .normalize('NFKC')
      .toLowerCase()
      .match(/[\p{L}\p{N}]+/gu) ?? [];
  return words.filter(({ length }) => length >= shortest).map((word) => word.slice(0, stemCharacters));
}

/** How much each word says in each of some passages, by their own statistics alone. */
export class PassageWords {
  private readonly counts: readonly ReadonlyMap<string, number>[];
  private readonly lengths: readonly number[];
  private readonly having = new Map<string, number>();
  private readonly average: number;

  constructor(passages: readonly Passage[]) {
    // What a title says, it says of the whole passage: it counts twice.
    const words = passages.map(({ title, text }) => [...wordsOf(title), ...wordsOf(title), ...wordsOf(text)]);
    this.counts = words.map(counted);
    this.lengths = words.map(({ length }) => length);
    this.average = Math.max(
      1,
      this.lengths.reduce((sum, length) => sum + length, 0) / Math.max(1, words.length),
    );
    for (const word of this.counts.flatMap((counts) => [...counts.keys()])) {
      this.having.set(word, (this.having.get(word) ?? 0) + 1);
    }
  }

  /** The different words of a passage. */
  in(passage: number): Iterable<string> {
    return this.counts[passage]!.keys();
  }

  /** BM25's weight of the word in the passage. */
  weightIn(passage: number, word: string): number {
    const count = this.counts[passage]!.get(word) ?? 0;
    const length = 1 - bm25.b + (bm25.b * this.lengths[passage]!) / this.average;
    return (this.rarityOf(word) * count * (bm25.k1 + 1)) / (count + bm25.k1 * length);
  }

  /** Its inverse document frequency among the passages. */
  rarityOf(word: string): number {
    const having = this.having.get(word) ?? 0;
    return Math.log(1 + (this.counts.length - having + 0.5) / (having + 0.5));
  }
}

function counted(words: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return counts;
}
