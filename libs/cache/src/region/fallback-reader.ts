import type { LastKnownGood } from '../last-known-good/last-known-good-store.js';
import type { CacheContext } from './cache-context.js';
import type { CacheEntry, EntryTable, Versioned } from './entry-table.js';
import type { MinimumVersions } from './minimum-versions.js';

export interface FallbackReaderOptions<V> {
  readonly kind: string;
  readonly fallback: ((key: string) => Versioned<V>) | undefined;
}

/**
 * What one region serves while the store is down: the stale entry, else the last-known-good copy, else the fallback. A
 * copy becomes an entry of the region until the store is back.
 */
export class FallbackReader<V> {
  private readonly runningReads = new Map<string, Promise<LastKnownGood | undefined>>();
  /** Keys whose entry is a last-known-good copy. */
  private readonly copiedKeys = new Set<string>();

  constructor(
    private readonly options: FallbackReaderOptions<V>,
    private readonly context: CacheContext,
    private readonly entries: EntryTable<V>,
    private readonly minimumVersions: MinimumVersions,
  ) {}

  /** For metrics. */
  get copyCount(): number {
    return this.copiedKeys.size;
  }

  /** Null: known not to exist. Undefined: nothing is known and there is no fallback. */
  async read(key: string): Promise<Versioned<V> | null | undefined> {
    this.context.store.isFeedCurrent = false;
    if (this.entries.get(key) === undefined) await this.restoreCopy(key);
    const entry = this.entries.get(key);
    return entry === undefined ? this.fallbackFor(key) : entry.versioned;
  }

  isCopy(key: string): boolean {
    return this.copiedKeys.has(key);
  }

  /** The entry is no longer a copy, or no longer cached. False if it was no copy. */
  forgetCopy(key: string): boolean {
    return this.copiedKeys.delete(key);
  }

  /** Removes the entries that are copies, and returns them. */
  removeCopies(): [key: string, entry: CacheEntry<V>][] {
    const removed: [string, CacheEntry<V>][] = [];
    for (const key of this.copiedKeys) {
      const entry = this.entries.get(key);
      if (entry === undefined) continue;
      this.entries.delete(key);
      removed.push([key, entry]);
    }
    this.copiedKeys.clear();
    return removed;
  }

  private fallbackFor(key: string): Versioned<V> | undefined {
    const versioned = this.options.fallback?.(key);
    if (versioned !== undefined) this.context.provenance.mark(versioned.value, 'defaults');
    return versioned;
  }

  private async restoreCopy(key: string): Promise<void> {
    const copy = await (this.runningReads.get(key) ?? this.startRead(key));
    // A load or another reader may have stored an entry meanwhile.
    if (copy === undefined || this.entries.get(key) !== undefined) return;
    const { version, value } = copy;
    this.context.provenance.mark(value, 'last-known-good');
    const versioned = value === null ? null : { version, value: value as V };
    const entry = this.entries.set(key, versioned, version, this.context.now());
    entry.isStale = version < this.minimumVersions.upperBoundOf(key);
    this.copiedKeys.add(key);
  }

  /** Concurrent readers of one key share the read. */
  private startRead(key: string): Promise<LastKnownGood | undefined> {
    const read = this.context.lastKnownGood
      .find(this.options.kind, [key])
      .then((found) => found.get(key))
      .finally(() => this.runningReads.delete(key));
    this.runningReads.set(key, read);
    return read;
  }
}
