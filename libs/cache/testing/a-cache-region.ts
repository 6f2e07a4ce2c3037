import { setImmediate } from 'node:timers/promises';
import { CacheRegion } from '../src/region/cache-region.js';
import type { LastKnownGood } from '../src/last-known-good/last-known-good-store.js';
import { loadEach } from '../src/region/load-queue.js';
import type { RegionOptions } from '../src/region/region-options.js';
import { Provenance } from '../src/region/provenance.js';
import { type BusHealth, StoreStatus } from '../src/region/cache-context.js';
import { StepwiseStore } from './stepwise-store.js';

/** The context of a region in a test: a clock that the test sets, and copies in a map. */
export class TestCacheContext {
  readonly store = new StoreStatus();
  readonly provenance = new Provenance();
  readonly saved = new Map<string, LastKnownGood>();
  busHealth: BusHealth = { isDegraded: false, since: 0 };
  time = 1_000_000;
  findCalls = 0;
  readonly lastKnownGood = {
    find: (_kind: string, keys: readonly string[]) => {
      this.findCalls += 1;
      return Promise.resolve(new Map([...this.saved].filter(([key]) => keys.includes(key))));
    },
  };

  readonly saveLastKnownGood = (_kind: string, key: string, copy: LastKnownGood): void =>
    void this.saved.set(key, copy);
  readonly now = (): number => this.time;
}

/** Load limits for tests that finish one load at a time. */
export const oneKeyPerLoad = { maxKeysPerCall: 1, maxConcurrentCalls: 1_000 };

/** A region over a store whose loads the test finishes; `changed` lists the keys its listeners were called with. */
export function aCacheRegion(options: RegionOptions<string> = {}) {
  const store = new StepwiseStore();
  const context = new TestCacheContext();
  const region = new CacheRegion<string>('plan', loadEach(store.load), context, {
    maxEntries: 100,
    loadLimits: oneKeyPerLoad,
    ...options,
  });
  const changed: string[] = [];
  region.onChange((key) => changed.push(key));
  /** Loads the key completely. */
  const warm = async (key: string) => {
    const loaded = region.get(key);
    await setImmediate();
    await store.finishLoad(store.pending.length - 1);
    return loaded;
  };
  return { store, context, region, changed, warm };
}
