/* oxlint-disable max-lines -- its split follows */
import { type DomainError, UnavailableError } from '#kernel';
import { DerivedValues } from './derived-values.js';
import { MinimumVersions } from './minimum-versions.js';
import { ChangeListeners } from './change-listeners.js';
import { type Load, LoadQueue, type Loader, type LoadResult } from './load-queue.js';
import { type RegionOptions, defaultRegionOptions } from './region-options.js';
import { type CacheEntry, EntryTable, type Versioned, versionOfAbsence } from './entry-table.js';
import { FallbackReader } from './fallback-reader.js';
import type { CacheContext } from './cache-context.js';

/**
 * What the cache holds of one kind, each key with one version. Bounded; a key that was not read since the eviction last
 * came by goes first. A known absence is held like a value.
 *
 * Never older than known: from a change on, `peek` and every `get` that begins later give that version or a higher one
 * (provided that `load` reads committed data). A load that a change overtook is not kept. Only while the store is away is
 * what was held before given on: then the last-known-good copy, then the safe value, and what they are is said by
 * `CoherentCache.getConfigSource`.
 *
 * Values are plain JSON, since copies of them are kept outside of the process.
 */
export class CacheRegion<V> {
  private readonly entries: EntryTable<V>;
  private readonly queue: LoadQueue<V>;
  private readonly fallbacks: FallbackReader<V>;
  /** The load of a key that a reader may join. A change takes it out, so that later readers begin a new one. */
  private readonly loads = new Map<string, Load<V>>();
  /** Keys that are held as they were copied. */
  private readonly lastKnownGoodKeys = new Set<string>();
  private readonly listeners: ChangeListeners;
  private minimumVersions: MinimumVersions;
  /** Rises when changes may have been missed: loads that began in an earlier epoch may be older than they know. */
  private epoch = 0;

  /** Made by `CoherentCache.part`. */
  constructor(
    readonly kind: string,
    loader: Loader<V>,
    private readonly context: CacheContext,
    options: RegionOptions<V> = {},
  ) {
    this.listeners = new ChangeListeners(kind);
    this.fallbacks = new FallbackReader(kind, context, options.fallback);
    this.queue = new LoadQueue(loader, options.loadLimits);
    const resolved = { ...defaultRegionOptions, ...options };
    this.minimumVersions = new MinimumVersions(resolved.maxEntries);
    this.entries = new EntryTable(resolved, (key, entry) => this.onEvicted(key, entry));
  }

  /** For metrics: `copies` of the `entries` stand in for the store, `loads` counts calls of the loader. */
  get counts(): { misses: number; entries: number; copies: number; loads: number } {
    const { entries, lastKnownGoodKeys, queue } = this;
    return {
      misses: entries.misses,
      entries: entries.size,
      copies: lastKnownGoodKeys.size,
      loads: queue.loaderCalls,
    };
  }

  /** Synchronous and without I/O. Undefined: not held; null: known not to exist. */
  peek(key: string): Versioned<V> | null | undefined {
    const entry = this.entries.get(key);
    if (entry === undefined || (entry.isStale && this.context.store.isUp)) return undefined;
    entry.reads += 1;
    return entry.versioned;
  }

  /** Whether this very value is the current one of its key, as far as is known. Counts as no read. */
  isCurrent(key: string, value: V): boolean {
    const entry = this.entries.get(key);
    return entry !== undefined && !entry.isStale && entry.versioned?.value === value;
  }

  /**
   * Held, or loaded, by one load for all who ask at a time. A load overtaken by a change is done once more, and if that is
   * overtaken too, served but not kept. Rejects as the loader does, unless the store is away and something can stand in.
   */
  async get(key: string): Promise<Versioned<V> | null> {
    const cached = this.peek(key);
    if (cached !== undefined) return cached;
    this.entries.recordMiss(key);
    try {
      return await this.loadFresh(key);
    } catch (error) {
      if (!(error instanceof UnavailableError)) throw error;
      return this.readFallback(key, error);
    }
  }

  /** As it is in the store from now on, whatever is held. Rejects as the loader does. */
  async reload(key: string): Promise<Versioned<V> | null> {
    const { versioned, isStored } = await this.startLoad(key);
    // Another load or a doubt came between, but it was asked for.
    if (!isStored && versioned !== null) this.put(key, versioned);
    return versioned;
  }

