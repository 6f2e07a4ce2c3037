/** Pinecone's form: a place for each word that is there, and its value. */
export interface SparseVector {
  readonly indices: number[];
  readonly values: number[];
}

export interface WeightedLexeme {
  readonly lexeme: string;
  readonly value: number;
}

/** Null without a word, since Pinecone takes no empty vector. Lexemes that share a place, one pair in four billion, count together. */
export function toSparseVector(lexemes: readonly WeightedLexeme[]): SparseVector | null {
  const valuesByIndex = new Map<number, number>();
  for (const { lexeme, value } of lexemes) {
    const index = hashToIndex(lexeme);
    valuesByIndex.set(index, (valuesByIndex.get(index) ?? 0) + value);
  }
  return valuesByIndex.size === 0
    ? null
    : { indices: [...valuesByIndex.keys()], values: [...valuesByIndex.values()] };
}

/** FNV-1a, 32 bits, of the UTF-8 bytes. */
function hashToIndex(lexeme: string): number {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(lexeme)) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash >>> 0;
}
