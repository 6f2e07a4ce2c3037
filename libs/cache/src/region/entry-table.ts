import { BoundedCounter } from './bounded-counter.js';

/** A value and the version of the thing it was read from. Not to be changed by anyone. */
export interface Versioned<V> {
  readonly version: number;
  readonly value: V;
}

/** One key as it is held. `version` of a known absence is the floor it was found under. */
export interface CacheEntry<V> {
  versioned: Versioned<V> | null;
  version: number;
  /** A newer version is known to exist: good only for as long as the store is away. */
  isStale: boolean;
  /** What was made of the entry, and the generation that it belongs to. */
  derived: unknown;
  generation: number;
  /** How often it was read, and how often when the eviction, the sweep and the metrics last came by. */
  reads: number;
  readsAtEviction: number;
  readsAtSweep: number;
  readsReported: number;
  /** Milliseconds since the epoch. From the one it is loaded anew if it is in use, from the other it is dropped. */
  refreshAt: number;
  expiresAt: number;
  /** When its copy was last kept, 0 for never. */
  savedAt: number;
}

/** Of the lifetime; the rest is for loading a value anew before the old one ends. */
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

/** What is found to exist no more was deleted since it was held, and a deletion has a version of its own: the next one at least. */
export function versionOfAbsence(existing: CacheEntry<unknown> | undefined): number {
  if (existing === undefined) return 0;
  return existing.versioned === null ? existing.version : existing.version + 1;
}

/**
 * A bounded map from keys to slots. A key that was not read since the eviction last came by goes first (second chance, the
 * clock algorithm): a read costs no list and no clock. What is removed is told to `onRemoved`.
 */
export class EntryTable<V> {
  misses = 0;
  private readonly entries = new Map<string, CacheEntry<V>>();
  private readonly readsOfRemoved = new BoundedCounter();
  private readonly unreportedMisses = new BoundedCounter();
  private sweepCursor = this.entries.entries();

  constructor(
    private readonly options: EntryTableOptions,
    private readonly onEvicted: (key: string, slot: CacheEntry<V>) => void,
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

  /** Makes room where there is none. */
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

  /** The value was found to be the current one: it lives as long again, give or take a fifth, so that not all end at once. */
  extendLifetime(entry: CacheEntry<V>, now: number): void {
    const lifetimeMs = this.options.lifetimeMs * (1 - jitterShare * Math.random());
    entry.refreshAt = now + lifetimeMs * refreshShare;
    entry.expiresAt = now + lifetimeMs;
  }

  /** Drops what was made of the entry. */
  clearDerived(entry: CacheEntry<V>): void {
    entry.derived = undefined;
    entry.generation = -1;
  }

  /** Read since the sweep last came by; or it is not read itself, but what others made of it. */
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

  /** Goes on through the slots where it last stopped, `share` of them, calling `visit` with whether each was read meanwhile. */
  sweep(share: number, visit: (key: string, slot: CacheEntry<V>, isInUse: boolean) => void): void {
    for (let left = Math.ceil(this.entries.size * share); left > 0; left -= 1) {
      const item = this.nextEntry();
      if (item !== undefined) this.visitEntry(item, visit);
    }
  }

  /** Somebody asked for a key that is not held. */
  recordMiss(key: string): void {
    this.misses += 1;
    this.unreportedMisses.add(key);
  }

  /** Hits and misses of each key since the last call; those of too many keys under the empty key. */
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
    visit: (key: string, entry: CacheEntry<V>, inUse: boolean) => void,
  ): void {
    const isInUse = this.isInUse(entry);
    entry.readsAtSweep = entry.reads;
    visit(key, entry, isInUse);
  }

  /** A Map visits its keys in the order of insertion, and those put back at the end once more. */
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
