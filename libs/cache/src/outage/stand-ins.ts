import type { Copy } from '../copies/copies.js';
import type { Versioned } from '../slots.js';
import type { Surroundings } from './surroundings.js';

/** An entry, null for what is known not to exist, undefined where nothing is known. */
type Known<V> = Versioned<V> | null | undefined;

/** What is given of one kind while the store is away: the last-known-good copy, else the safe value. */
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
