import { type EntryTable, type Versioned, versionOfAbsence } from './entry-table.js';
import { type LoadLimits, LoadQueue, type Loader } from './load-queue.js';
import type { MinimumVersions } from './minimum-versions.js';

/** One load of one key: what was known when it began, and its result. */
interface Load<V> {
  readonly history: number;
  readonly gaps: number;
  readonly epoch: number;
  readonly minimumVersion: number;
  readonly result: Promise<LoadResult<V>>;
}

export interface LoadResult<V> {
  readonly versioned: Versioned<V> | null;
  readonly outcome: LoadOutcome;
}

/**
 * What became of the result of a load.
 *
 * - `stored`: it is cached as current.
 * - `overtaken`: not stored, because of a change, another load, or a message that may be lost. The feed reports whatever it missed.
 * - `after-gap`: not stored, because the feed has lost changes. It may be older than a change that is never reported.
 * - `other-history`: not stored, because the store was restored from a backup.
 */
export type LoadOutcome = 'stored' | 'overtaken' | 'after-gap' | 'other-history';

export interface RegionLoaderOptions<V> {
  readonly loader: Loader<V>;
  readonly limits: LoadLimits | undefined;
  /** Stores a result that no change has overtaken. Returns the value that is cached afterwards. */
  storeEntry(key: string, versioned: Versioned<V> | null, version: number): Versioned<V> | null;
}

/**
 * Runs the loads of one region. Readers of one key share a load. A result is stored only when nothing happened during
 * the load that could make it outdated: no change of the key, and no new epoch.
 */
export class RegionLoader<V> {
  private readonly queue: LoadQueue<V>;
  /** The load of each key that a reader may join. A change removes it, so that later readers start a new one. */
  private readonly loads = new Map<string, Load<V>>();
  /** Rises when changes may have been missed: loads of an earlier epoch may have read outdated data. */
  private epoch = 0;
  private gaps = 0;
  private history = 0;

  constructor(
    private readonly options: RegionLoaderOptions<V>,
    private readonly entries: EntryTable<V>,
    private readonly minimumVersions: MinimumVersions,
  ) {
    this.queue = new LoadQueue(options.loader, options.limits);
  }

  /** For metrics: calls of the loader. */
  get loaderCalls(): number {
    return this.queue.loaderCalls;
  }

  joinOrStart(key: string): Promise<LoadResult<V>> {
    return this.loads.get(key)?.result ?? this.start(key);
  }

  /** Starts a new load, even if one is running. Rejects as the loader does. */
  start(key: string): Promise<LoadResult<V>> {
    const load: Load<V> = {
      history: this.history,
      gaps: this.gaps,
      epoch: this.epoch,
      minimumVersion: this.minimumVersions.of(key),
      result: this.queue
        .load(key)
        .then((versioned) => this.finish(key, load, versioned))
        .finally(() => this.isLatest(key, load) && this.loads.delete(key)),
    };
    this.loads.set(key, load);
    return load.result;
  }

  /** Ignores a failure: the next reader of the key gets it. */
  refreshInBackground(key: string): void {
    this.joinOrStart(key).catch(() => undefined);
  }

  /** The key has changed: the running load may have read the old value. It is not stored, and no reader joins it. */
  detach(key: string): void {
    this.loads.delete(key);
  }

  /** Messages may have been lost: running loads are not stored. */
  startNewEpoch(): void {
    this.epoch += 1;
  }

  /** The feed has lost changes: running loads are not stored. */
  startAfterGap(): void {
    this.gaps += 1;
  }

  /** The store has another history: running loads are not stored, and no reader joins them. */
  startNewHistory(): void {
    this.history += 1;
    this.loads.clear();
  }

  private finish(key: string, load: Load<V>, versioned: Versioned<V> | null): LoadResult<V> {
    const version =
      versioned?.version ?? Math.max(load.minimumVersion, versionOfAbsence(this.entries.get(key)));
    const outcome = this.outcomeOf(key, load, version);
    if (outcome !== 'stored') return { versioned, outcome };
    return { versioned: this.options.storeEntry(key, versioned, version), outcome };
  }

  private outcomeOf(key: string, load: Load<V>, version: number): LoadOutcome {
    if (load.history !== this.history) return 'other-history';
    if (load.gaps !== this.gaps) return 'after-gap';
    const isCurrent =
      this.isLatest(key, load) && load.epoch === this.epoch && version >= this.minimumVersions.of(key);
    return isCurrent ? 'stored' : 'overtaken';
  }

  private isLatest(key: string, load: Load<V>): boolean {
    return this.loads.get(key) === load;
  }
}
