import type { EntryTable } from './entry-table.js';

/**
 * What was made of held entries together with other things, each held beside its entry for as long as that is current. A warm
 * read of it is one look-up.
 */
export class DerivedValues<V, Derived> {
  /** Rises when everything made is out of date. */
  private generation = 0;

  constructor(private readonly entries: EntryTable<V>) {}

  /** Counts as a read of the entry. Undefined when nothing was made of it, or what was made is out of date. */
  get(key: string): Derived | undefined {
    const entry = this.entries.get(key);
    if (entry === undefined || entry.generation !== this.generation) return undefined;
    entry.reads += 1;
    return entry.derived as Derived;
  }

  /** To be asked before anything is read that will be made into something, and given to `keep`. */
  currentGeneration(): number {
    return this.generation;
  }

  /** Ignored when the entry with the value `from` is not the current one any more, or `dropAll` was called since then. */
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

  /** Something else that it was made from has changed. */
  drop(key: string): void {
    const entry = this.entries.get(key);
    if (entry !== undefined) this.entries.clearDerived(entry);
  }

  /** Something that all were made from has changed. */
  dropAll(): void {
    this.generation += 1;
  }
}
