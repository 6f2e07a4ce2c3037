import { Injectable, type OnApplicationShutdown, type OnModuleInit, Optional } from '@nestjs/common';
import { Clock, SystemClock } from '#kernel';
import { ChangeBus, type Change } from './bus/change-bus.js';
import { CacheRegion } from './region/cache-region.js';
import { LastKnownGoodWriter } from './last-known-good/last-known-good-writer.js';
import { LastKnownGoodStore, NoLastKnownGoodStore } from './last-known-good/last-known-good-store.js';
import { ChangeFeedPoller, type FeedListener } from './feed/change-feed-poller.js';
import { ChangeFeed, type FeedChange } from './feed/change-feed.js';
import type { Loader } from './region/load-queue.js';
import type { RegionOptions } from './region/region-options.js';
import { type ValueOrigin, Provenance } from './region/provenance.js';
import { type CacheContext, StoreStatus } from './region/cache-context.js';

/** How current a value is, as the header `Attune-Config-Source` says it. */
export type ValueSource = 'live' | 'stale' | ValueOrigin;

const tickIntervalMs = 1_000;
/** Share of the entries visited in each tick: each entry twice a minute. */
const sweepShare = 1 / 30;

/** For metrics and health. */
export interface CacheState {
  /** False: the store is down. */
  readonly isUp: boolean;
  /** False: entries may be stale, because the store is down or the change feed cannot be read. */
  readonly isLive: boolean;
  /** True: messages from other replicas may be lost. */
  readonly isBusDegraded: boolean;
  readonly regions: Iterable<CacheRegion<unknown>>;
}

/**
 * Caches values of many kinds in this process. A read is never older than the changes this process knows: its own, those
 * received over the bus, and, every two seconds, those of the change feed. The cache does not interpret the values.
 *
 * ```ts
 * const rows = new Map([['pro', { version: 1, value: 'Professional' }]]);
 * const cache = new CoherentCache(new InProcessBus());
 * const names = cache.region<string>('plan-name', loadEach(async (id) => rows.get(id) ?? null));
 * void names.get('pro').then((name) => name?.value);
 * void cache.publishCommitted([{ kind: 'plan-name', key: 'pro', version: 2 }]);
 * ```
 */
@Injectable()
export class CoherentCache implements OnModuleInit, OnApplicationShutdown {
  /** Reads the change feed; null without one. */
  readonly feedPoller: ChangeFeedPoller | null;
  /** Called when a change of another replica becomes visible here, with its age and how it was found. For metrics. */
  onVisible: (ageMs: number, foundBy: 'message' | 'feed') => void = () => undefined;
  private readonly regions = new Map<string, CacheRegion<unknown>>();
  private readonly store = new StoreStatus();
  private readonly provenance = new Provenance();
  private readonly lastKnownGoodWriter: LastKnownGoodWriter;
  private readonly context: CacheContext;
  private tickTimer: NodeJS.Timeout | undefined;

  constructor(
    private readonly bus: ChangeBus,
    lastKnownGood: LastKnownGoodStore = new NoLastKnownGoodStore(),
    @Optional() feed?: ChangeFeed,
    @Optional() private readonly clock: Clock = new SystemClock(),
  ) {
    this.lastKnownGoodWriter = new LastKnownGoodWriter(lastKnownGood, () => bus.state === 'connected');
    this.context = {
      store: this.store,
      provenance: this.provenance,
      lastKnownGood,
      busHealth: { isDegraded: false, since: 0 },
      saveLastKnownGood: (kind, key, copy) => this.lastKnownGoodWriter.enqueue(kind, key, copy),
      now: () => this.clock.now(),
    };
    this.feedPoller =
      feed === undefined ? null : new ChangeFeedPoller(feed, this.createFeedListener(), clock);
  }

  /**
   * Creates the region for `kind`. Call it once for each kind, before anything of that kind is read; changes of kinds
   * without a region are ignored. What `load` throws, the reader gets.
   *
   * @throws Error if the kind already has a region.
   */
  region<V>(kind: string, load: Loader<V>, options: RegionOptions<V> = {}): CacheRegion<V> {
    if (this.regions.has(kind)) throw new Error(`The cache already has a region for ${kind}; share it.`);
    const region = new CacheRegion<V>(kind, load, this.context, options);
    this.regions.set(kind, region as CacheRegion<unknown>);
    return region;
  }

