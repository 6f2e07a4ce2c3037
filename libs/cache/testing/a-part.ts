import { setImmediate } from 'node:timers/promises';
import { CachePart } from '../src/cache-part.js';
import type { Copy } from '../src/copies/copies.js';
import { oneByOne } from '../src/load-queue.js';
import type { PartOptions } from '../src/part-options.js';
import { Provenance } from '../src/outage/provenance.js';
import { StoreLink } from '../src/outage/store-link.js';
import { StepwiseStore } from './stepwise-store.js';

/** What surrounds a part in a test: a clock that is set, and copies in a map. */
export class SomeSurroundings {
  readonly store = new StoreLink();
  readonly provenance = new Provenance();
  readonly kept = new Map<string, Copy>();
  doubt = { isInDoubt: false, since: 0 };
  time = 1_000_000;
  findings = 0;
  readonly copies = {
    keep: () => Promise.resolve(),
    find: (_kind: string, keys: readonly string[]) => {
      this.findings += 1;
      return Promise.resolve(new Map([...this.kept].filter(([key]) => keys.includes(key))));
    },
  };

  readonly copy = (_kind: string, key: string, copy: Copy): void => void this.kept.set(key, copy);
  readonly now = (): number => this.time;
}

/** Loads that a test steps through go one key at a time, as many at once as it likes. */
export const stepwise = { keys: 1, calls: 1_000 };

/** A part over a store whose loads end when told to; `changed` lists the keys its listeners were told of. */
export function aPart(options: PartOptions<string> = {}) {
  const store = new StepwiseStore();
  const around = new SomeSurroundings();
  const part = new CachePart<string>('plan', oneByOne(store.load), around, {
    maxEntries: 100,
    loads: stepwise,
    ...options,
  });
  const changed: string[] = [];
  part.onChange((key) => changed.push(key));
  /** Loads the key from start to end. */
  const warm = async (key: string) => {
    const got = part.get(key);
    await setImmediate();
    await store.end(store.pending.length - 1);
    return got;
  };
  return { store, around, part, changed, warm };
}
