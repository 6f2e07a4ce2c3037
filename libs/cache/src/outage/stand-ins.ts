import type { Copy } from '../copies/copies.js';
import type { Slot, Versioned } from '../slots.js';
import type { Surroundings } from './surroundings.js';

/** An entry, null for what is known not to exist, undefined where nothing is known. */
type Known<V> = Versioned<V> | null | undefined;

/** A copy lasts for a day, or until Redis drops it for want of room, of which nobody is told. */
const copyAgainMs = 3_600_000;

/** What is given of one kind while the store is away, and kept for then: the last-known-good copy, else the safe value. */
export class StandIns<V> {
  private readonly readings = new Map<string, Promise<Copy | undefined>>();

  constructor(
    private readonly kind: string,
    private readonly around: Surroundings,
    private readonly safe: ((key: string) => Versioned<V>) | undefined,
  ) {}

  /** Concurrent calls for one key share one reading. Undefined when there is no copy to be had. */
  async copyOf(key: string): Promise<(Copy & { readonly entry: Versioned<V> | null }) | undefined> {
    const reading = this.readings.get(key) ?? this.read(key);
    const copy = await reading;
    if (copy === undefined) return undefined;
    this.around.provenance.mark(copy.value, 'last-known-good');
    const { version, value } = copy;
    return { ...copy, entry: value === null ? null : { version, value: value as V } };
  }

  /**
   * Copies what is held and was just found to be current, unless that was done lately and no doubt came since: Redis may come
   * back empty. In doubt only what is new is copied, so that no crowd waits for Redis.
   */
  keep(key: string, slot: Slot<V>): void {
    const { entry, version, copiedAt } = slot;
    const now = this.around.now();
    const { isInDoubt, since } = this.around.doubt;
    // Without a version it is no deletion but a key that nobody ever heard of.
    if (version === 0 || (isInDoubt && copiedAt > 0)) return;
    if (copiedAt > Math.max(since, now - copyAgainMs)) return;
    slot.copiedAt = now;
    this.around.copy(this.kind, key, entry ?? { version, value: null });
  }

  safeFor(key: string): Known<V> {
    const entry = this.safe?.(key);
    if (entry !== undefined) this.around.provenance.mark(entry.value, 'defaults');
    return entry;
  }

  private read(key: string): Promise<Copy | undefined> {
    const reading = this.around.copies
      .find(this.kind, [key])
      .then((found) => found.get(key))
      .finally(() => this.readings.delete(key));
    this.readings.set(key, reading);
    return reading;
  }
}
