import { setImmediate } from 'node:timers/promises';
import { CachePart } from '../src/cache-part.js';
import { StepwiseStore } from './stepwise-store.js';

/** A part over a store whose loads end when told to; `changed` lists the keys its listeners were told of. */
export function aPart({ maxEntries = 100 } = {}) {
  const store = new StepwiseStore();
  const part = new CachePart<string>('plan', store.load, maxEntries);
  const changed: string[] = [];
  part.onChange((key) => changed.push(key));
  /** Loads the key from start to end. */
  const warm = async (key: string) => {
    const got = part.get(key);
    await setImmediate();
    await store.end(store.pending.length - 1);
    return got;
  };
  return { store, part, changed, warm };
}
