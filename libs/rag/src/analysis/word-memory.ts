const maxWords = 4_000;
/** Longer words are not remembered. */
const maxLength = 200;

/**
 * Remembers what was made of the words of texts, which repeat them: of the last 4,000 different ones at least, of twice as many at most.
 */
export class WordMemory<T> {
  private recent = new Map<string, T>();
  private older = new Map<string, T>();

  /** What `make` returned for the word before, or what it returns now. */
  get(word: string, make: () => T): T {
    if (word.length > maxLength) return make();
    const known = this.recent.get(word);
    if (known !== undefined) return known;
    const value = this.older.get(word) ?? make();
    if (this.recent.size >= maxWords) [this.recent, this.older] = [new Map(), this.recent];
    this.recent.set(word, value);
    return value;
  }
}
