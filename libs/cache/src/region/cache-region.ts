import { UnavailableError } from '#kernel';
import type { CacheContext } from './cache-context.js';
import { ChangeListeners } from './change-listeners.js';
import { DerivedValues } from './derived-values.js';
import { type CacheEntry, EntryTable, type Versioned } from './entry-table.js';
import { FallbackReader } from './fallback-reader.js';
import type { Loader } from './load-queue.js';
import { MinimumVersions } from './minimum-versions.js';
import { type LoadResult, RegionLoader } from './region-loader.js';
import { defaultRegionOptions, type RegionCounts, type RegionOptions } from './region-options.js';

/** Redis may evict a copy without notice, so the copy of an unchanged entry is saved again after this time. */
const resaveAfterMs = 3_600_000;

/**
 * The cached entries of one kind, each key with one version. Bounded: when the region is full, it evicts a key that was
 * not read since the last eviction passed it. A known absence is cached like a value.
 *
 * A read is never older than a known change: after a change, `peek` and every later `get` return that version or a
 * higher one, provided that the loader reads committed data. The result of a load that a change overtook goes to those
 * who wait for it and, for an outage, may be kept as stale.
 * While the store is down, the region returns the stale entry, else the last-known-good copy, else the fallback;
 * `CoherentCache.sourceOf` says which.
 *
 * Values are plain JSON, because copies of them are saved outside of the process. Create regions with
 * `CoherentCache.region`.
 *
 * ```ts
 * async function planName(plans: CacheRegion<{ name: string }>, id: string): Promise<string | undefined> {
 *   const plan = plans.peek(id) ?? (await plans.get(id));
 *   return plan?.value.name;
 * }
 * ```
 */
export class CacheRegion<V> {
  private readonly entries: EntryTable<V>;
  private readonly minimumVersions: MinimumVersions;
  private readonly loader: RegionLoader<V>;
  private readonly fallbacks: FallbackReader<V>;
  private readonly listeners: ChangeListeners;

  /** Called by `CoherentCache.region`. */
  constructor(
    readonly kind: string,
    loader: Loader<V>,
    private readonly context: CacheContext,
    options: RegionOptions<V> = {},
  ) {
    const resolved = { ...defaultRegionOptions, ...options };
    this.listeners = new ChangeListeners(kind);
    this.minimumVersions = new MinimumVersions(resolved.maxEntries);
    this.entries = new EntryTable(resolved, (key, entry) => this.onEvicted(key, entry));
    this.loader = new RegionLoader(
      {
        loader,
        limits: options.loadLimits,
        storeEntry: (key, versioned, version) => this.storeEntry(key, versioned, version),
      },
      this.entries,
      this.minimumVersions,
    );
    const fallbackOptions = { kind, fallback: options.fallback };
    this.fallbacks = new FallbackReader(fallbackOptions, context, this.entries, this.minimumVersions);
  }

  /** For metrics. */
  get counts(): RegionCounts {
    return {
      misses: this.entries.misses,
      entries: this.entries.size,
      lastKnownGood: this.fallbacks.copyCount,
      loads: this.loader.loaderCalls,
    };
  }

  /** Synchronous and without I/O. Undefined: not cached. Null: known not to exist. */
  peek(key: string): Versioned<V> | null | undefined {
    const entry = this.entries.get(key);
    if (entry === undefined || (entry.isStale && this.context.store.isUp)) return undefined;
    entry.reads += 1;
    return entry.versioned;
  }

  /** True when exactly this value is cached for the key and no newer version is known. Does not count as a read. */
  isCurrent(key: string, value: V): boolean {
    const entry = this.entries.get(key);
    return entry !== undefined && !entry.isStale && entry.versioned?.value === value;
  }

  /**
   * Returns the cached entry, or loads it; concurrent readers of one key share a load. A load that a change overtook is
   * repeated once; if the second is overtaken too, its result is returned, and may be kept as stale. Null: does not exist.
   *
   * @throws whatever the loader throws; an `UnavailableError` only if there is no entry, no copy and no fallback.
   */
  async get(key: string): Promise<Versioned<V> | null> {
    const cached = this.peek(key);
    if (cached !== undefined) return cached;
    this.entries.recordMiss(key);
    try {
      return await this.loadFresh(key);
    } catch (error) {
      const fallback = error instanceof UnavailableError ? await this.fallbacks.read(key) : undefined;
      if (fallback === undefined) throw error;
      return fallback;
    }
  }

