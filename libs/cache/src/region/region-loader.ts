import { type EntryTable, type Versioned, versionOfAbsence } from './entry-table.js';
import { type LoadLimits, LoadQueue, type Loader } from './load-queue.js';
import type { MinimumVersions } from './minimum-versions.js';

/** One load of one key: what was known when it began, and its result. */
interface Load<V> {
  readonly epoch: number;
  readonly minimumVersion: number;
  readonly result: Promise<LoadResult<V>>;
}

export interface LoadResult<V> {
  readonly versioned: Versioned<V> | null;
  /** False: a change or a possible loss of messages overtook the load, so its result was not stored. */
  readonly isStored: boolean;
}

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
  /** Rises when the feed has a gap: nobody names the changes that the running loads have missed. */
  gaps = 0;
  /** Rises when the store has another history: what was read of an earlier one means nothing. */
  history = 0;
  private readonly queue: LoadQueue<V>;
  /** The load of each key that a reader may join. A change removes it, so that later readers start a new one. */
  private readonly loads = new Map<string, Load<V>>();
  /** Rises when changes may have been missed: loads of an earlier epoch may have read outdated data. */
  private epoch = 0;

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

  /** Changes were missed, and the feed does not name them: as for a new epoch. */
  startAfterGap(): void {
    this.startNewEpoch();
    this.gaps += 1;
  }

  /** The store has another history: running loads are not stored either, and no reader joins them. */
  startNewHistory(): void {
    this.startNewEpoch();
    this.history += 1;
    this.loads.clear();
  }

  private finish(key: string, load: Load<V>, versioned: Versioned<V> | null): LoadResult<V> {
    const version =
      versioned?.version ?? Math.max(load.minimumVersion, versionOfAbsence(this.entries.get(key)));
    const isStored =
      this.isLatest(key, load) && load.epoch === this.epoch && version >= this.minimumVersions.of(key);
    return { versioned: isStored ? this.options.storeEntry(key, versioned, version) : versioned, isStored };
  }

  private isLatest(key: string, load: Load<V>): boolean {
    return this.loads.get(key) === load;
  }
}
