const keysAtMost = 1_000;

/** Counts by key until somebody takes them. Beyond a thousand keys, further ones count under the empty key. */
export class BoundedTally {
  private counts = new Map<string, number>();

  add(key: string, by = 1): void {
    const under = this.counts.size < keysAtMost || this.counts.has(key) ? key : '';
    this.counts.set(under, (this.counts.get(under) ?? 0) + by);
  }

  drain(tell: (key: string, count: number) => void): void {
    const { counts } = this;
    this.counts = new Map();
    counts.forEach((count, key) => tell(key, count));
  }
}
