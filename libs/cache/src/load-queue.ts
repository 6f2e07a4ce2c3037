import { AsyncLocalStorage } from 'node:async_hooks';
import type { Versioned } from './slots.js';

/** Reads committed data: what there is of these keys; a key that is left out does not exist. */
export type Loader<V> = (keys: readonly string[]) => Promise<ReadonlyMap<string, Versioned<V>>>;

export interface LoadLimits {
  /** Keys in one call of the loader at most. */
  readonly keys: number;
  /** Calls at a time; what is asked meanwhile waits and then goes together. */
  readonly calls: number;
}

const usualLimits: LoadLimits = { keys: 500, calls: 4 };

type Found<V> = Versioned<V> | null;

/** One load of one key: what was known when it began, and what comes of it. */
export interface Load<V> {
  readonly epoch: number;
  readonly floor: number;
  readonly outcome: Promise<Outcome<V>>;
}

export interface Outcome<V> {
  readonly entry: Versioned<V> | null;
  readonly kept: boolean;
}

/** A loader for what is read one key at a time. */
export function oneByOne<V>(load: (key: string) => Promise<Found<V>>): Loader<V> {
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
  calls = 0;
  private readonly waiting = new Map<string, PromiseWithResolvers<Found<V>>>();
  private underWay = 0;
  private isScheduled = false;
  /** Loads belong to nobody's request or transaction, whoever asked for them first. */
  private readonly apart = AsyncLocalStorage.snapshot();

  constructor(
    private readonly loader: Loader<V>,
    private readonly limits: LoadLimits = usualLimits,
  ) {}

  /** Null when there is no such thing. Rejects as the loader does. */
  load(key: string): Promise<Found<V>> {
    const waiting = this.waiting.get(key) ?? Promise.withResolvers<Found<V>>();
    this.waiting.set(key, waiting);
    this.schedule();
    return waiting.promise;
  }

  private schedule(): void {
    if (this.isScheduled || this.waiting.size === 0 || this.underWay >= this.limits.calls) return;
    this.isScheduled = true;
    this.apart(() => setImmediate(() => this.begin()));
  }

  private begin(): void {
    this.isScheduled = false;
    while (this.waiting.size > 0 && this.underWay < this.limits.calls) void this.run(this.nextBatch());
  }

  private nextBatch(): Map<string, PromiseWithResolvers<Found<V>>> {
    const batch = new Map<string, PromiseWithResolvers<Found<V>>>();
    for (const [key, waiting] of this.waiting) {
      if (batch.size === this.limits.keys) break;
      batch.set(key, waiting);
      this.waiting.delete(key);
    }
    return batch;
  }

  private async run(batch: ReadonlyMap<string, PromiseWithResolvers<Found<V>>>): Promise<void> {
    this.underWay += 1;
    this.calls += 1;
    try {
      const found = await this.loader([...batch.keys()]);
      for (const [key, { resolve }] of batch) resolve(found.get(key) ?? null);
    } catch (error) {
      for (const { reject } of batch.values()) reject(error);
    } finally {
      this.underWay -= 1;
      this.schedule();
    }
  }
}
