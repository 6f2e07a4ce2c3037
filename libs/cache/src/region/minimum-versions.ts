/**
 * The lowest version of each key that may still be stored: the highest one known to be committed. Bounded: it keeps two
 * generations of at most `capacity` keys, and forgets the older one when the younger is full.
 */
export class MinimumVersions {
  private currentGeneration = new Map<string, number>();
  private previousGeneration = new Map<string, number>();
  private maxForgotten = 0;

  constructor(private readonly capacity: number) {}

  /** 0 when no version is known. */
  of(key: string): number {
    return this.currentGeneration.get(key) ?? this.previousGeneration.get(key) ?? 0;
  }

  /**
   * At least the minimum that the key ever had, even if it was forgotten: the highest forgotten minimum of any key
   * counts. For values whose age is not known otherwise, unlike the result of a running load.
   */
  upperBoundOf(key: string): number {
    return Math.max(this.of(key), this.maxForgotten);
  }

  /** False if the minimum was already there. */
  raise(key: string, version: number): boolean {
    if (version <= this.of(key)) return false;
    if (this.currentGeneration.size >= this.capacity && !this.currentGeneration.has(key))
      this.forgetPreviousGeneration();
    this.currentGeneration.set(key, version);
    return true;
  }

  clear(): void {
    this.currentGeneration = new Map();
    this.previousGeneration = new Map();
    this.maxForgotten = 0;
  }

  private forgetPreviousGeneration(): void {
    for (const version of this.previousGeneration.values())
      this.maxForgotten = Math.max(this.maxForgotten, version);
    this.previousGeneration = this.currentGeneration;
    this.currentGeneration = new Map();
  }
}