  /**
   * Loads the entry from the store now, whatever is cached.
   *
   * @throws whatever the loader throws.
   */
  async reload(key: string): Promise<Versioned<V> | null> {
    const result = await this.loader.start(key);
    const { versioned, outcome } = result;
    // This read was requested explicitly, so its value is cached until a newer change is known.
    if (outcome === 'overtaken' && versioned !== null) this.put(key, versioned);
    this.keepStale(key, result);
    return versioned;
  }

  /**
   * Stores what a writer has committed or a warm-up has read. Ignored if older than the minimum or the cached version.
   * Call it right after the commit: unlike a load, it is not checked for messages lost meanwhile.
   */
  put(key: string, versioned: Versioned<V>): void {
    const cachedVersion = this.entries.get(key)?.version ?? 0;
    if (versioned.version < Math.max(this.minimumVersions.upperBoundOf(key), cachedVersion)) return;
    this.raiseMinimumVersion(key, versioned.version);
    this.storeEntry(key, versioned, versioned.version);
  }

  /** Calls `listener` after an entry was replaced or dropped, because of a change, a lost message or eviction. */
  onChange(listener: (key: string) => void): void {
    this.listeners.add(listener);
  }

  /**
   * Applies a committed change: raises the minimum version, so that an older entry is no longer returned. Lower and
   * repeated versions are ignored. An entry in use is loaded again at once. A deletion needs no load: it is cached as a
   * known absence even if the key was not cached, so that no older copy can bring the value back. Returns false if this version, or
   * a higher one, was known.
   */
  apply(key: string, version: number, isGone = false): boolean {
    const isRaised = this.raiseMinimumVersion(key, version);
    const entry = this.entries.get(key);
    if (!(isRaised || isGone) || (entry !== undefined && entry.version >= version)) return isRaised;
    if (isGone) this.storeTombstone(key, entry, version);
    else if (entry !== undefined) this.invalidate(key, entry);
    return isRaised;
  }

  /** Messages may have been lost: the results of running loads are not stored. */
  startNewEpoch(): void {
    this.loader.startNewEpoch();
  }

  /** Changes were missed: invalidates every entry; results of running loads are discarded. */
  invalidateAll(): void {
    this.loader.startAfterGap();
    for (const key of this.entries.keys()) this.markStale(key, this.entries.get(key)!, false);
  }

  /** The store has another history now: drops every entry and every known version. */
  reset(): void {
    this.loader.startNewHistory();
    this.minimumVersions.clear();
    const keys = this.entries.keys();
    this.fallbacks.removeCopies();
    this.entries.clear();
    for (const key of keys) this.listeners.notify(key);
  }

  /** The store is back: drops the last-known-good copies, and loads those in use again at once. */
  invalidateLastKnownGood(): void {
    for (const [key, entry] of this.fallbacks.removeCopies())
      this.markStale(key, entry, this.entries.isInUse(entry));
  }

  /** A new set of values derived from this region's entries. Create it once and share it. */
  derivedValues<Derived>(): DerivedValues<V, Derived> {
    return new DerivedValues(this.entries);
  }

  /**
   * Called once a second; visits the next `share` of the entries. Entries in use are loaded again shortly before they
   * expire. Expired entries are dropped, unless the store is down. While the store may be down, they are loaded again
   * instead: the entry may be the last known value.
   */
  tick(now: number, share: number): void {
    const { isUp, isLive } = this.context.store;
    this.entries.sweep(share, (key, entry, isInUse) => {
      if (now < entry.refreshAt || !isUp) return;
      const isExpired = now >= entry.expiresAt;
      if (isExpired && isLive) this.expire(key, entry);
      else if (isExpired || isInUse) this.loader.refreshInBackground(key);
    });
  }

  /** For metrics: reports hits and misses of each key since the last call. */
  drainReads(report: (key: string, hits: number, misses: number) => void): void {
    this.entries.drainReads(report);
  }

