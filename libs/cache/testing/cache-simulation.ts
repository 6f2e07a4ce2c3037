import { setImmediate } from 'node:timers/promises';
import type { Change } from '../src/bus/change-bus.js';
import type { CacheRegion } from '../src/region/cache-region.js';
import { CoherentCache } from '../src/coherent-cache.js';
import { ChangeFeed, type FeedReading } from '../src/feed/change-feed.js';
import { type LoadLimits, loadEach } from '../src/region/load-queue.js';
import type { Versioned } from '../src/region/entry-table.js';
import { InMemoryLastKnownGoodStore } from './in-memory-last-known-good-store.js';
import { ManualBus } from './manual-bus.js';
import { StepwiseStore } from './stepwise-store.js';

export const keys = ['a', 'b', 'c'];
const kind = 'thing';
type Entry = Versioned<string> | null;

/** A feed of all committed changes, as long as the store is reachable. */
class CompleteFeed extends ChangeFeed {
  readonly committed: Change[] = [];
  continuity: FeedReading['continuity'] = 'continued';
  isUnavailable = false;
  onRead: (reading: FeedReading, passed: readonly Change[]) => void = () => undefined;

  override async read(
    from: string | null,
    onPage: (changes: readonly Change[]) => void,
  ): Promise<FeedReading> {
    if (this.isUnavailable) throw new Error('the feed is unavailable');
    const { continuity } = this;
    this.continuity = 'continued';
    const passed = from === null || continuity !== 'continued' ? [] : this.committed.slice(Number(from));
    onPage(passed);
    const reading = { position: String(this.committed.length), continuity, pinned: 0 };
    this.onRead(reading, passed);
    return reading;
  }

  override async countSince(position: string): Promise<number> {
    return this.committed.length - Number(position);
  }

  override async prune(): Promise<void> {}
}

/**
 * Simulates one replica among others. Its store, feed, copies and messages can be unavailable or late. Its methods are
 * the events of a run; `violations` lists where the replica broke a promise of the cache.
 */
export class CacheSimulation {
  readonly violations: string[] = [];
  private readonly store = new StepwiseStore();
  private readonly bus = new ManualBus();
  /** Shared with the other replicas. */
  private readonly lastKnownGood = new InMemoryLastKnownGoodStore();
  private readonly feed = new CompleteFeed();
  private readonly cache = new CoherentCache(this.bus, this.lastKnownGood, this.feed);
  private readonly region: CacheRegion<string>;
  private readonly reads: Promise<unknown>[] = [];
  /** Versions that the replica knows. */
  private readonly knownVersions = new Map<string, number>();
  /** Versions that it knows it may have missed: a copy may be older, but not what it calls live. */
  private readonly possiblyMissedVersions = new Map<string, number>();
  private readonly lastSeenVersions = new Map<string, number>();
  private readonly lastReadVersions = new Map<string, number>();
  private inFlight: Change[] = [];
  private ownWrites: [key: string, entry: Versioned<string>][] = [];
  /** Rises whenever less is promised for a while: reads running meanwhile may return any value that was ever stored. */
  private relaxations = 0;
  private histories = 0;

  private constructor(
    private readonly maxEntries: number,
    loads: LoadLimits,
  ) {
    this.region = this.cache.region<string>(kind, loadEach(this.store.load), {
      maxEntries,
      loadLimits: loads,
    });
    this.feed.onRead = ({ continuity }, passed) => {
      passed.forEach((change) => this.recordKnownVersion(change));
      keys.forEach((key) => this.possiblyMissedVersions.set(key, this.store.currentVersion(key)));
      if (continuity !== 'continued') this.dropInFlight();
    };
  }

  static async create(maxEntries: number, loads: LoadLimits): Promise<CacheSimulation> {
    const simulation = new CacheSimulation(maxEntries, loads);
    await simulation.cache.onModuleInit();
    return simulation;
  }

  reload(key: string): void {
    this.get(key, 'reload');
  }

