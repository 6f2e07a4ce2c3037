import type { Passage } from './reranker.js';

/** Parameters of BM25 among the passages. Those of the search are in `keywords/bm25.ts`. */
const bm25 = { k1: 1.2, b: 0.75 } as const;
/** Words match by their first letters: `terminate` and `termination`. */
const stemCharacters = 7;
const minWordLength = 3;

/** The words of a text in order, normalised for comparison. */
export function extractTerms(text: string): string[] {
  const words =
    text
      .normalize('NFKC')
      .toLowerCase()
      .match(/[\p{L}\p{N}]+/gu) ?? [];
  return words.filter(({ length }) => length >= minWordLength).map((word) => word.slice(0, stemCharacters));
}

/** Frequent in every English text, and hardly in one of another language. */
const englishWords = new Set(
  'the of and to is that for with are by from this which be an at or it not'.split(' '),
);
/** English prose has about three times as many. */
const minEnglishShare = 0.07;

/** True if these passages are written in English. */
export function isEnglish(passages: readonly Passage[]): boolean {
  const words = passages.flatMap(({ text }) => text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []);
  const english = words.filter((word) => englishWords.has(word)).length;
  return english > 0 && english >= minEnglishShare * words.length;
}

/** The weight of each word in each passage, by the statistics of these passages alone. */
export class TermStatistics {
  private readonly counts: readonly ReadonlyMap<string, number>[];
  private readonly lengths: readonly number[];
  private readonly documentFrequencies = new Map<string, number>();
  private readonly averageLength: number;

  constructor(passages: readonly Passage[]) {
    // A title describes the whole passage, so it counts twice.
    const words = passages.map(({ title, text }) => [
      ...extractTerms(title),
      ...extractTerms(title),
      ...extractTerms(text),
    ]);
    this.counts = words.map(countTerms);
    this.lengths = words.map(({ length }) => length);
    this.averageLength = Math.max(
      1,
      this.lengths.reduce((sum, length) => sum + length, 0) / Math.max(1, words.length),
    );
    for (const word of this.counts.flatMap((counts) => [...counts.keys()])) {
      this.documentFrequencies.set(word, (this.documentFrequencies.get(word) ?? 0) + 1);
    }
  }

  /** The distinct words of a passage. */
  termsIn(passage: number): Iterable<string> {
    return this.counts[passage]!.keys();
  }

  /** BM25 weight of the word in the passage. */
  weightIn(passage: number, word: string): number {
    const idf = inverseDocumentFrequency(this.documentFrequencies.get(word) ?? 0, this.counts.length);
    return bm25Weight(this.counts[passage]!.get(word) ?? 0, this.lengths[passage]! / this.averageLength, idf);
  }
}

/** BM25 weight of what occurs `count` times in a text; `relativeLength` is 1 for a text of average length. */
export function bm25Weight(count: number, relativeLength: number, idf: number): number {
  const length = 1 - bm25.b + bm25.b * relativeLength;
  return (idf * count * (bm25.k1 + 1)) / (count + bm25.k1 * length);
}

/** Inverse document frequency of what `frequency` of `total` texts have. */
export function inverseDocumentFrequency(frequency: number, total: number): number {
  return Math.log(1 + (total - frequency + 0.5) / (frequency + 0.5));
}

function countTerms(words: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return counts;
}
