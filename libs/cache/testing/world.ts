import { setImmediate } from 'node:timers/promises';
import type { Change } from '../src/bus/change-bus.js';
import type { CachePart } from '../src/cache-part.js';
import { CoherentCache } from '../src/coherent-cache.js';
import { ChangeFeed, type FeedReading } from '../src/feed/change-feed.js';
import { type LoadLimits, oneByOne } from '../src/load-queue.js';
import type { Versioned } from '../src/slots.js';
import { InMemoryCopies } from './in-memory-copies.js';
import { SilentBus } from './silent-bus.js';
import { StepwiseStore } from './stepwise-store.js';

export const keys = ['a', 'b', 'c'];
const kind = 'thing';
type Entry = Versioned<string> | null;

/** Everything that was committed, as long as the store is there. */
class WholeFeed extends ChangeFeed {
  readonly committed: Change[] = [];
  continuity: FeedReading['continuity'] = 'continued';
  isAway = false;
  onRead: (reading: FeedReading, passed: readonly Change[]) => void = () => undefined;

  override async read(from: string | null, page: (changes: readonly Change[]) => void): Promise<FeedReading> {
    if (this.isAway) throw new Error('the feed is away');
    const { continuity } = this;
    this.continuity = 'continued';
    const passed = from === null || continuity !== 'continued' ? [] : this.committed.slice(Number(from));
    page(passed);
    const reading = { position: String(this.committed.length), continuity, pinned: 0 };
    this.onRead(reading, passed);
    return reading;
  }

  override async prune(): Promise<void> {}
}

/**
 * One replica among others, on a store, a feed, copies and messages of which each can be away or late: what it is made to go
 * through, and what it may not be ignorant of.
 */
export class World {
  readonly faults: string[] = [];
  private readonly store = new StepwiseStore();
  private readonly bus = new SilentBus();
  /** What other replicas have copied too. */
  private readonly copies = new InMemoryCopies();
  private readonly feed = new WholeFeed();
  private readonly cache = new CoherentCache(this.bus, this.copies, this.feed);
  private readonly part: CachePart<string>;
  private readonly reads: Promise<unknown>[] = [];
  /** Versions that the replica has heard of. */
  private readonly heard = new Map<string, number>();
  /** Versions that it was told it may have missed: a copy may be older, but nothing that it calls live. */
  private readonly missed = new Map<string, number>();
  private readonly seen = new Map<string, number>();
  private onTheWay: Change[] = [];
  private ownWrites: [key: string, entry: Versioned<string>][] = [];
  /** Rises whenever less is promised for a while: reads that go on meanwhile may be given anything that was ever true. */
  private exceptions = 0;
  private histories = 0;

  private constructor(
    private readonly maxEntries: number,
    loads: LoadLimits,
  ) {
    this.part = this.cache.part<string>(kind, oneByOne(this.store.load), { maxEntries, loads });
    this.feed.onRead = ({ continuity }, passed) => {
      passed.forEach((change) => this.note(change));
      keys.forEach((key) => this.missed.set(key, this.store.version(key)));
      if (continuity !== 'continued') this.forgetLateOnes();
    };
  }

  static async begin(maxEntries: number, loads: LoadLimits): Promise<World> {
    const world = new World(maxEntries, loads);
    await world.cache.onModuleInit();
    return world;
  }

  get(key: string): void {
    const [atLeast, exceptions, isExceptional] = [this.knownOf(key), this.exceptions, this.isExceptional];
    const isBound = (): boolean => !isExceptional && exceptions === this.exceptions;
    const ended = this.part.get(key).then(
      (entry) => isBound() && this.mustBe(key, entry, atLeast, 'get'),
      (error) => isBound() && this.faults.push(`get ${key} failed: ${String(error)}`),
    );
    this.reads.push(ended);
  }

  readStore(index: number): void {
    if (!this.store.isAway) this.store.read(index);
  }

  endLoad(index: number): Promise<void> {
    return this.store.end(index);
  }

  /** Another replica commits; its message is on the way. Every third version is a deletion. */
  writeElsewhere(key: string): void {
    this.onTheWay.push(this.commit(key));
  }

  /** This replica commits, and its writer may put what it wrote at any time after. */
  writeHere(key: string): void {
    if (this.store.isAway) return;
    const change = this.commit(key);
    this.hear(change);
    const entry = this.store.at(key, change.version);
    if (entry !== null) this.ownWrites.push([key, entry]);
  }

  put(index: number): void {
    const write = this.ownWrites[index % this.ownWrites.length];
    if (write !== undefined) this.part.put(...write);
  }

  /** Messages arrive in any order, and again. */
  deliver(index: number): void {
    const message = this.onTheWay[index % this.onTheWay.length];
    if (message !== undefined) this.hear(message);
  }

