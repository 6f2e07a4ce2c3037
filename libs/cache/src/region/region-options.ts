import type { Versioned } from './entry-table.js';
import type { LoadLimits } from './load-queue.js';

/** Options of one region. */
export interface RegionOptions<V> {
  /** Most entries to keep, known absences included; 10,000 by default. */
  readonly maxEntries?: number;
  /** An entry is loaded again after this time even if no change was reported; 5 minutes by default. */
  readonly lifetimeMs?: number;
  readonly loadLimits?: LoadLimits;
  /** True when readers use values derived from the entries: every entry then counts as in use. */
  readonly keepFresh?: boolean;
  /** Value for a key with neither an entry nor a copy while the store is down. Without it, reads reject. */
  readonly fallback?: (key: string) => Versioned<V>;
}

/** For metrics. */
export interface RegionCounts {
  readonly misses: number;
  readonly entries: number;
  /** Entries that are last-known-good copies. */
  readonly lastKnownGood: number;
  /** Calls of the loader. */
  readonly loads: number;
}

export const defaultRegionOptions = { maxEntries: 10_000, lifetimeMs: 300_000, keepFresh: false };
