import { type DomainError, UnavailableError } from '#kernel';
import { Derivations } from './derivations.js';
import { Floors } from './floors.js';
import { Listeners } from './listeners.js';
import { type Load, LoadQueue, type Loader, type Outcome } from './load-queue.js';
import { type PartOptions, usualOptions } from './part-options.js';
import { type Slot, Slots, type Versioned, absenceVersion } from './slots.js';
import { StandIns } from './outage/stand-ins.js';
import type { Surroundings } from './outage/surroundings.js';

/**
 * What the cache holds of one kind, each key with one version. Bounded; a key that was not read since the eviction last
 * came by goes first. A known absence is held like a value.
 *
 * Never older than known: from a change on, `peek` and every `get` that begins later give that version or a higher one
 * (provided that `load` reads committed data). A load that a change overtook is not kept. Only while the store is away is
 * what was held before given on: then the last-known-good copy, then the safe value, and what they are is said by
 * `CoherentCache.sourceOf`.
 *
 * Values are plain JSON, since copies of them are kept outside of the process.
 */
export class CachePart<V> {
  private readonly slots: Slots<V>;
  private readonly queue: LoadQueue<V>;
  private readonly standIns: StandIns<V>;
  /** The load of a key that a reader may join. A change takes it out, so that later readers begin a new one. */
  private readonly loads = new Map<string, Load<V>>();
  /** Keys that are held as they were copied. */
  private readonly copied = new Set<string>();
  private readonly listeners: Listeners;
  private floors: Floors;
  /** Rises when changes may have been missed: loads that began in an earlier epoch may be older than they know. */
  private epoch = 0;

  /** Made by `CoherentCache.part`. */
  constructor(
    readonly kind: string,
    loader: Loader<V>,
    private readonly around: Surroundings,
    options: PartOptions<V> = {},
  ) {
    this.listeners = new Listeners(kind);
    this.standIns = new StandIns(kind, around, options.safe);
    this.queue = new LoadQueue(loader, options.loads);
    const bounds = { ...usualOptions, ...options };
    this.floors = new Floors(bounds.maxEntries);
    this.slots = new Slots(bounds, (key, slot) => this.evicted(key, slot));
  }

  /** For metrics: `copies` of the `entries` stand in for the store, `loads` counts calls of the loader. */
  get counts(): { misses: number; entries: number; copies: number; loads: number } {
    const { slots, copied, queue } = this;
    return { misses: slots.misses, entries: slots.size, copies: copied.size, loads: queue.calls };
  }

  /** Synchronous and without I/O. Undefined: not held; null: known not to exist. */
  peek(key: string): Versioned<V> | null | undefined {
    const slot = this.slots.get(key);
    if (slot === undefined || (slot.isSuperseded && this.around.store.isUp)) return undefined;
    slot.reads += 1;
    return slot.entry;
  }

  /** Whether this very value is the current one of its key, as far as is known. Counts as no read. */
  holds(key: string, value: V): boolean {
    const slot = this.slots.get(key);
    return slot !== undefined && !slot.isSuperseded && slot.entry?.value === value;
  }

  /**
   * Held, or loaded, by one load for all who ask at a time. A load overtaken by a change is done once more, and if that is
   * overtaken too, served but not kept. Rejects as the loader does, unless the store is away and something can stand in.
   */
  async get(key: string): Promise<Versioned<V> | null> {
    const held = this.peek(key);
    if (held !== undefined) return held;
    this.slots.missed(key);
    try {
      return await this.fresh(key);
    } catch (error) {
      if (!(error instanceof UnavailableError)) throw error;
      return this.standIn(key, error);
    }
  }

  /** As it is in the store from now on, whatever is held. Rejects as the loader does. */
  async reload(key: string): Promise<Versioned<V> | null> {
    const { entry, kept } = await this.beginLoad(key);
    // Another load or a doubt came between, but it was asked for.
    if (!kept && entry !== null) this.put(key, entry);
    return entry;
  }

  /**
   * What a writer knows after its commit, or a warm-up has read. Ignored below the floor or what is held. To be called
   * as soon as it is known: unlike a load's, its age is not checked against messages lost in between.
   */
  put(key: string, entry: Versioned<V>): void {
    if (entry.version < Math.max(this.floors.strictlyOf(key), this.slots.get(key)?.version ?? 0)) return;
    this.learn(key, entry.version);
    this.store(key, entry, entry.version);
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
    const isNews = this.learn(key, version) || isGone;
    const slot = this.slots.get(key);
    if (!isNews || (slot !== undefined && slot.version >= version)) return;
    if (isGone) this.bury(key, slot, version);
    else if (slot !== undefined) this.outdate(key, slot);
  }

  /** Messages may have been lost from now on: what is being loaded may be older than it knows. */
  doubt(): void {
    this.epoch += 1;
  }

  /** Changes were missed: nothing held is given any more, and of the loads that run nothing is kept. */
  distrust(): void {
    this.doubt();
    for (const key of this.slots.keys()) this.supersede(key, this.slots.get(key)!, false);
  }

  /** The store is another one: nothing that was known means anything. */
  forget(): void {
    this.doubt();
    this.loads.clear();
    this.floors = new Floors(this.floors.capacity);
    const keys = this.slots.keys();
    this.slots.clear();
    this.copied.clear();
    for (const key of keys) this.listeners.tell(key);
  }

  /** The store is back: what stood in for it is loaded anew, at once if it is in use. */
  dropCopies(): void {
    for (const key of this.copied) {
      const slot = this.slots.get(key);
      if (slot === undefined) continue;
      this.slots.delete(key);
      this.supersede(key, slot, this.slots.isInUse(slot));
    }
    this.copied.clear();
  }

