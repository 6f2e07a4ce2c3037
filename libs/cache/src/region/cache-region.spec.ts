import { Logger } from '@nestjs/common';
import { setImmediate } from 'node:timers/promises';
import { TestCacheContext, aCacheRegion } from '../../testing/a-cache-region.js';
import { CacheRegion } from './cache-region.js';

describe('CacheRegion', () => {
  it('caches nothing before the first read', () => {
    expect(aCacheRegion().region.peek('pro')).toBeUndefined();
  });

  it('caches a loaded value and returns the same object again', async () => {
    const { store, region, warm } = aCacheRegion();
    store.write('pro', 'one');
    const entry = await warm('pro');
    expect(entry).toEqual({ version: 1, value: 'one' });
    expect(region.peek('pro')).toBe(entry);
    expect(await region.get('pro')).toBe(entry);
    expect(store.loadCalls).toBe(1);
  });

  it('caches the absence of a key that does not exist', async () => {
    const { store, region, warm } = aCacheRegion();
    expect(await warm('nobody')).toBeNull();
    expect(region.peek('nobody')).toBeNull();
    expect(await region.get('nobody')).toBeNull();
    expect(store.loadCalls).toBe(1);
  });

  it('makes one load for 200 concurrent cold reads', async () => {
    const { store, region } = aCacheRegion();
    store.write('pro', 'one');
    const reads = Array.from({ length: 200 }, () => region.get('pro'));
    await setImmediate();
    await store.finishLoad();
    expect(new Set(await Promise.all(reads)).size).toBe(1);
    expect(store.loadCalls).toBe(1);
    expect(region.counts).toMatchObject({ misses: 200, loads: 1 });
  });

  it('passes a load error on to all waiting readers, and loads again for the next one', async () => {
    const { store, region, warm } = aCacheRegion();
    store.write('pro', 'one');
    const reads = [region.get('pro'), region.get('pro')].map((read) =>
      expect(read).rejects.toThrow('the store is down'),
    );
    await setImmediate();
    await store.failLoad();
    await Promise.all(reads);
    expect(await warm('pro')).toEqual({ version: 1, value: 'one' });
  });

  it('rejects if the loader throws synchronously', async () => {
    const region = new CacheRegion<string>(
      'plan',
      () => {
        throw new Error('no such table');
      },
      new TestCacheContext(),
    );
    await expect(region.get('pro')).rejects.toThrow('no such table');
  });
});