  /** What the cache does not call live may be a copy from before what it may have missed. */
  get(key: string, method: 'get' | 'reload' = 'get'): void {
    const [minVersion, relaxations, isRelaxed] = [this.minVersionOf(key), this.relaxations, this.isRelaxed];
    const isStrict = (): boolean => !isRelaxed && relaxations === this.relaxations;
    const [lastRead, histories] = [this.lastReadVersions.get(key) ?? 0, this.histories];
    const checkedRead = this.region[method](key).then(
      (entry) => {
        if (isStrict()) this.assertTrue(key, entry, minVersion, method);
        if (histories === this.histories) this.assertNotOlderThanRead(key, entry, lastRead);
      },
      (error) => isStrict() && this.violations.push(`${method} ${key} failed: ${String(error)}`),
    );
    this.reads.push(checkedRead);
  }

  readStore(index: number): void {
    if (!this.store.isUnavailable) this.store.readPending(index);
  }

  endLoad(index: number): Promise<void> {
    return this.store.finishLoad(index);
  }

  /** Another replica commits; its message is in flight. Every third version is a deletion. */
  writeElsewhere(key: string): void {
    this.inFlight.push(this.commit(key));
  }

  /** This replica commits; its writer may put the value at any later time. */
  writeHere(key: string): void {
    if (this.store.isUnavailable) return;
    const change = this.commit(key);
    this.receive(change);
    const entry = this.store.valueAt(key, change.version);
    if (entry !== null) this.ownWrites.push([key, entry]);
  }

  put(index: number): void {
    const write = this.ownWrites[index % this.ownWrites.length];
    if (write !== undefined) this.region.put(...write);
  }

  /** Messages arrive in any order, and repeatedly. */
  deliver(index: number): void {
    const message = this.inFlight[index % this.inFlight.length];
    if (message !== undefined) this.receive(message);
  }

  /** Messages of an older release do not mark deletions. */
  deliverFromOlderRelease(index: number): void {
    const message = this.inFlight[index % this.inFlight.length];
    if (message !== undefined) this.receive({ ...message, gone: false });
  }

  loseMessages(): void {
    this.inFlight = [];
  }

  setBusDegraded(isDegraded: boolean): void {
    if (isDegraded) this.bus.listener?.onDisconnected();
    else this.bus.listener?.onConnected();
  }

  async pollFeed(): Promise<void> {
    await this.cache.feedPoller?.poll();
  }

  /** The feed has lost some changes. */
  async missChanges(): Promise<void> {
    this.feed.continuity = 'gap';
    await this.pollFeed();
  }

  /** Restores a backup with the previous version of each key. The copies of the old history are gone. */
  async restoreBackup(): Promise<void> {
    if (this.store.isUnavailable) return;
    this.relaxations += 1;
    this.histories += 1;
    keys.forEach((key) => this.store.restoreTo(key, this.store.currentVersion(key) - 1));
    this.lastKnownGood.clear();
    this.lastSeenVersions.clear();
    this.lastReadVersions.clear();
    this.knownVersions.clear();
    this.feed.continuity = 'restored';
    await this.pollFeed();
  }

  setStoreReachable(isUp: boolean): void {
    this.store.isUnavailable = !isUp;
    this.feed.isUnavailable = !isUp;
    if (!isUp) this.relaxations += 1;
  }

  /** Reports the store as up or down, rightly or wrongly. */
  reportStoreAvailable(isUp: boolean): void {
    if (!isUp) this.relaxations += 1;
    this.cache.setStoreAvailable(isUp);
  }

  /** Another replica saves a copy of the current version. */
  saveElsewhere(key: string): void {
    const version = this.store.currentVersion(key);
    const value = this.store.valueAt(key, version)?.value ?? null;
    if (version > 0) void this.lastKnownGood.save(kind, [{ key, version, value }]);
  }

  /** Ticks at a later time, when entries in use are refreshed or all entries have expired. */
  sweep(afterMs: number): void {
    this.region.tick(Date.now() + afterMs, 1);
  }

