import { AsyncLocalStorage } from 'node:async_hooks';
import type { Versioned } from './entry-table.js';

/** Reads committed data: what there is of these keys; a key that is left out does not exist. */
export type Loader<V> = (keys: readonly string[]) => Promise<ReadonlyMap<string, Versioned<V>>>;

export interface LoadLimits {
  /** Keys in one call of the loader at most. */
  readonly maxKeysPerCall: number;
  /** Calls at a time; what is asked meanwhile waits and then goes together. */
  readonly maxConcurrentCalls: number;
}

const defaultLoadLimits: LoadLimits = { maxKeysPerCall: 500, maxConcurrentCalls: 4 };

type LoadedValue<V> = Versioned<V> | null;

/** One load of one key: what was known when it began, and what comes of it. */
export interface Load<V> {
  readonly epoch: number;
  readonly minimumVersion: number;
  readonly result: Promise<LoadResult<V>>;
}

export interface LoadResult<V> {
  readonly versioned: Versioned<V> | null;
  readonly isStored: boolean;
}

/** A loader for what is read one key at a time. */
export function loadEach<V>(load: (key: string) => Promise<LoadedValue<V>>): Loader<V> {
  return async (keys) => {
    const found = await Promise.all(keys.map(async (key) => [key, await load(key)] as const));
    return new Map(found.filter((pair): pair is [string, Versioned<V>] => pair[1] !== null));
  };
}

/**
 * Gathers the keys that are asked for at about the same time into few calls of the loader: ten thousand keys that changed at
 * once are twenty queries, not ten thousand. Each load begins after it was asked for.
 */
export class LoadQueue<V> {
  /** Of a loader's calls. */
  loaderCalls = 0;
  private readonly pending = new Map<string, PromiseWithResolvers<LoadedValue<V>>>();
  private activeCalls = 0;
  private isScheduled = false;
  /** Loads belong to nobody's request or transaction, whoever asked for them first. */
  private readonly runDetached = AsyncLocalStorage.snapshot();

  constructor(
    private readonly loader: Loader<V>,
    private readonly limits: LoadLimits = defaultLoadLimits,
  ) {}

  /** Null when there is no such thing. Rejects as the loader does. */
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