  private async loadFresh(key: string): Promise<Versioned<V> | null> {
    const first = await this.loader.joinOrStart(key);
    if (first.outcome === 'stored') return first.versioned;
    const cached = this.peek(key);
    if (cached !== undefined) return cached;
    const second = await this.loader.joinOrStart(key);
    this.keepStale(key, second);
    return second.versioned;
  }

  /** False if the minimum was already there. A running load may have read the old value, so it is detached. */
  private raiseMinimumVersion(key: string, version: number): boolean {
    const isNew = this.minimumVersions.raise(key, version);
    if (isNew) this.loader.detach(key);
    return isNew;
  }

  /** Returns the value now cached: the given one, or the existing one if it came from the store and is not older. */
  private storeEntry(key: string, versioned: Versioned<V> | null, version: number): Versioned<V> | null {
    const existing = this.entries.get(key);
    const now = this.context.now();
    const isFromStore = existing?.isStale === false && !this.fallbacks.isCopy(key);
    if (isFromStore && existing.version >= version) {
      this.entries.extendLifetime(existing, now);
      this.saveCopy(key, existing);
      return existing.versioned;
    }
    this.saveCopy(key, this.entries.set(key, versioned, version, now));
    this.fallbacks.forgetCopy(key);
    if (existing !== undefined) this.listeners.notify(key);
    return versioned;
  }

  /** Readers get this value, so no later one may get less while the store is down; without an entry, a newer copy may know better. */
  private keepStale(key: string, { versioned, outcome }: LoadResult<V>): void {
    if (versioned === null || outcome === 'stored' || outcome === 'other-history') return;
    const existing = this.entries.get(key);
    const minimum = existing === undefined ? this.minimumVersions.upperBoundOf(key) : existing.version + 1;
    if (versioned.version < minimum) return;
    this.raiseMinimumVersion(key, versioned.version);
    this.entries.set(key, versioned, versioned.version, this.context.now()).isStale = true;
    this.fallbacks.forgetCopy(key);
    if (existing !== undefined) this.listeners.notify(key);
  }

  /**
   * Saves a copy of an entry that was just found to be current, unless that was done recently and the bus was not
   * degraded since: Redis may come back empty. While the bus is degraded, only new entries are saved, so that not all
   * entries in use wait for Redis.
   */
  private saveCopy(key: string, entry: CacheEntry<V>): void {
    const { versioned, version, savedAt } = entry;
    const now = this.context.now();
    const { isDegraded, since } = this.context.busHealth;
    // Version 0 is no deletion, but a key that never existed.
    if (version === 0 || (isDegraded && savedAt > 0)) return;
    if (savedAt > Math.max(since, now - resaveAfterMs)) return;
    entry.savedAt = now;
    this.context.saveLastKnownGood(this.kind, key, versioned ?? { version, value: null });
  }

  private storeTombstone(key: string, entry: CacheEntry<V> | undefined, version: number): void {
    this.context.saveLastKnownGood(this.kind, key, { version, value: null });
    // Otherwise a newer change is known, and the key may exist again.
    const isLatest = entry?.isStale === false || version >= this.minimumVersions.upperBoundOf(key);
    if (isLatest) this.storeEntry(key, null, version);
    else if (entry !== undefined) this.invalidate(key, entry);
  }

  /** An absence that has ended is no fallback either, so it is dropped. */
  private invalidate(key: string, entry: CacheEntry<V>): void {
    if (entry.versioned === null) this.entries.delete(key);
    this.markStale(key, entry, this.entries.isInUse(entry));
  }

  private markStale(key: string, entry: CacheEntry<V>, isInUse: boolean): void {
    entry.isStale = true;
    this.entries.clearDerived(entry);
    this.listeners.notify(key);
    if (isInUse && this.context.store.isUp) this.loader.refreshInBackground(key);
  }

  private expire(key: string, entry: CacheEntry<V>): void {
    this.entries.delete(key);
    this.onEvicted(key, entry);
  }

  /** The minimum version remembers the evicted entry, so that a late writer cannot store an older value. */
  private onEvicted(key: string, entry: CacheEntry<V>): void {
    // The version of a copy may belong to another history of the store, where it means nothing.
    if (!this.fallbacks.forgetCopy(key)) this.raiseMinimumVersion(key, entry.version);
    this.listeners.notify(key);
  }
}