  /**
   * What a writer knows after its commit, or a warm-up has read. Ignored below the floor or what is held. To be called
   * as soon as it is known: unlike a load's, its age is not checked against messages lost in between.
   */
  put(key: string, versioned: Versioned<V>): void {
    if (
      versioned.version <
      Math.max(this.minimumVersions.upperBoundOf(key), this.entries.get(key)?.version ?? 0)
    )
      return;
    this.raiseMinimumVersion(key, versioned.version);
    this.storeEntry(key, versioned, versioned.version);
  }

  /** `listener` is called after an entry was replaced or dropped, whether by a change, a loss or for want of room. */
  onChange(listener: (key: string) => void): void {
    this.listeners.add(listener);
  }

  /**
   * A committed change: raises the floor, and what is older is no longer given. Lower and repeated versions are ignored. What
   * is in use is loaded anew at once. What is gone needs no load, and is held as gone even if nothing was: no older copy may
   * bring it back.
   */
  apply(key: string, version: number, isGone = false): void {
    const isNew = this.raiseMinimumVersion(key, version) || isGone;
    const entry = this.entries.get(key);
    if (!isNew || (entry !== undefined && entry.version >= version)) return;
    if (isGone) this.storeTombstone(key, entry, version);
    else if (entry !== undefined) this.invalidate(key, entry);
  }

  /** Messages may have been lost from now on: what is being loaded may be older than it knows. */
  startNewEpoch(): void {
    this.epoch += 1;
  }

  /** Changes were missed: nothing held is given any more, and of the loads that run nothing is kept. */
  invalidateAll(): void {
    this.startNewEpoch();
    for (const key of this.entries.keys()) this.markStale(key, this.entries.get(key)!, false);
  }

  /** The store is another one: nothing that was known means anything. */
  reset(): void {
    this.startNewEpoch();
    this.loads.clear();
    this.minimumVersions = new MinimumVersions(this.minimumVersions.capacity);
    const keys = this.entries.keys();
    this.entries.clear();
    this.lastKnownGoodKeys.clear();
    for (const key of keys) this.listeners.notify(key);
  }

  /** The store is back: what stood in for it is loaded anew, at once if it is in use. */
  invalidateLastKnownGood(): void {
    for (const key of this.lastKnownGoodKeys) {
      const entry = this.entries.get(key);
      if (entry === undefined) continue;
      this.entries.delete(key);
      this.markStale(key, entry, this.entries.isInUse(entry));
    }
    this.lastKnownGoodKeys.clear();
  }

  /** Made once, for whoever makes something of this part's entries. */
  derivedValues<Derived>(): DerivedValues<V, Derived> {
    return new DerivedValues(this.entries);
  }

  /**
   * Once a second: a thirtieth of the entries is looked at. Those that are about to end are loaded anew if they are in use;
   * those that have ended are dropped, unless the store is away. While it may be away, they are tried to be loaded instead: a
   * drop could be of the last that is known.
   */
  tick(now: number, share: number): void {
    const { isUp, isLive } = this.context.store;
    this.entries.sweep(share, (key, entry, isInUse) => {
      if (now < entry.refreshAt || !isUp) return;
      const isExpired = now >= entry.expiresAt;
      if (isExpired && isLive) this.expire(key, entry);
      else if (isExpired || isInUse) this.refreshInBackground(key);
    });
  }

  /** Hits and misses of each key since the last call, for metrics. */
  drainReads(report: (key: string, hits: number, misses: number) => void): void {
    this.entries.drainReads(report);
  }

  private async loadFresh(key: string): Promise<Versioned<V> | null> {
    const first = await this.joinOrStartLoad(key);
    if (first.isStored) return first.versioned;
    const cached = this.peek(key);
    return cached === undefined ? (await this.joinOrStartLoad(key)).versioned : cached;
  }

  /** What is given while the store is away: what was held last, else the copy, else the safe value. */
  private async readFallback(key: string, error: DomainError): Promise<Versioned<V> | null> {
    this.context.store.isFeedCurrent = false;
    if (this.entries.get(key) === undefined) await this.restoreLastKnownGood(key);
    const entry = this.entries.get(key);
    if (entry !== undefined) return entry.versioned;
    const fallback = this.fallbacks.fallbackFor(key);
    if (fallback === undefined) throw error;
    return fallback;
  }

