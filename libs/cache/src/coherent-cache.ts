import { Injectable, type OnApplicationShutdown, type OnModuleInit, Optional } from '@nestjs/common';
import { ChangeBus, type Change } from './bus/change-bus.js';
import { CachePart } from './cache-part.js';
import { CopyWriter } from './copies/copy-writer.js';
import { Copies, NoCopies } from './copies/copies.js';
import { CatchUp } from './feed/catch-up.js';
import { ChangeFeed } from './feed/change-feed.js';
import type { Loader } from './load-queue.js';
import type { PartOptions } from './part-options.js';
import { type Origin, Provenance } from './outage/provenance.js';
import { StoreLink } from './outage/store-link.js';
import type { Surroundings } from './outage/surroundings.js';

/** What an answer is worth, as `Attune-Config-Source` says it. */
export type Source = 'live' | 'stale' | Origin;

const tickMs = 1_000;
/** Of the entries, looked at in each tick: each once in half a minute. */
const tickShare = 1 / 30;

/**
 * Values of many kinds, each held in this process and never older than the changes it knows of: its own, those that the bus
 * tells, and every two seconds those of the change feed. Knows nothing of what it holds.
 *
 * ```ts
 * const plans = cache.part<Plan>('plan', oneByOne((id) => repository.findPlan(id)));
 * const plan = plans.peek('pro') ?? (await plans.get('pro'));
 * database.onCommit((changes) => cache.committed(changes));
 * ```
 */
@Injectable()
export class CoherentCache implements OnModuleInit, OnApplicationShutdown {
  readonly catchUp: CatchUp | null;
  private readonly parts = new Map<string, CachePart<unknown>>();
  private readonly store = new StoreLink();
  private readonly provenance = new Provenance();
  private readonly writer: CopyWriter;
  private readonly around: Surroundings;
  private ticking: NodeJS.Timeout | undefined;

  constructor(
    private readonly bus: ChangeBus,
    copies: Copies = new NoCopies(),
    @Optional() feed?: ChangeFeed,
  ) {
    this.writer = new CopyWriter(copies, () => bus.state === 'proven');
    this.around = {
      store: this.store,
      provenance: this.provenance,
      copies,
      doubt: { isInDoubt: false, since: 0 },
      copy: (kind, key, copy) => this.writer.keep(kind, key, copy),
      now: Date.now,
    };
    this.catchUp = feed === undefined ? null : new CatchUp(feed, this.follower());
  }

  /** The part for `kind`, once each. What `load` throws reaches those who asked. */
  part<V>(kind: string, load: Loader<V>, options: PartOptions<V> = {}): CachePart<V> {
    if (this.parts.has(kind)) throw new Error(`The cache already has a part for ${kind}; share that one.`);
    const part = new CachePart<V>(kind, load, this.around, options);
    this.parts.set(kind, part as CachePart<unknown>);
    return part;
  }

  /**
   * To be called after a commit and before the change is acknowledged: from its beginning this process gives nothing
   * older, then the other replicas are told. Never rejects; takes at most 100 ms when the bus is down.
   */
  async committed(changes: readonly Change[]): Promise<void> {
    this.apply(changes);
    if (changes.length > 0) await this.bus.publish(changes);
  }

  /** Whether the store can be reached, as whoever watches it finds. */
  storeIs(isUp: boolean): void {
    if (isUp === this.store.isUp) return;
    this.store.isUp = isUp;
    this.follow(isUp && this.catchUp === null);
    if (isUp) void this.catchUp?.now();
  }

  /** Where the worst of these values comes from, when not from the store; to be kept with what is made of them. */
  originOf(values: readonly object[]): Origin | null {
    return this.provenance.worstOf(values);
  }

  /** `made` was made of `from` alone, and comes from where that does. */
  trace(made: object, from: object): void {
    this.provenance.trace(made, from);
  }

  /** What something made of values with this origin is worth just now. */
  sourceOf(origin: Origin | null): Source {
    return origin ?? (this.store.isLive ? 'live' : 'stale');
  }

  /** For metrics and health. */
  get state(): { isUp: boolean; isLive: boolean; isInDoubt: boolean; parts: Iterable<CachePart<unknown>> } {
    const { isUp, isLive } = this.store;
    return { isUp, isLive, isInDoubt: this.bus.state === 'doubted', parts: this.parts.values() };
  }

  /** Changes are followed from here on, before anything is loaded. */
  async onModuleInit(): Promise<void> {
    await this.catchUp?.now();
    await this.bus.subscribe({
      heard: (changes) => this.apply(changes),
      doubted: () => this.doubt(true),
      proven: () => this.doubt(false),
    });
    this.ticking = setInterval(() => this.tick(), tickMs).unref();
  }

  async onApplicationShutdown(): Promise<void> {
    clearInterval(this.ticking);
    await this.catchUp?.close();
    await this.writer.close();
    await this.bus.close();
  }

  /** What was lost while in doubt is in the feed: it is read at once, both when doubt begins and when it ends. */
  private doubt(isInDoubt: boolean): void {
    this.around.doubt = { isInDoubt, since: Date.now() };
    this.parts.forEach((part) => part.doubt());
    this.catchUp?.doubt(isInDoubt);
    if (this.catchUp === null && !isInDoubt) this.parts.forEach((part) => part.distrust());
  }

  /** Kinds nobody holds are ignored. */
  private apply(changes: readonly Change[]): void {
    for (const { kind, key, version, gone } of changes)
      this.parts.get(kind)?.apply(key, version, gone === true);
  }

  private follower() {
    return {
      changed: (changes: readonly Change[]) => this.apply(changes),
      missed: (continuity: 'gap' | 'elsewhere') =>
        this.parts.forEach((part) => (continuity === 'gap' ? part.distrust() : part.forget())),
      followed: (isFollowed: boolean) => this.follow(isFollowed),
    };
  }

  /** A copy can come while the feed was read already: each reading puts an end to those that are held. */
  private follow(isFollowed: boolean): void {
    this.store.isFollowed = isFollowed;
    if (isFollowed) this.parts.forEach((part) => part.dropCopies());
  }

  private tick(): void {
    const now = Date.now();
    this.parts.forEach((part) => part.tick(now, tickShare));
  }
}
