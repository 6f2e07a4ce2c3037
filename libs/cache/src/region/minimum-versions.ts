/**
 * For each key the lowest version that may still be stored: the highest one known to be committed. Bounded: two
 * generations of at most `capacity` keys, of which the older is forgotten when the younger is full.
 */
export class MinimumVersions {
  private currentGeneration = new Map<string, number>();
  private previousGeneration = new Map<string, number>();
  private highestForgotten = 0;

  constructor(readonly capacity: number) {}

  /** 0 when none is known. */
  of(key: string): number {
    return this.currentGeneration.get(key) ?? this.previousGeneration.get(key) ?? 0;
  }

  /**
   * Never below what was once the key's floor, even if that was forgotten: then it is the highest floor forgotten of
   * any key. For values whose age nobody watched, unlike those of a running load.
   */
  upperBoundOf(key: string): number {
    return Math.max(this.of(key), this.highestForgotten);
  }

  /** False when the floor was there already. */
  raise(key: string, version: number): boolean {
    if (version <= this.of(key)) return false;
    if (this.currentGeneration.size >= this.capacity && !this.currentGeneration.has(key))
      this.forgetPreviousGeneration();
    this.currentGeneration.set(key, version);
    return true;
  }

  private forgetPreviousGeneration(): void {
    for (const version of this.previousGeneration.values())
      this.highestForgotten = Math.max(this.highestForgotten, version);
    this.previousGeneration = this.currentGeneration;
    this.currentGeneration = new Map();
  }
}
