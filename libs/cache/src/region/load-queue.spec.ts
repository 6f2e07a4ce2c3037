import { AsyncLocalStorage } from 'node:async_hooks';
import { setImmediate } from 'node:timers/promises';
import { aCacheRegion } from '../../testing/a-cache-region.js';
import { LoadQueue, type Loader } from './load-queue.js';
import { CacheRegion } from './cache-region.js';
import type { Versioned } from './entry-table.js';

/** Loads every key with `version`, and records its calls. */
class CountingLoader {
  version = 1;
  readonly batches: number[] = [];
  maxConcurrent = 0;
  private running = 0;

  readonly load: Loader<string> = async (keys) => {
    this.batches.push(keys.length);
    this.maxConcurrent = Math.max(this.maxConcurrent, (this.running += 1));
    await setImmediate();
    this.running -= 1;
    return new Map(
      keys.map((key): [string, Versioned<string>] => [key, { version: this.version, value: key }]),
    );
  };
}

const tenThousand = Array.from({ length: 10_000 }, (_, index) => `key-${index}`);

describe('LoadQueue', () => {
  it('combines keys requested at the same time into few calls, four at a time', async () => {
    const loader = new CountingLoader();
    const queue = new LoadQueue(loader.load);
    const entries = await Promise.all(tenThousand.map((key) => queue.load(key)));
    expect(entries.map((entry) => entry?.value)).toEqual(tenThousand);
    expect(loader.batches).toEqual(Array.from({ length: 20 }, () => 500));
    expect(loader.maxConcurrent).toBe(4);
    expect(queue.loaderCalls).toBe(20);
  });

  it('loads a key once for several waiting readers', async () => {
    const loader = new CountingLoader();
    const queue = new LoadQueue(loader.load);
    const [one, other] = await Promise.all([queue.load('a'), queue.load('a'), queue.load('b')]);
    expect(one).toBe(other);
    expect(loader.batches).toEqual([2]);
  });

  it('starts each load after it was requested', async () => {
    const loader = new CountingLoader();
    const queue = new LoadQueue(loader.load, { maxKeysPerCall: 1, maxConcurrentCalls: 1 });
    const first = queue.load('a');
    await setImmediate();
    expect(loader.batches).toEqual([1]);
    const second = queue.load('a');
    loader.version = 2;
    await first;
    await second;
    expect(loader.batches).toEqual([1, 1]);
  });

  it('resolves to null for a key that the loader leaves out', async () => {
    expect(await new LoadQueue(async () => new Map()).load('a')).toBeNull();
  });

  it('rejects all keys of a failed call, and continues with the next call', async () => {
    let calls = 0;
    const queue = new LoadQueue<string>(
      async (keys) => {
        if ((calls += 1) === 1) throw new Error('the store is down');
        return new Map(keys.map((key) => [key, { version: 1, value: key }]));
      },
      { maxKeysPerCall: 2, maxConcurrentCalls: 1 },
    );
    const results = await Promise.allSettled(['a', 'b', 'c'].map((key) => queue.load(key)));
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'fulfilled']);
    expect((await queue.load('a'))?.value).toBe('a');
  });

  it('runs loads outside of the async context of the first reader', async () => {
    const context = new AsyncLocalStorage<string>();
    const contexts: unknown[] = [];
    const queue = new LoadQueue(
      async () => {
        contexts.push(context.getStore());
        return new Map();
      },
      { maxKeysPerCall: 1, maxConcurrentCalls: 1 },
    );
    const loads = ['one', 'another', 'a third'].map((name) => context.run(name, () => queue.load(name)));
    await Promise.all(loads);
    expect(contexts).toEqual([undefined, undefined, undefined]);
    expect(await context.run('me', () => queue.load('me').then(() => context.getStore()))).toBe('me');
  });
});

describe('CacheRegion when thousands of its keys change at once', () => {
  it('loads the keys in use in few calls, and no other keys', async () => {
    const loader = new CountingLoader();
    const region = new CacheRegion('plan', loader.load, aCacheRegion().context, { maxEntries: 20_000 });
    const idle = tenThousand.map((key) => `idle-${key}`);
    await Promise.all([...tenThousand, ...idle].map((key) => region.get(key)));
    tenThousand.forEach((key) => region.peek(key));
    [loader.batches.length, loader.version] = [0, 2];
    [...idle, ...tenThousand].forEach((key) => region.apply(key, 2));
    await Promise.all(tenThousand.map((key) => region.get(key)));
    expect(loader.batches).toEqual(Array.from({ length: 20 }, () => 500));
    expect(loader.maxConcurrent).toBe(4);
    expect(tenThousand.every((key) => region.peek(key)?.version === 2)).toBe(true);
    expect(idle.every((key) => region.peek(key) === undefined)).toBe(true);
  });
});