  /**
   * Call it after a commit and before the change is acknowledged. It invalidates older entries of this process at once,
   * then notifies the other replicas. Never rejects; takes at most 100 ms when the bus is down.
   */
  async publishCommitted(changes: readonly Change[]): Promise<void> {
    this.apply(changes, null);
    if (changes.length > 0) await this.bus.publish(changes);
  }

  /** Reports whether the store can be reached. While it is down, reads return what is cached, then copies, then fallbacks. */
  setStoreAvailable(isAvailable: boolean): void {
    if (isAvailable === this.store.isUp) return;
    this.store.isUp = isAvailable;
    this.onFeedRead(isAvailable && this.feedPoller === null);
    if (isAvailable) void this.feedPoller?.poll();
  }

  /** Reads the change feed now, so that every change committed before the call is known after it. Never rejects; without a feed, nothing. */
  async catchUp(): Promise<void> {
    await this.feedPoller?.poll();
  }

  /** The worst origin among these values; null if all come from the store. Keep it with what you derive from them. */
  originOf(values: readonly object[]): ValueOrigin | null {
    return this.provenance.worstOf(values);
  }

  /** `derived` was computed from `source` alone: `originOf` returns the same origin for both. */
  inheritOrigin(derived: object, source: object): void {
    this.provenance.inheritOrigin(derived, source);
  }

  /** How current a value of this origin is right now. */
  sourceOf(origin: ValueOrigin | null): ValueSource {
    return origin ?? (this.store.isLive ? 'live' : 'stale');
  }

  /** For metrics and health. */
  get state(): CacheState {
    const { isUp, isLive } = this.store;
    return { isUp, isLive, isBusDegraded: this.bus.state === 'degraded', regions: this.regions.values() };
  }

  /** Starts following changes; Nest calls it before the first request is served. */
  async onModuleInit(): Promise<void> {
    await this.feedPoller?.poll();
    await this.bus.subscribe({
      onChanges: (changes, ageMs) =>
        this.apply(changes, { by: 'message', ...(ageMs !== undefined && { ageMs }) }),
      onDisconnected: () => this.setBusDegraded(true),
      onConnected: () => this.setBusDegraded(false),
    });
    this.tickTimer = setInterval(() => this.tick(), tickIntervalMs).unref();
  }

  /** Saves pending copies and leaves the bus. */
  async onApplicationShutdown(): Promise<void> {
    clearInterval(this.tickTimer);
    await this.feedPoller?.close();
    await this.lastKnownGoodWriter.close();
    await this.bus.close();
  }

  /** The feed has the messages that the bus lost, so it is read at once, both when the bus degrades and when it recovers. */
  private setBusDegraded(isDegraded: boolean): void {
    this.context.busHealth = { isDegraded, since: this.clock.now() };
    this.regions.forEach((region) => region.startNewEpoch());
    this.feedPoller?.setBusDegraded(isDegraded);
    if (this.feedPoller === null && !isDegraded) this.regions.forEach((region) => region.invalidateAll());
  }

  /** @param found How changes of others were found; null for those of this replica. */
  private apply(
    changes: readonly FeedChange[],
    found: { by: 'message' | 'feed'; ageMs?: number } | null,
  ): void {
    for (const { kind, key, version, gone, ageMs = found?.ageMs } of changes) {
      const isNew = this.regions.get(kind)?.apply(key, version, gone === true);
      if (isNew && found !== null && ageMs !== undefined) this.onVisible(ageMs, found.by);
    }
  }

  private createFeedListener(): FeedListener {
    return {
      onChanges: (changes: readonly FeedChange[]) => this.apply(changes, { by: 'feed' }),
      onChangesMissed: (continuity: 'gap' | 'restored') =>
        continuity === 'gap' ? this.regions.forEach((region) => region.invalidateAll()) : this.reset(),
      onFeedRead: (isCurrent: boolean) => this.onFeedRead(isCurrent),
    };
  }

  /** The store has another history: what was cached, or is about to be copied, belongs to the old one. */
  private reset(): void {
    this.lastKnownGoodWriter.discardPending();
    this.regions.forEach((region) => region.reset());
  }

  /** A read may have restored a copy while the feed was being read, so each poll of the feed drops the copies. */
  private onFeedRead(isCurrent: boolean): void {
    this.store.isFeedCurrent = isCurrent;
    if (isCurrent) this.regions.forEach((region) => region.invalidateLastKnownGood());
  }

  private tick(): void {
    const now = this.clock.now();
    this.regions.forEach((region) => region.tick(now, sweepShare));
  }
}
