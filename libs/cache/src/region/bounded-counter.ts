const maxKeys = 1_000;

/** Counts by key until somebody takes them. Beyond a thousand keys, further ones count under the empty key. */
export class BoundedCounter {
  private counts = new Map<string, number>();

  add(key: string, by = 1): void {
    const countedKey = this.counts.size < maxKeys || this.counts.has(key) ? key : '';
    this.counts.set(countedKey, (this.counts.get(countedKey) ?? 0) + by);
  }

  drain(report: (key: string, count: number) => void): void {
    const { counts } = this;
    this.counts = new Map();
    counts.forEach((count, key) => report(key, count));
  }
}