  /** What an older release sends says of nothing that it is gone. */
  deliverInOldForm(index: number): void {
    const message = this.onTheWay[index % this.onTheWay.length];
    if (message !== undefined) this.hear({ ...message, gone: false });
  }

  loseMessages(): void {
    this.onTheWay = [];
  }

  doubt(isInDoubt: boolean): void {
    if (isInDoubt) this.bus.listener?.doubted();
    else this.bus.listener?.proven();
  }

  async catchUp(): Promise<void> {
    await this.cache.catchUp?.now();
  }

  /** Some changes can be found nowhere. */
  async missChanges(): Promise<void> {
    this.feed.continuity = 'gap';
    await this.catchUp();
  }

  /** A backup is restored, to the version before the last of each key. What copies have is gone with the old history. */
  async restoreBackup(): Promise<void> {
    if (this.store.isAway) return;
    this.exceptions += 1;
    this.histories += 1;
    keys.forEach((key) => this.store.restore(key, this.store.version(key) - 1));
    this.copies.clear();
    this.seen.clear();
    this.heard.clear();
    this.feed.continuity = 'elsewhere';
    await this.catchUp();
  }

  link(isUp: boolean): void {
    this.store.isAway = !isUp;
    this.feed.isAway = !isUp;
    if (!isUp) this.exceptions += 1;
  }

  /** Whoever watches the store says so, rightly or not. */
  say(isUp: boolean): void {
    if (!isUp) this.exceptions += 1;
    this.cache.storeIs(isUp);
  }

  /** Another replica copies what it holds. */
  copyElsewhere(key: string): void {
    const version = this.store.version(key);
    const value = this.store.at(key, version)?.value ?? null;
    if (version > 0) void this.copies.keep(kind, [{ key, version, value }]);
  }

  /** So long after, that what is in use is loaded anew, or that everything has ended. */
  sweep(afterMs: number): void {
    this.part.tick(Date.now() + afterMs, 1);
  }

  check(): void {
    if (this.part.counts.entries > this.maxEntries) this.faults.push('held too many');
    for (const key of keys) {
      const entry = this.part.peek(key);
      if (entry === undefined) continue;
      this.mustBe(key, entry, this.leastOf(key), 'peek');
      if (this.cache.state.isUp && entry !== null) this.mustNotGoBack(key, entry.version);
    }
  }

  /** Everything is there again, but not one message arrives: every read has ended, and all is as it is in the store. */
  async settle(): Promise<void> {
    this.link(true);
    this.say(true);
    await this.catchUp();
    await this.endAll();
    await Promise.all(this.reads);
    if (!this.cache.state.isLive) this.faults.push('is not live again');
    keys.forEach((key) => this.get(key));
    await this.endAll();
    await Promise.all(this.reads);
    this.check();
    await this.cache.onApplicationShutdown();
  }

  /** What is told or put after changes were missed must not be from before: that is promised to the cache, not by it. */
  private forgetLateOnes(): void {
    this.ownWrites = [];
    this.onTheWay = [];
  }

  private async endAll(): Promise<void> {
    await setImmediate();
    while (this.store.pending.length > 0) {
      await this.store.end();
      this.check();
    }
  }

  private get isExceptional(): boolean {
    return this.store.isAway || !this.cache.state.isUp;
  }

  private commit(key: string): Change {
    const next = this.store.version(key) + 1;
    const gone = next % 3 === 0;
    const version = this.store.write(key, gone ? null : `${key}${next} of history ${this.histories}`);
    const change = { kind, key, version, gone };
    this.feed.committed.push(change);
    return change;
  }

  private hear(change: Change): void {
    void this.cache.committed([change]);
    this.note(change);
  }

  private note({ key, version }: Change): void {
    this.heard.set(key, Math.max(version, this.heard.get(key) ?? 0));
  }

  private knownOf(key: string): number {
    return Math.max(this.heard.get(key) ?? 0, this.missed.get(key) ?? 0);
  }

  private leastOf(key: string): number {
    const { isUp, isLive } = this.cache.state;
    if (isLive) return this.knownOf(key);
    return isUp ? (this.heard.get(key) ?? 0) : 0;
  }

  private mustNotGoBack(key: string, version: number): void {
    if (version < (this.seen.get(key) ?? 0)) this.faults.push(`${key} went back to ${version}`);
    this.seen.set(key, version);
  }

  /** True of some version that is not below `atLeast`. */
  private mustBe(key: string, entry: Entry, atLeast: number, how: string): void {
    for (let version = atLeast; version <= this.store.version(key); version += 1) {
      const truth = this.store.at(key, version);
      if (truth?.version === entry?.version && truth?.value === entry?.value) return;
    }
    this.faults.push(`${how} ${key} gave ${JSON.stringify(entry)}, known is ${atLeast}`);
  }
}
