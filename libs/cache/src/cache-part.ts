import { Logger } from '@nestjs/common';
import { Floors } from './floors.js';

/** A value and the version of the thing it was read from. Not to be changed by anyone. */
export interface Versioned<V> {
  readonly version: number;
  readonly value: V;
}

/** One key as it is held. `version` of a known absence is the floor it was found under. */
interface Slot<V> {
  readonly entry: Versioned<V> | null;
  readonly version: number;
  /** Second chance: read since the eviction last came by. */
  used: boolean;
}

interface Load<V> {
  readonly epoch: number;
  readonly floor: number;
  readonly outcome: Promise<Outcome<V>>;
}

interface Outcome<V> {
  readonly entry: Versioned<V> | null;
  readonly kept: boolean;
}

/**
 * What the cache holds of one kind, each key with one version. Bounded; a key that was not read since the eviction last
 * came by goes first. A known absence is held like a value.
 *
 * Never older than known: from a change on, `peek` and every `get` that begins later give that version or a higher one
 * (provided that `load` reads committed data). A load that a change overtook is not kept.
 */
export class CachePart<V> {
  /** For metrics. Requests are hits and misses together. */
  hits = 0;
  misses = 0;
  private readonly slots = new Map<string, Slot<V>>();
  private readonly floors: Floors;
  /** The load of a key that a reader may join. A change takes it out, so that later readers begin a new one. */
  private readonly loads = new Map<string, Load<V>>();
  private readonly listeners: ((key: string) => void)[] = [];
  /** Rises when changes may have been missed: loads that began in an earlier epoch may be older than they know. */
  private epoch = 0;

  /** Made by `CoherentCache.part`. */
  constructor(
    private readonly kind: string,
    private readonly load: (key: string) => Promise<Versioned<V> | null>,
    private readonly maxEntries: number,
  ) {
    this.floors = new Floors(maxEntries);
  }

  /** Synchronous and without I/O. Undefined: not held; null: known not to exist. */
  peek(key: string): Versioned<V> | null | undefined {
    const slot = this.slots.get(key);
    if (slot === undefined) return undefined;
    slot.used = true;
    this.hits += 1;
    return slot.entry;
  }

  /**
   * Held, or loaded; readers of one key at one time share one load. A load overtaken by a change is done once more, and
   * if that is overtaken too, its value is served but not kept. Rejects as `load` does; a failure is not remembered.
   */
  async get(key: string): Promise<Versioned<V> | null> {
    const held = this.peek(key);
    if (held !== undefined) return held;
    this.misses += 1;
    const first = await this.loaded(key);
    if (first.kept) return first.entry;
    const meanwhile = this.slots.get(key);
    return meanwhile === undefined ? (await this.loaded(key)).entry : meanwhile.entry;
  }

  /**
   * What a writer knows after its commit, or a warm-up has read. Ignored below the floor or what is held. To be called
   * as soon as it is known: unlike a load's, its age is not checked against messages lost in between.
   */
  put(key: string, entry: Versioned<V>): void {
    if (entry.version < this.floors.strictlyOf(key)) return;
    this.learn(key, entry.version);
    this.store(key, entry, entry.version);
  }

  /** `listener` is called after an entry was replaced or dropped, whether by a change, a loss or for want of room. */
  onChange(listener: (key: string) => void): void {
    this.listeners.push(listener);
  }

  /** A committed change: raises the floor and drops what is older. Lower and repeated versions are ignored. */
  apply(key: string, version: number): void {
    if (!this.learn(key, version)) return;
    const slot = this.slots.get(key);
    if (slot === undefined || slot.version >= version) return;
    this.slots.delete(key);
    this.notify(key);
  }

  /** Changes may have been missed: drops everything held, and keeps nothing of the loads that run. */
  distrust(): void {
    this.epoch += 1;
    const keys = [...this.slots.keys()];
    this.slots.clear();
    keys.forEach((key) => this.notify(key));
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
      // Deferred by a tick, so that `load` is assigned when its end looks for it.
      outcome: Promise.resolve(key)
        .then(this.load)
        .then((entry) => this.finish(key, load, entry))
        .finally(() => this.isCurrent(key, load) && this.loads.delete(key)),
    };
    this.loads.set(key, load);
    return load.outcome;
  }

  private finish(key: string, load: Load<V>, entry: Versioned<V> | null): Outcome<V> {
    const version = entry?.version ?? load.floor;
    const kept = this.isCurrent(key, load) && load.epoch === this.epoch && version >= this.floors.of(key);
    return { entry: kept ? this.store(key, entry, version) : entry, kept };
  }

  private isCurrent(key: string, load: Load<V>): boolean {
    return this.loads.get(key) === load;
  }

  /** The entry now held: the given one, or what was there if that is as new. */
  private store(key: string, entry: Versioned<V> | null, version: number): Versioned<V> | null {
    const slot = this.slots.get(key);
    if (slot !== undefined && slot.version >= version) return slot.entry;
    if (slot === undefined && this.slots.size >= this.maxEntries) this.evictOne();
    this.slots.set(key, { entry, version, used: false });
    if (slot !== undefined) this.notify(key);
    return entry;
  }

  /** The clock algorithm; a Map visits its keys in the order of insertion, and those put back at the end once more. */
  private evictOne(): void {
    for (const [key, slot] of this.slots) {
      this.slots.delete(key);
      if (!slot.used) {
        // The floor remembers what was held, so that a late writer brings back nothing older.
        this.learn(key, slot.version);
        return this.notify(key);
      }
      slot.used = false;
      this.slots.set(key, slot);
    }
  }

  private notify(key: string): void {
    for (const listener of this.listeners) {
      try {
        listener(key);
      } catch (error) {
        // The change is committed: a listener's fault must neither fail it nor keep others from hearing of it.
        new Logger(CachePart.name).error(`A listener of ${this.kind} failed on a change`, error);
      }
    }
  }
}
