import type { LoadLimits } from './load-queue.js';
import type { Versioned } from './entry-table.js';

export interface RegionOptions<V> {
  /** Entries held at most. Known absences count. */
  readonly maxEntries?: number;
  /** After which an entry is loaded anew even if nobody said that it changed. */
  readonly lifetimeMs?: number;
  readonly loadLimits?: LoadLimits;
  /** What others make of the entries is read instead of them: each counts as in use for as long as it is held. */
  readonly keepFresh?: boolean;
  /** What is given for a key that is neither held nor copied while the store is away. Without it the failure is passed on. */
  readonly fallback?: (key: string) => Versioned<V>;
}

export const defaultRegionOptions = { maxEntries: 10_000, lifetimeMs: 300_000, keepFresh: false };
