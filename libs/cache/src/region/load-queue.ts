import { AsyncLocalStorage } from 'node:async_hooks';
import type { Versioned } from './entry-table.js';

/**
 * Loads what the store has for these keys; a key missing from the result does not exist. It must read committed data, and
 * rejects with an `UnavailableError` if the store is down.
 */
export type Loader<V> = (keys: readonly string[]) => Promise<ReadonlyMap<string, Versioned<V>>>;

export interface LoadLimits {
  /** Most keys in one call of the loader; 500 by default. */
  readonly maxKeysPerCall: number;
  /** Concurrent calls; keys requested meanwhile wait and then go together. 4 by default. */
  readonly maxConcurrentCalls: number;
}

const defaultLoadLimits: LoadLimits = { maxKeysPerCall: 500, maxConcurrentCalls: 4 };

type LoadedValue<V> = Versioned<V> | null;

/**
 * Makes a loader of a function that reads one key; it runs once for each key, concurrently.
 *
 * ```ts
 * const rows = new Map([['pro', { version: 1, value: 'Professional' }]]);
 * const loader: Loader<string> = loadEach(async (key) => rows.get(key) ?? null);
 * ```
 */
export function loadEach<V>(load: (key: string) => Promise<LoadedValue<V>>): Loader<V> {
  return async (keys) => {
    const found = await Promise.all(keys.map(async (key) => [key, await load(key)] as const));
    return new Map(found.filter((pair): pair is [string, Versioned<V>] => pair[1] !== null));
  };
}

/**
 * Combines keys that are requested at about the same time into few calls of the loader: ten thousand keys that change at
 * once cost twenty queries, not ten thousand. A load never starts before it was requested.
 */
export class LoadQueue<V> {
  loaderCalls = 0;
  private readonly pending = new Map<string, PromiseWithResolvers<LoadedValue<V>>>();
  private activeCalls = 0;
  private isScheduled = false;
  /** Loads run outside of the request or transaction of the first reader, because others share them. */
  private readonly runDetached = AsyncLocalStorage.snapshot();

  constructor(
    private readonly loader: Loader<V>,
    private readonly limits: LoadLimits = defaultLoadLimits,
  ) {}

  /** Null: does not exist. Rejects as the loader does. */
  load(key: string): Promise<LoadedValue<V>> {
    const pending = this.pending.get(key) ?? Promise.withResolvers<LoadedValue<V>>();
    this.pending.set(key, pending);
    this.schedule();
    return pending.promise;
  }

  private schedule(): void {
    if (this.isScheduled || this.pending.size === 0 || this.activeCalls >= this.limits.maxConcurrentCalls)
      return;
    this.isScheduled = true;
    this.runDetached(() => setImmediate(() => this.startBatches()));
  }

  private startBatches(): void {
    this.isScheduled = false;
    while (this.pending.size > 0 && this.activeCalls < this.limits.maxConcurrentCalls)
      void this.loadBatch(this.nextBatch());
  }

  private nextBatch(): Map<string, PromiseWithResolvers<LoadedValue<V>>> {
    const batch = new Map<string, PromiseWithResolvers<LoadedValue<V>>>();
    for (const [key, pending] of this.pending) {
      if (batch.size === this.limits.maxKeysPerCall) break;
      batch.set(key, pending);
      this.pending.delete(key);
    }
    return batch;
  }

  private async loadBatch(batch: ReadonlyMap<string, PromiseWithResolvers<LoadedValue<V>>>): Promise<void> {
    this.activeCalls += 1;
    this.loaderCalls += 1;
    try {
      const found = await this.loader([...batch.keys()]);
      for (const [key, { resolve }] of batch) resolve(found.get(key) ?? null);
    } catch (error) {
      for (const { reject } of batch.values()) reject(error);
    } finally {
      this.activeCalls -= 1;
      this.schedule();
    }
  }
}
