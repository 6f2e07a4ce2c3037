/** Pinecone's format: the index and the value of each word. */
export interface SparseVector {
  readonly indices: number[];
  readonly values: number[];
}

/** A lexeme with its value in a sparse vector. */
export interface WeightedLexeme {
  readonly lexeme: string;
  readonly value: number;
}

/** Pinecone's limit. */
const maxValues = 2048;

/** null without a word: Pinecone refuses an empty vector. Values of lexemes with the same hash (one pair in four billion) are added. The highest values count. */
export function toSparseVector(lexemes: readonly WeightedLexeme[]): SparseVector | null {
  const valuesByIndex = new Map<number, number>();
  for (const { lexeme, value } of lexemes) {
    const index = hashToIndex(lexeme);
    valuesByIndex.set(index, (valuesByIndex.get(index) ?? 0) + value);
  }
  const kept = [...valuesByIndex].toSorted(([, a], [, b]) => b - a).slice(0, maxValues);
  return kept.length === 0
    ? null
    : { indices: kept.map(([index]) => index), values: kept.map(([, value]) => value) };
}

/** 32-bit FNV-1a of the UTF-8 bytes. */
function hashToIndex(lexeme: string): number {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(lexeme)) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash >>> 0;
}