describe('CacheRegion.apply', () => {
  it('invalidates the older entry, so that the next read loads the new value', async () => {
    const { store, region, changed, warm } = aCacheRegion();
    store.write('pro', 'one');
    await warm('pro');
    region.apply('pro', store.write('pro', 'two'));
    expect(region.peek('pro')).toBeUndefined();
    expect(changed).toEqual(['pro']);
    expect(await warm('pro')).toEqual({ version: 2, value: 'two' });
  });

  it('makes isCurrent false for the old value', async () => {
    const { store, region, warm } = aCacheRegion();
    store.write('pro', 'one');
    await warm('pro');
    expect(region.isCurrent('pro', 'one')).toBe(true);
    region.apply('pro', store.write('pro', 'two'));
    expect(region.isCurrent('pro', 'one')).toBe(false);
  });

  it('ignores repeated and lower versions', async () => {
    const { store, region, changed, warm } = aCacheRegion();
    store.write('pro', 'one');
    store.write('pro', 'two');
    await warm('pro');
    [2, 1, 2, 1].forEach((version) => region.apply('pro', version));
    expect(region.peek('pro')).toEqual({ version: 2, value: 'two' });
    expect(changed).toEqual([]);
  });

  it('ends a known absence, and a deletion starts one', async () => {
    const { store, region, warm } = aCacheRegion();
    await warm('new');
    region.apply('new', store.write('new', 'born'));
    expect(await warm('new')).toEqual({ version: 1, value: 'born' });
    region.apply('new', store.write('new', null));
    expect(await warm('new')).toBeNull();
    expect(region.peek('new')).toBeNull();
    region.apply('new', 2);
    expect(region.peek('new')).toBeNull();
  });

  it('discards the old value of a load that read before the change', async () => {
    const { store, region } = aCacheRegion();
    store.write('pro', 'one');
    const read = region.get('pro');
    await setImmediate();
    store.readPending();
    region.apply('pro', store.write('pro', 'two'));
    await store.finishLoad();
    expect(region.peek('pro')).toBeUndefined();
    await store.finishLoad();
    expect(await read).toEqual({ version: 2, value: 'two' });
    expect(region.peek('pro')).toEqual({ version: 2, value: 'two' });
    expect(store.loadCalls).toBe(2);
  });

  it('returns the result of a load that was overtaken twice without storing it', async () => {
    const { store, region } = aCacheRegion();
    store.write('pro', 'one');
    const read = region.get('pro');
    await setImmediate();
    for (const value of ['two', 'three']) {
      store.readPending();
      region.apply('pro', store.write('pro', value));
      await store.finishLoad();
    }
    expect(await read).toEqual({ version: 2, value: 'two' });
    expect(region.peek('pro')).toBeUndefined();
    expect(store.loadCalls).toBe(2);
  });

  it('starts a new load for later readers, which get nothing older', async () => {
    const { store, region } = aCacheRegion();
    store.write('pro', 'one');
    const before = region.get('pro');
    await setImmediate();
    store.readPending();
    region.apply('pro', store.write('pro', 'two'));
    const after = region.get('pro');
    await setImmediate();
    expect(store.loadCalls).toBe(2);
    await store.finishLoad(1);
    expect(await after).toEqual({ version: 2, value: 'two' });
    await store.finishLoad(0);
    expect(await before).toEqual({ version: 2, value: 'two' });
    expect(store.loadCalls).toBe(2);
  });

  it('shares the second load among all readers whose first load was overtaken', async () => {
    const { store, region } = aCacheRegion();
    const reads = Array.from({ length: 50 }, () => region.get('pro'));
    await setImmediate();
    store.readPending();
    region.apply('pro', store.write('pro', 'one'));
    await store.finishLoad();
    await store.finishLoad();
    expect(new Set(await Promise.all(reads))).toEqual(new Set([{ version: 1, value: 'one' }]));
    expect(store.loadCalls).toBe(2);
  });

  it('calls the other listeners if one fails', async () => {
    Logger.overrideLogger(false);
    const { store, region, warm } = aCacheRegion();
    const changed: string[] = [];
    region.onChange(() => {
      throw new Error('a bug');
    });
    region.onChange((key) => changed.push(key));
    await warm('pro');
    region.apply('pro', store.write('pro', 'one'));
    expect(changed).toEqual(['pro']);
  });
});

describe('CacheRegion when it is full', () => {
  it('keeps at most maxEntries entries, and evicts one that was not read', async () => {
    const { region, changed, warm } = aCacheRegion({ maxEntries: 3 });
    for (const key of ['a', 'b', 'c']) await warm(key);
    region.peek('a');
    region.peek('c');
    await warm('d');
    expect(changed).toEqual(['b']);
    expect(['a', 'b', 'c', 'd'].map((key) => region.peek(key))).toEqual([null, undefined, null, null]);
  });

  it('evicts an entry even if all were read', async () => {
    const { region, changed, warm } = aCacheRegion({ maxEntries: 3 });
    for (const key of ['a', 'b', 'c']) {
      await warm(key);
      region.peek(key);
    }
    await warm('d');
    expect(changed).toEqual(['a']);
  });

  it('keeps hot entries during a scan of keys that do not exist', async () => {
    const { region, warm } = aCacheRegion({ maxEntries: 4 });
    for (const key of ['hot-1', 'hot-2']) await warm(key);
    for (let attempt = 0; attempt < 50; attempt += 1) {
      region.peek('hot-1');
      region.peek('hot-2');
      await warm(`guess-${attempt}`);
    }
    expect([region.peek('hot-1'), region.peek('hot-2')]).toEqual([null, null]);
  });
});