  checkInvariants(): void {
    if (this.region.counts.entries > this.maxEntries) this.violations.push('too many entries are cached');
    for (const key of keys) {
      const entry = this.region.peek(key);
      if (entry === undefined) continue;
      this.assertTrue(key, entry, this.minVersionOf(key), 'peek');
      if (this.cache.state.isUp && entry !== null) this.assertNotOlder(key, entry.version);
    }
  }

  /** Everything is reachable again, but no message arrives: every read finishes, and returns what the store has. */
  async settle(): Promise<void> {
    this.setStoreReachable(true);
    this.reportStoreAvailable(true);
    await this.pollFeed();
    await this.finishAllLoads();
    await Promise.all(this.reads);
    if (!this.cache.state.isLive) this.violations.push('the cache is not live again');
    keys.forEach((key) => this.get(key));
    await this.finishAllLoads();
    await Promise.all(this.reads);
    this.checkInvariants();
    await this.cache.onApplicationShutdown();
  }

  /** After missed changes, the simulation delivers and puts no older version: the cache relies on that. */
  private dropInFlight(): void {
    this.ownWrites = [];
    this.inFlight = [];
  }

  private async finishAllLoads(): Promise<void> {
    await setImmediate();
    while (this.store.pending.length > 0) {
      await this.store.finishLoad();
      this.checkInvariants();
    }
  }

  private get isRelaxed(): boolean {
    return this.store.isUnavailable || !this.cache.state.isUp;
  }

  private commit(key: string): Change {
    const next = this.store.currentVersion(key) + 1;
    const gone = next % 3 === 0;
    const version = this.store.write(key, gone ? null : `${key}${next} of history ${this.histories}`);
    const change = { kind, key, version, gone };
    this.feed.committed.push(change);
    return change;
  }

  private receive(change: Change): void {
    void this.cache.publishCommitted([change]);
    this.recordKnownVersion(change);
  }

  private recordKnownVersion({ key, version }: Change): void {
    this.knownVersions.set(key, Math.max(version, this.knownVersions.get(key) ?? 0));
  }

  private knownVersionOf(key: string): number {
    return Math.max(this.knownVersions.get(key) ?? 0, this.possiblyMissedVersions.get(key) ?? 0);
  }

  private minVersionOf(key: string): number {
    const { isUp, isLive } = this.cache.state;
    if (isLive) return this.knownVersionOf(key);
    return isUp ? (this.knownVersions.get(key) ?? 0) : 0;
  }

  private assertNotOlder(key: string, version: number): void {
    if (version < (this.lastSeenVersions.get(key) ?? 0))
      this.violations.push(`${key} went back to ${version}`);
    // A copy may be dropped with its version: the cache does not promise to remember it.
    if (this.region.counts.lastKnownGood === 0) this.lastSeenVersions.set(key, version);
  }

  /** Holds also while the store is down, as long as nothing was evicted and no copy took the place of an entry. */
  private assertNotOlderThanRead(key: string, entry: Entry, lastRead: number): void {
    if (entry === null || this.region.counts.lastKnownGood > 0) return;
    if (entry.version < lastRead && this.maxEntries >= keys.length)
      this.violations.push(`${key} was read as ${entry.version} after ${lastRead}`);
    this.lastReadVersions.set(key, Math.max(entry.version, this.lastReadVersions.get(key) ?? 0));
  }

  /** The entry must equal the value of some version that is not below `minVersion`. */
  private assertTrue(key: string, entry: Entry, minVersion: number, method: string): void {
    for (let version = minVersion; version <= this.store.currentVersion(key); version += 1) {
      const stored = this.store.valueAt(key, version);
      if (stored?.version === entry?.version && stored?.value === entry?.value) return;
    }
    this.violations.push(`${method} ${key} returned ${JSON.stringify(entry)}, minimum is ${minVersion}`);
  }
}