  /** Made once, for whoever makes something of this part's entries. */
  derivations<Made>(): Derivations<V, Made> {
    return new Derivations(this.slots);
  }

  /**
   * Once a second: a thirtieth of the entries is looked at. Those that are about to end are loaded anew if they are in use;
   * those that have ended are dropped, unless the store is away. While it may be away, they are tried to be loaded instead: a
   * drop could be of the last that is known.
   */
  tick(now: number, share: number): void {
    const { isUp, isLive } = this.around.store;
    this.slots.sweep(share, (key, slot, isInUse) => {
      if (now < slot.refreshAt || !isUp) return;
      const hasEnded = now >= slot.expiresAt;
      if (hasEnded && isLive) this.expire(key, slot);
      else if (hasEnded || isInUse) this.refresh(key);
    });
  }

  /** Hits and misses of each key since the last call, for metrics. */
  drainReads(tell: (key: string, hits: number, misses: number) => void): void {
    this.slots.drainReads(tell);
  }

  private async fresh(key: string): Promise<Versioned<V> | null> {
    const first = await this.loaded(key);
    if (first.kept) return first.entry;
    const meanwhile = this.peek(key);
    return meanwhile === undefined ? (await this.loaded(key)).entry : meanwhile;
  }

  /** What is given while the store is away: what was held last, else the copy, else the safe value. */
  private async standIn(key: string, error: DomainError): Promise<Versioned<V> | null> {
    this.around.store.isFollowed = false;
    if (this.slots.get(key) === undefined) await this.holdCopy(key);
    const held = this.slots.get(key);
    if (held !== undefined) return held.entry;
    const safe = this.standIns.safeFor(key);
    if (safe === undefined) throw error;
    return safe;
  }

  private async holdCopy(key: string): Promise<void> {
    const copy = await this.standIns.copyOf(key);
    if (copy === undefined || this.slots.get(key) !== undefined) return;
    const slot = this.slots.set(key, copy.entry, copy.version, this.around.now());
    slot.isSuperseded = copy.version < this.floors.strictlyOf(key);
    this.copied.add(key);
  }

  /**
   * Raises the floor; false when it was there already. A load that runs may have read what was before: it is not kept,
   * and nobody joins it any more.
   */
  private learn(key: string, version: number): boolean {
    const isNews = this.floors.raise(key, version);
    if (isNews) this.loads.delete(key);
    return isNews;
  }

  private loaded(key: string): Promise<Outcome<V>> {
    return this.loads.get(key)?.outcome ?? this.beginLoad(key);
  }

  private beginLoad(key: string): Promise<Outcome<V>> {
    const load: Load<V> = {
      epoch: this.epoch,
      floor: this.floors.of(key),
      outcome: this.queue
        .load(key)
        .then((entry) => this.finish(key, load, entry))
        .finally(() => this.isCurrent(key, load) && this.loads.delete(key)),
    };
    this.loads.set(key, load);
    return load.outcome;
  }

  private finish(key: string, load: Load<V>, entry: Versioned<V> | null): Outcome<V> {
    const version = entry?.version ?? Math.max(load.floor, absenceVersion(this.slots.get(key)));
    const kept = this.isCurrent(key, load) && load.epoch === this.epoch && version >= this.floors.of(key);
    return { entry: kept ? this.store(key, entry, version) : entry, kept };
  }

  private isCurrent(key: string, load: Load<V>): boolean {
    return this.loads.get(key) === load;
  }

  private refresh(key: string): void {
    // Whoever asks next hears of the failure.
    this.loaded(key).catch(() => undefined);
  }

  /** The entry now held: the given one, or what was there if that came from the store and is as new. */
  private store(key: string, entry: Versioned<V> | null, version: number): Versioned<V> | null {
    const slot = this.slots.get(key);
    const now = this.around.now();
    if (slot !== undefined && !this.isStandIn(key, slot) && slot.version >= version) {
      this.slots.renew(slot, now);
      this.standIns.keep(key, slot);
      return slot.entry;
    }
    this.standIns.keep(key, this.slots.set(key, entry, version, now));
    this.copied.delete(key);
    if (slot !== undefined) this.listeners.tell(key);
    return entry;
  }

  private isStandIn(key: string, slot: Slot<V>): boolean {
    return slot.isSuperseded || this.copied.has(key);
  }

  private bury(key: string, slot: Slot<V> | undefined, version: number): void {
    this.around.copy(this.kind, key, { version, value: null });
    // Nothing newer was heard of: else what is held would be superseded, or the floor be higher.
    const isLatest = slot?.isSuperseded === false || version >= this.floors.strictlyOf(key);
    if (isLatest) this.store(key, null, version);
    else if (slot !== undefined) this.outdate(key, slot);
  }

  /** An absence that has ended stands in for nothing. */
  private outdate(key: string, slot: Slot<V>): void {
    if (slot.entry === null) this.slots.delete(key);
    this.supersede(key, slot, this.slots.isInUse(slot));
  }

  private supersede(key: string, slot: Slot<V>, isInUse: boolean): void {
    slot.isSuperseded = true;
    this.slots.discard(slot);
    this.listeners.tell(key);
    if (isInUse && this.around.store.isUp) this.refresh(key);
  }

  private expire(key: string, slot: Slot<V>): void {
    this.slots.delete(key);
    this.evicted(key, slot);
  }

  /** The floor remembers what was held, so that a late writer brings back nothing older. */
  private evicted(key: string, slot: Slot<V>): void {
    // A copy may be of another history of the store, whose versions mean nothing now.
    if (!this.copied.delete(key)) this.learn(key, slot.version);
    this.listeners.tell(key);
  }
}
