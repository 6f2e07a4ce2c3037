/** A value and its version. Readers share the object and must not change it. */
export interface Versioned<V> {
  readonly version: number;
  readonly value: V;
}

/** The cached state of one key. The `version` of a known absence is the minimum version it was found under. */
export interface CacheEntry<V> {
  versioned: Versioned<V> | null;
  version: number;
  /** A newer version is known to exist: returned only while the store is down. */
  isStale: boolean;
  /** The value derived from the entry, and the generation it belongs to. */
  derived: unknown;
  generation: number;
  /** Number of reads so far, and what it was when the eviction, the sweep and the metrics last visited the entry. */
  reads: number;
  readsAtEviction: number;
  readsAtSweep: number;
  readsReported: number;
  /** Milliseconds since the epoch. From `refreshAt` on, an entry in use is loaded again; from `expiresAt` on, it is dropped. */
  refreshAt: number;
  expiresAt: number;
  /** When its copy was last saved, in milliseconds since the epoch; 0 for never. */
  savedAt: number;
}

/** Share of the lifetime after which an entry is refreshed; the rest is time to load it before it expires. */
const refreshShare = 0.8;
const jitterShare = 0.2;

const emptyEntry: CacheEntry<never> = {
  versioned: null,
  version: 0,
  isStale: false,
  derived: undefined,
  generation: -1,
  reads: 0,
  readsAtEviction: 0,
  readsAtSweep: 0,
  readsReported: 0,
  refreshAt: 0,
  expiresAt: 0,
  savedAt: 0,
};

export interface EntryTableOptions {
  readonly maxEntries: number;
  readonly lifetimeMs: number;
  readonly keepFresh: boolean;
}

/** A cached value that the store no longer has was deleted. A deletion has its own version: at least the next one. */
export function versionOfAbsence(existing: CacheEntry<unknown> | undefined): number {
  if (existing === undefined) return 0;
  return existing.versioned === null ? existing.version : existing.version + 1;
}

const maxCountedKeys = 1_000;

/** Counts by key until it is drained. Further keys count under the empty key once there are a thousand. */
class BoundedCounter {
  private counts = new Map<string, number>();

  add(key: string, by = 1): void {
    const countedKey = this.counts.size < maxCountedKeys || this.counts.has(key) ? key : '';
    this.counts.set(countedKey, (this.counts.get(countedKey) ?? 0) + by);
  }

  drain(report: (key: string, count: number) => void): void {
    const { counts } = this;
    this.counts = new Map();
    counts.forEach((count, key) => report(key, count));
  }
}

/**
 * A bounded map from keys to entries. It evicts a key that was not read since the last eviction passed it (second chance,
 * the clock algorithm), so a read moves nothing in a list and reads no clock. Calls `onEvicted` with each evicted entry.
 */
export class EntryTable<V> {
  misses = 0;
  private readonly entries = new Map<string, CacheEntry<V>>();
  private readonly readsOfRemoved = new BoundedCounter();
  private readonly unreportedMisses = new BoundedCounter();
  private sweepCursor = this.entries.entries();

  constructor(
    private readonly options: EntryTableOptions,
    private readonly onEvicted: (key: string, entry: CacheEntry<V>) => void,
  ) {}

  get size(): number {
    return this.entries.size;
  }

  get(key: string): CacheEntry<V> | undefined {
    return this.entries.get(key);
  }

  keys(): string[] {
    return [...this.entries.keys()];
  }

  /** Replaces or adds the entry of the key; evicts another entry if the table is full. */
  set(key: string, versioned: Versioned<V> | null, version: number, now: number): CacheEntry<V> {
    const entry = this.entries.get(key) ?? this.add(key);
    entry.versioned = versioned;
    entry.version = version;
    entry.isStale = false;
    entry.savedAt = 0;
    this.clearDerived(entry);
    this.extendLifetime(entry, now);
    return entry;
  }

  /** Starts a new lifetime, up to a fifth shorter at random, so that entries do not all expire at once. */
  extendLifetime(entry: CacheEntry<V>, now: number): void {
    const lifetimeMs = this.options.lifetimeMs * (1 - jitterShare * Math.random());
    entry.refreshAt = now + lifetimeMs * refreshShare;
    entry.expiresAt = now + lifetimeMs;
  }

  clearDerived(entry: CacheEntry<V>): void {
    entry.derived = undefined;
    entry.generation = -1;
  }

  /** True if the entry was read since the last sweep, or if `keepFresh` is set and it is no known absence. */
  isInUse(entry: CacheEntry<V>): boolean {
    return entry.reads !== entry.readsAtSweep || (this.options.keepFresh && entry.versioned !== null);
  }

  delete(key: string): void {
    const entry = this.entries.get(key);
    if (entry === undefined) return;
    this.entries.delete(key);
    this.keepReadsOfRemoved(key, entry);
  }

  clear(): void {
    for (const key of this.keys()) this.delete(key);
  }

  /** Visits the next `share` of the entries, from where the last sweep stopped. `isInUse`: read since the last visit. */
  sweep(share: number, visit: (key: string, entry: CacheEntry<V>, isInUse: boolean) => void): void {
    for (let left = Math.ceil(this.entries.size * share); left > 0; left -= 1) {
      const item = this.nextEntry();
      if (item !== undefined) this.visitEntry(item, visit);
    }
  }

  /** Counts a read of a key that is not cached. */
  recordMiss(key: string): void {
    this.misses += 1;
    this.unreportedMisses.add(key);
  }

  /** Reports hits and misses of each key since the last call; beyond a thousand missed keys, under the empty key. */
  drainReads(report: (key: string, hits: number, misses: number) => void): void {
    this.unreportedMisses.drain((key, misses) => report(key, 0, misses));
    this.readsOfRemoved.drain((key, reads) => report(key, reads, 0));
    for (const [key, entry] of this.entries) {
      if (entry.reads === entry.readsReported) continue;
      report(key, entry.reads - entry.readsReported, 0);
      entry.readsReported = entry.reads;
    }
  }

  private add(key: string): CacheEntry<V> {
    if (this.entries.size >= this.options.maxEntries) this.evictOne();
    const entry: CacheEntry<V> = { ...emptyEntry };
    this.entries.set(key, entry);
    return entry;
  }

  private nextEntry(): [string, CacheEntry<V>] | undefined {
    const result = this.sweepCursor.next();
    if (result.done !== true) return result.value;
    this.sweepCursor = this.entries.entries();
    return this.sweepCursor.next().value;
  }

  private visitEntry(
    [key, entry]: [string, CacheEntry<V>],
    visit: (key: string, entry: CacheEntry<V>, isInUse: boolean) => void,
  ): void {
    const isInUse = this.isInUse(entry);
    entry.readsAtSweep = entry.reads;
    visit(key, entry, isInUse);
  }

  /** A Map iterates in the order of insertion, so entries put back at the end are visited a second time. */
  private evictOne(): void {
    for (const [key, entry] of this.entries) {
      this.entries.delete(key);
      if (entry.reads === entry.readsAtEviction) {
        this.keepReadsOfRemoved(key, entry);
        return this.onEvicted(key, entry);
      }
      entry.readsAtEviction = entry.reads;
      this.entries.set(key, entry);
    }
  }

  private keepReadsOfRemoved(key: string, entry: CacheEntry<V>): void {
    if (entry.reads !== entry.readsReported) this.readsOfRemoved.add(key, entry.reads - entry.readsReported);
  }
}
