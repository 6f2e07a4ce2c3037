import type { LastKnownGood } from '../last-known-good/last-known-good-store.js';
import type { CacheEntry, Versioned } from './entry-table.js';
import type { CacheContext } from './cache-context.js';

/** An entry, null for what is known not to exist, undefined where nothing is known. */
type FallbackValue<V> = Versioned<V> | null | undefined;

/** A copy lasts for a day, or until Redis drops it for want of room, of which nobody is told. */
const resaveAfterMs = 3_600_000;

/** What is given of one kind while the store is away, and kept for then: the last-known-good copy, else the safe value. */
export class FallbackReader<V> {
  private readonly runningReads = new Map<string, Promise<LastKnownGood | undefined>>();

  constructor(
    private readonly kind: string,
    private readonly context: CacheContext,
    private readonly fallback: ((key: string) => Versioned<V>) | undefined,
  ) {}

  /** Concurrent calls for one key share one reading. Undefined when there is no copy to be had. */
  async readLastKnownGood(
    key: string,
  ): Promise<(LastKnownGood & { readonly versioned: Versioned<V> | null }) | undefined> {
    const read = this.runningReads.get(key) ?? this.startRead(key);
    const lastKnownGood = await read;
    if (lastKnownGood === undefined) return undefined;
    this.context.provenance.mark(lastKnownGood.value, 'last-known-good');
    const { version, value } = lastKnownGood;
    return { ...lastKnownGood, versioned: value === null ? null : { version, value: value as V } };
  }

  /**
   * Copies what is held and was just found to be current, unless that was done lately and no doubt came since: Redis may come
   * back empty. In doubt only what is new is copied, so that no crowd waits for Redis.
   */
  save(key: string, entry: CacheEntry<V>): void {
    const { versioned, version, savedAt } = entry;
    const now = this.context.now();
    const { isInDoubt, since } = this.context.busHealth;
    // Without a version it is no deletion but a key that nobody ever heard of.
    if (version === 0 || (isInDoubt && savedAt > 0)) return;
    if (savedAt > Math.max(since, now - resaveAfterMs)) return;
    entry.savedAt = now;
    this.context.saveLastKnownGood(this.kind, key, versioned ?? { version, value: null });
  }

  fallbackFor(key: string): FallbackValue<V> {
    const versioned = this.fallback?.(key);
    if (versioned !== undefined) this.context.provenance.mark(versioned.value, 'defaults');
    return versioned;
  }

  private startRead(key: string): Promise<LastKnownGood | undefined> {
    const read = this.context.lastKnownGood
      .find(this.kind, [key])
      .then((found) => found.get(key))
      .finally(() => this.runningReads.delete(key));
    this.runningReads.set(key, read);
    return read;
  }
}
