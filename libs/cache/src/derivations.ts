import type { Slots } from './slots.js';

/**
 * What was made of held entries together with other things, each held beside its entry for as long as that is current. A warm
 * read of it is one look-up.
 */
export class Derivations<V, Made> {
  /** Rises when everything made is out of date. */
  private generation = 0;

  constructor(private readonly slots: Slots<V>) {}

  /** Counts as a read of the entry. Undefined when nothing was made of it, or what was made is out of date. */
  get(key: string): Made | undefined {
    const slot = this.slots.get(key);
    if (slot === undefined || slot.generation !== this.generation) return undefined;
    slot.reads += 1;
    return slot.derived as Made;
  }

  /** To be asked before anything is read that will be made into something, and given to `keep`. */
  now(): number {
    return this.generation;
  }

  /** Ignored when the entry with the value `from` is not the current one any more, or `dropAll` was called since then. */
  keep(key: string, from: V, made: Made, since: number): void {
    const slot = this.slots.get(key);
    if (since !== this.generation || slot === undefined || slot.isSuperseded || slot.entry?.value !== from)
      return;
    slot.derived = made;
    slot.generation = since;
  }

  /** Something else that it was made from has changed. */
  drop(key: string): void {
    const slot = this.slots.get(key);
    if (slot !== undefined) this.slots.discard(slot);
  }

  /** Something that all were made from has changed. */
  dropAll(): void {
    this.generation += 1;
  }
}
