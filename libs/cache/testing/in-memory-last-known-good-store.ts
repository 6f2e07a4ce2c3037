import {
  LastKnownGoodStore,
  createLastKnownGoodCounters,
  type LastKnownGood,
  type KeyedLastKnownGood,
} from '../src/last-known-good/last-known-good-store.js';
import { decodeLastKnownGood, encodeLastKnownGood } from '../src/last-known-good/last-known-good-codec.js';

/** Copies in memory, which survive the cache of a test. */
export class InMemoryLastKnownGoodStore extends LastKnownGoodStore {
  override readonly counters = createLastKnownGoodCounters();
  /** Number of `find` calls. */
  findCalls = 0;
  private readonly texts = new Map<string, string>();
  private gate: Promise<void> = Promise.resolve();

  /** `find` calls from now on resolve after the returned function is called. */
  holdFinds(): () => void {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.gate = promise;
    return resolve;
  }

  clear(): void {
    this.texts.clear();
  }

  override async save(kind: string, entries: readonly KeyedLastKnownGood[]): Promise<void> {
    for (const entry of entries) {
      const text = encodeLastKnownGood(entry);
      if (text === null) this.counters.lost += 1;
      else this.saveIfNewer(storageKeyOf(kind, entry.key), entry.version, text);
    }
  }

  override async find(kind: string, keys: readonly string[]): Promise<ReadonlyMap<string, LastKnownGood>> {
    this.findCalls += 1;
    await this.gate;
    const found = new Map<string, LastKnownGood>();
    for (const key of keys) {
      const entry = this.decodeAt(storageKeyOf(kind, key));
      if (entry !== null) found.set(key, entry);
    }
    this.counters.found += found.size;
    this.counters.missing += new Set(keys).size - found.size;
    return found;
  }

  private saveIfNewer(storageKey: string, version: number, text: string): void {
    this.counters.kept += 1;
    const existing = this.decodeAt(storageKey);
    const isOlder = existing === null || existing.version < version;
    if (isOlder || (existing.version === version && existing.value !== null))
      this.texts.set(storageKey, text);
  }

  private decodeAt(storageKey: string): LastKnownGood | null {
    const text = this.texts.get(storageKey);
    return text === undefined ? null : decodeLastKnownGood(text);
  }
}

function storageKeyOf(kind: string, key: string): string {
  return JSON.stringify([kind, key]);
}
