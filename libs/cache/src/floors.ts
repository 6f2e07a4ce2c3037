/**
 * For each key the lowest version that may still be stored: the highest one known to be committed. Bounded: two
 * generations of at most `capacity` keys, of which the older is forgotten when the younger is full.
 */
export class Floors {
  private young = new Map<string, number>();
  private old = new Map<string, number>();
  private forgotten = 0;

  constructor(readonly capacity: number) {}

  /** 0 when none is known. */
  of(key: string): number {
    return this.young.get(key) ?? this.old.get(key) ?? 0;
  }

  /**
   * Never below what was once the key's floor, even if that was forgotten: then it is the highest floor forgotten of
   * any key. For values whose age nobody watched, unlike those of a running load.
   */
  strictlyOf(key: string): number {
    return Math.max(this.of(key), this.forgotten);
  }

  /** False when the floor was there already. */
  raise(key: string, version: number): boolean {
    if (version <= this.of(key)) return false;
    if (this.young.size >= this.capacity && !this.young.has(key)) this.forgetOld();
    this.young.set(key, version);
    return true;
  }

  private forgetOld(): void {
    for (const version of this.old.values()) this.forgotten = Math.max(this.forgotten, version);
    this.old = this.young;
    this.young = new Map();
  }
}
