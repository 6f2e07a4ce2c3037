import type { EntryTable } from './entry-table.js';

/**
 * Values computed from cached entries and other inputs, each stored with its entry until that changes. A warm read is one
 * look-up.
 *
 * ```ts
 * async function addLabel(labels: DerivedValues<string, string>, region: CacheRegion<string>, key: string) {
 *   const generation = labels.currentGeneration();
 *   const entry = await region.get(key);
 *   if (entry !== null) labels.set(key, entry.value, `${key}: ${entry.value}`, generation);
 * }
 * ```
 */
export class DerivedValues<V, Derived> {
  /** Rises when all derived values become outdated. */
  private generation = 0;

  constructor(private readonly entries: EntryTable<V>) {}

  /** Counts as a read of the entry. Undefined if there is no derived value, or it is outdated. */
  get(key: string): Derived | undefined {
    const entry = this.entries.get(key);
    if (entry === undefined || entry.generation !== this.generation) return undefined;
    entry.reads += 1;
    return entry.derived as Derived;
  }

  /** Call it before reading the inputs of a derived value, and pass the result to `set`. */
  currentGeneration(): number {
    return this.generation;
  }

  /** Ignored if `source` is no longer the current value of the key, or if `dropAll` was called since `generation`. */
  set(key: string, source: V, derived: Derived, generation: number): void {
    const entry = this.entries.get(key);
    if (
      generation !== this.generation ||
      entry === undefined ||
      entry.isStale ||
      entry.versioned?.value !== source
    )
      return;
    entry.derived = derived;
    entry.generation = generation;
  }

  /** Another input of this key's derived value has changed. */
  drop(key: string): void {
    const entry = this.entries.get(key);
    if (entry !== undefined) this.entries.clearDerived(entry);
  }

  /** An input of all derived values has changed. */
  dropAll(): void {
    this.generation += 1;
  }
}