  private async restoreLastKnownGood(key: string): Promise<void> {
    const lastKnownGood = await this.fallbacks.readLastKnownGood(key);
    if (lastKnownGood === undefined || this.entries.get(key) !== undefined) return;
    const entry = this.entries.set(key, lastKnownGood.versioned, lastKnownGood.version, this.context.now());
    entry.isStale = lastKnownGood.version < this.minimumVersions.upperBoundOf(key);
    this.lastKnownGoodKeys.add(key);
  }

  /**
   * Raises the floor; false when it was there already. A load that runs may have read what was before: it is not kept,
   * and nobody joins it any more.
   */
  private raiseMinimumVersion(key: string, version: number): boolean {
    const isNew = this.minimumVersions.raise(key, version);
    if (isNew) this.loads.delete(key);
    return isNew;
  }

  private joinOrStartLoad(key: string): Promise<LoadResult<V>> {
    return this.loads.get(key)?.result ?? this.startLoad(key);
  }

  private startLoad(key: string): Promise<LoadResult<V>> {
    const load: Load<V> = {
      epoch: this.epoch,
      minimumVersion: this.minimumVersions.of(key),
      result: this.queue
        .load(key)
        .then((versioned) => this.finishLoad(key, load, versioned))
        .finally(() => this.isLatestLoad(key, load) && this.loads.delete(key)),
    };
    this.loads.set(key, load);
    return load.result;
  }

  private finishLoad(key: string, load: Load<V>, versioned: Versioned<V> | null): LoadResult<V> {
    const version =
      versioned?.version ?? Math.max(load.minimumVersion, versionOfAbsence(this.entries.get(key)));
    const isStored =
      this.isLatestLoad(key, load) && load.epoch === this.epoch && version >= this.minimumVersions.of(key);
    return { versioned: isStored ? this.storeEntry(key, versioned, version) : versioned, isStored };
  }

  private isLatestLoad(key: string, load: Load<V>): boolean {
    return this.loads.get(key) === load;
  }

  private refreshInBackground(key: string): void {
    // Whoever asks next hears of the failure.
    this.joinOrStartLoad(key).catch(() => undefined);
  }

  /** The entry now held: the given one, or what was there if that came from the store and is as new. */
  private storeEntry(key: string, versioned: Versioned<V> | null, version: number): Versioned<V> | null {
    const existing = this.entries.get(key);
    const now = this.context.now();
    if (existing !== undefined && !this.isFallback(key, existing) && existing.version >= version) {
      this.entries.extendLifetime(existing, now);
      this.fallbacks.save(key, existing);
      return existing.versioned;
    }
    this.fallbacks.save(key, this.entries.set(key, versioned, version, now));
    this.lastKnownGoodKeys.delete(key);
    if (existing !== undefined) this.listeners.notify(key);
    return versioned;
  }

  private isFallback(key: string, entry: CacheEntry<V>): boolean {
    return entry.isStale || this.lastKnownGoodKeys.has(key);
  }

  private storeTombstone(key: string, entry: CacheEntry<V> | undefined, version: number): void {
    this.context.saveLastKnownGood(this.kind, key, { version, value: null });
    // Nothing newer was heard of: else what is held would be superseded, or the floor be higher.
    const isLatest = entry?.isStale === false || version >= this.minimumVersions.upperBoundOf(key);
    if (isLatest) this.storeEntry(key, null, version);
    else if (entry !== undefined) this.invalidate(key, entry);
  }

  /** An absence that has ended stands in for nothing. */
  private invalidate(key: string, entry: CacheEntry<V>): void {
    if (entry.versioned === null) this.entries.delete(key);
    this.markStale(key, entry, this.entries.isInUse(entry));
  }

  private markStale(key: string, entry: CacheEntry<V>, isInUse: boolean): void {
    entry.isStale = true;
    this.entries.clearDerived(entry);
    this.listeners.notify(key);
    if (isInUse && this.context.store.isUp) this.refreshInBackground(key);
  }

  private expire(key: string, entry: CacheEntry<V>): void {
    this.entries.delete(key);
    this.onEvicted(key, entry);
  }

  /** The floor remembers what was held, so that a late writer brings back nothing older. */
  private onEvicted(key: string, entry: CacheEntry<V>): void {
    // A copy may be of another history of the store, whose versions mean nothing now.
    if (!this.lastKnownGoodKeys.delete(key)) this.raiseMinimumVersion(key, entry.version);
    this.listeners.notify(key);
  }
}
