import { BoundedTally } from './bounded-tally.js';

/** A value and the version of the thing it was read from. Not to be changed by anyone. */
export interface Versioned<V> {
  readonly version: number;
  readonly value: V;
}

/** One key as it is held. `version` of a known absence is the floor it was found under. */
export interface Slot<V> {
  entry: Versioned<V> | null;
  version: number;
  /** A newer version is known to exist: good only for as long as the store is away. */
  isSuperseded: boolean;
  /** What was made of the entry, and the generation that it belongs to. */
  derived: unknown;
  generation: number;
  /** How often it was read, and how often when the eviction, the sweep and the metrics last came by. */
  reads: number;
  readsAtEviction: number;
  readsAtSweep: number;
  readsTold: number;
  /** Milliseconds since the epoch. From the one it is loaded anew if it is in use, from the other it is dropped. */
  refreshAt: number;
  expiresAt: number;
  /** When its copy was last kept, 0 for never. */
  copiedAt: number;
}

/** Of the lifetime; the rest is for loading a value anew before the old one ends. */
const refreshShare = 0.8;
const jitterShare = 0.2;

const emptySlot: Slot<never> = {
  entry: null,
  version: 0,
  isSuperseded: false,
  derived: undefined,
  generation: -1,
  reads: 0,
  readsAtEviction: 0,
  readsAtSweep: 0,
  readsTold: 0,
  refreshAt: 0,
  expiresAt: 0,
  copiedAt: 0,
};

export interface SlotBounds {
  readonly maxEntries: number;
  readonly lifetimeMs: number;
  readonly staysInUse: boolean;
}

/** What is found to exist no more was deleted since it was held, and a deletion has a version of its own: the next one at least. */
export function absenceVersion(held: Slot<unknown> | undefined): number {
  if (held === undefined) return 0;
  return held.entry === null ? held.version : held.version + 1;
}

/**
 * A bounded map from keys to slots. A key that was not read since the eviction last came by goes first (second chance, the
 * clock algorithm): a read costs no list and no clock. What is removed is told to `onRemoved`.
 */
export class Slots<V> {
  misses = 0;
  private readonly slots = new Map<string, Slot<V>>();
  private readonly readsOfGone = new BoundedTally();
  private readonly untoldMisses = new BoundedTally();
  private visiting = this.slots.entries();

  constructor(
    private readonly bounds: SlotBounds,
    private readonly onEvicted: (key: string, slot: Slot<V>) => void,
  ) {}

  get size(): number {
    return this.slots.size;
  }

  get(key: string): Slot<V> | undefined {
    return this.slots.get(key);
  }

  keys(): string[] {
    return [...this.slots.keys()];
  }

  /** Makes room where there is none. */
  set(key: string, entry: Versioned<V> | null, version: number, now: number): Slot<V> {
    const slot = this.slots.get(key) ?? this.add(key);
    slot.entry = entry;
    slot.version = version;
    slot.isSuperseded = false;
    slot.copiedAt = 0;
    this.discard(slot);
    this.renew(slot, now);
    return slot;
  }

  /** The value was found to be the current one: it lives as long again, give or take a fifth, so that not all end at once. */
  renew(slot: Slot<V>, now: number): void {
    const lifetimeMs = this.bounds.lifetimeMs * (1 - jitterShare * Math.random());
    slot.refreshAt = now + lifetimeMs * refreshShare;
    slot.expiresAt = now + lifetimeMs;
  }

  /** Drops what was made of the entry. */
  discard(slot: Slot<V>): void {
    slot.derived = undefined;
    slot.generation = -1;
  }

  /** Read since the sweep last came by; or it is not read itself, but what others made of it. */
  isInUse(slot: Slot<V>): boolean {
    return slot.reads !== slot.readsAtSweep || (this.bounds.staysInUse && slot.entry !== null);
  }

  delete(key: string): void {
    const slot = this.slots.get(key);
    if (slot === undefined) return;
    this.slots.delete(key);
    this.remember(key, slot);
  }

  clear(): void {
    for (const key of this.keys()) this.delete(key);
  }

  /** Goes on through the slots where it last stopped, `share` of them, calling `visit` with whether each was read meanwhile. */
  sweep(share: number, visit: (key: string, slot: Slot<V>, isInUse: boolean) => void): void {
    for (let left = Math.ceil(this.slots.size * share); left > 0; left -= 1) {
      const next = this.next();
      if (next !== undefined) this.visit(next, visit);
    }
  }

  /** Somebody asked for a key that is not held. */
  missed(key: string): void {
    this.misses += 1;
    this.untoldMisses.add(key);
  }

  /** Hits and misses of each key since the last call; those of too many keys under the empty key. */
  drainReads(tell: (key: string, hits: number, misses: number) => void): void {
    this.untoldMisses.drain((key, misses) => tell(key, 0, misses));
    this.readsOfGone.drain((key, reads) => tell(key, reads, 0));
    for (const [key, slot] of this.slots) {
      if (slot.reads === slot.readsTold) continue;
      tell(key, slot.reads - slot.readsTold, 0);
      slot.readsTold = slot.reads;
    }
  }

  private add(key: string): Slot<V> {
    if (this.slots.size >= this.bounds.maxEntries) this.evictOne();
    const slot: Slot<V> = { ...emptySlot };
    this.slots.set(key, slot);
    return slot;
  }

  private next(): [string, Slot<V>] | undefined {
    const next = this.visiting.next();
    if (next.done !== true) return next.value;
    this.visiting = this.slots.entries();
    return this.visiting.next().value;
  }

  private visit(
    [key, slot]: [string, Slot<V>],
    visit: (key: string, slot: Slot<V>, inUse: boolean) => void,
  ): void {
    const isInUse = this.isInUse(slot);
    slot.readsAtSweep = slot.reads;
    visit(key, slot, isInUse);
  }

  /** A Map visits its keys in the order of insertion, and those put back at the end once more. */
  private evictOne(): void {
    for (const [key, slot] of this.slots) {
      this.slots.delete(key);
      if (slot.reads === slot.readsAtEviction) {
        this.remember(key, slot);
        return this.onEvicted(key, slot);
      }
      slot.readsAtEviction = slot.reads;
      this.slots.set(key, slot);
    }
  }

  private remember(key: string, slot: Slot<V>): void {
    if (slot.reads !== slot.readsTold) this.readsOfGone.add(key, slot.reads - slot.readsTold);
  }
}
