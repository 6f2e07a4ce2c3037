import { Injectable, type OnApplicationShutdown, type OnModuleInit, Optional } from '@nestjs/common';
import { ChangeBus, type Change } from './bus/change-bus.js';
import { CacheRegion } from './region/cache-region.js';
import { LastKnownGoodWriter } from './last-known-good/last-known-good-writer.js';
import { LastKnownGoodStore, NoLastKnownGoodStore } from './last-known-good/last-known-good-store.js';
import { ChangeFeedPoller, type FeedListener } from './feed/change-feed-poller.js';
import { ChangeFeed } from './feed/change-feed.js';
import type { Loader } from './region/load-queue.js';
import type { RegionOptions } from './region/region-options.js';
import { type ValueOrigin, Provenance } from './region/provenance.js';
import { type CacheContext, StoreStatus } from './region/cache-context.js';

/** What an answer is worth, as `Attune-Config-Source` says it. */
export type ValueSource = 'live' | 'stale' | ValueOrigin;

const tickIntervalMs = 1_000;
/** Of the entries, looked at in each tick: each once in half a minute. */
const sweepShare = 1 / 30;

/**
 * Values of many kinds, each held in this process and never older than the changes it knows of: its own, those that the bus
 * tells, and every two seconds those of the change feed. Knows nothing of what it holds.
 *
 * ```ts
 * const plans = cache.part<Plan>('plan', loadEach((id) => repository.findPlan(id)));
 * const plan = plans.peek('pro') ?? (await plans.get('pro'));
 * database.onCommit((changes) => cache.committed(changes));
 * ```
 */
@Injectable()
export class CoherentCache implements OnModuleInit, OnApplicationShutdown {
  readonly feedPoller: ChangeFeedPoller | null;
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
  ) {
    this.lastKnownGoodWriter = new LastKnownGoodWriter(lastKnownGood, () => bus.state === 'proven');
    this.context = {
      store: this.store,
      provenance: this.provenance,
      lastKnownGood,
      busHealth: { isDegraded: false, since: 0 },
      saveLastKnownGood: (kind, key, copy) => this.lastKnownGoodWriter.enqueue(kind, key, copy),
      now: Date.now,
    };
    this.feedPoller = feed === undefined ? null : new ChangeFeedPoller(feed, this.createFeedListener());
  }

  /** The part for `kind`, once each. What `load` throws reaches those who asked. */
  region<V>(kind: string, load: Loader<V>, options: RegionOptions<V> = {}): CacheRegion<V> {
    if (this.regions.has(kind)) throw new Error(`The cache already has a part for ${kind}; share that one.`);
    const region = new CacheRegion<V>(kind, load, this.context, options);
    this.regions.set(kind, region as CacheRegion<unknown>);
    return region;
  }

  /**
   * To be called after a commit and before the change is acknowledged: from its beginning this process gives nothing
   * older, then the other replicas are told. Never rejects; takes at most 100 ms when the bus is down.
   */
  async publishCommitted(changes: readonly Change[]): Promise<void> {
    this.apply(changes);
    if (changes.length > 0) await this.bus.publish(changes);
  }

  /** Whether the store can be reached, as whoever watches it finds. */
  setStoreAvailable(isAvailable: boolean): void {
    if (isAvailable === this.store.isUp) return;
    this.store.isUp = isAvailable;
    this.onFeedRead(isAvailable && this.feedPoller === null);
    if (isAvailable) void this.feedPoller?.poll();
  }

  /** Where the worst of these values comes from, when not from the store; to be kept with what is made of them. */
  originOf(values: readonly object[]): ValueOrigin | null {
    return this.provenance.worstOf(values);
  }

  /** `made` was made of `from` alone, and comes from where that does. */
  inheritOrigin(derived: object, source: object): void {
    this.provenance.inheritOrigin(derived, source);
  }

  /** What something made of values with this origin is worth just now. */
  sourceOf(origin: ValueOrigin | null): ValueSource {
    return origin ?? (this.store.isLive ? 'live' : 'stale');
  }

  /** For metrics and health. */
  get state(): { isUp: boolean; isLive: boolean; isInDoubt: boolean; parts: Iterable<CacheRegion<unknown>> } {
    const { isUp, isLive } = this.store;
    return { isUp, isLive, isInDoubt: this.bus.state === 'doubted', parts: this.regions.values() };
  }

  /** Changes are followed from here on, before anything is loaded. */
  async onModuleInit(): Promise<void> {
    await this.feedPoller?.poll();
    await this.bus.subscribe({
      onChanges: (changes) => this.apply(changes),
      onDisconnected: () => this.setBusDegraded(true),
      onConnected: () => this.setBusDegraded(false),
    });
    this.tickTimer = setInterval(() => this.tick(), tickIntervalMs).unref();
  }

  async onApplicationShutdown(): Promise<void> {
    clearInterval(this.tickTimer);
    await this.feedPoller?.close();
    await this.lastKnownGoodWriter.close();
    await this.bus.close();
  }

  /** What was lost while in doubt is in the feed: it is read at once, both when doubt begins and when it ends. */
  private setBusDegraded(isDegraded: boolean): void {
    this.context.busHealth = { isDegraded, since: Date.now() };
    this.regions.forEach((region) => region.startNewEpoch());
    this.feedPoller?.setBusDegraded(isDegraded);
    if (this.feedPoller === null && !isDegraded) this.regions.forEach((part) => part.invalidateAll());
  }

  /** Kinds nobody holds are ignored. */
  private apply(changes: readonly Change[]): void {
    for (const { kind, key, version, gone } of changes)
      this.regions.get(kind)?.apply(key, version, gone === true);
  }

  private createFeedListener(): FeedListener {
    return {
      onChanges: (changes: readonly Change[]) => this.apply(changes),
      onChangesMissed: (continuity: 'gap' | 'restored') =>
        this.regions.forEach((region) => (continuity === 'gap' ? region.invalidateAll() : region.reset())),
      onFeedRead: (isCurrent: boolean) => this.onFeedRead(isCurrent),
    };
  }

  /** A copy can come while the feed was read already: each reading puts an end to those that are held. */
  private onFeedRead(isCurrent: boolean): void {
    this.store.isFeedCurrent = isCurrent;
    if (isCurrent) this.regions.forEach((region) => region.invalidateLastKnownGood());
  }

  private tick(): void {
    const now = Date.now();
    this.regions.forEach((region) => region.tick(now, sweepShare));
  }
}
