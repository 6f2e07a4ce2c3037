import { setImmediate } from 'node:timers/promises';
import { TestCacheContext, aCacheRegion } from '../../testing/a-cache-region.js';
import { CacheRegion } from './cache-region.js';
import { loadEach } from './load-queue.js';

describe('CacheRegion.put', () => {
  it('caches the value without a load', async () => {
    const { region } = aCacheRegion();
    region.apply('pro', 4);
    region.put('pro', { version: 4, value: 'four' });
    expect(region.peek('pro')).toEqual({ version: 4, value: 'four' });
  });

  it.each([
    ['the first commits first', [5, 6]],
    ['the second commits first', [6, 5]],
  ])('keeps the higher version of two writers when %s', (_order, versions) => {
    for (const puts of [versions, versions.toReversed()]) {
      const { region } = aCacheRegion();
      versions.forEach((version) => region.apply('pro', version));
      puts.forEach((version) => region.put('pro', { version, value: String(version) }));
      expect(region.peek('pro')).toEqual({ version: 6, value: '6' });
    }
  });

  it('replaces an older entry and notifies listeners', async () => {
    const { region, changed } = aCacheRegion();
    region.put('pro', { version: 1, value: 'one' });
    region.put('pro', { version: 2, value: 'two' });
    region.put('pro', { version: 1, value: 'one' });
    region.put('pro', { version: 2, value: 'two again' });
    expect(region.peek('pro')).toEqual({ version: 2, value: 'two' });
    expect(changed).toEqual(['pro']);
  });

  it('wins over a slower load', async () => {
    const { store, region } = aCacheRegion();
    store.write('pro', 'one');
    const read = region.get('pro');
    await setImmediate();
    store.readPending();
    region.put('pro', store.valueAt('pro', store.write('pro', 'two'))!);
    await store.finishLoad();
    await store.finishLoad();
    expect(await read).toEqual({ version: 2, value: 'two' });
    expect(region.peek('pro')).toEqual({ version: 2, value: 'two' });
  });
});

describe('CacheRegion after it forgot minimum versions', () => {
  /** Applies so many changes of other keys that the minimum version of `pro` is forgotten. */
  const forgetMinimumVersions = (region: CacheRegion<string>) => {
    for (let index = 0; index < 10; index += 1) region.apply(`other-${index}`, 1);
  };

  it('rejects a late put', () => {
    const { region } = aCacheRegion({ maxEntries: 2 });
    region.apply('pro', 5);
    region.apply('pro', 6);
    forgetMinimumVersions(region);
    region.put('pro', { version: 5, value: 'five' });
    expect(region.peek('pro')).toBeUndefined();
  });

  it('does not store a load that a change overtook', async () => {
    const { store, region } = aCacheRegion({ maxEntries: 2 });
    store.write('pro', 'one');
    const read = region.get('pro');
    await setImmediate();
    store.readPending();
    region.apply('pro', store.write('pro', 'two'));
    forgetMinimumVersions(region);
    await store.finishLoad();
    expect(region.peek('pro')).toBeUndefined();
    await store.finishLoad();
    expect((await read)?.version).toBe(2);
  });

  it('rejects a late put that is older than an evicted entry', async () => {
    const { store, region, warm } = aCacheRegion({ maxEntries: 1 });
    region.apply('pro', store.write('pro', 'one'));
    store.write('pro', 'two, without a message');
    expect((await warm('pro'))?.version).toBe(2);
    await warm('basic');
    region.put('pro', store.valueAt('pro', 1)!);
    expect(region.peek('pro')).toBeUndefined();
  });
});

describe('CacheRegion over a store that lags', () => {
  it('returns a value below the minimum version without storing it', async () => {
    let loads = 0;
    const load = loadEach(async () => ({ version: 3, value: String((loads += 1)) }));
    const region = new CacheRegion<string>('plan', load, new TestCacheContext());
    region.apply('pro', 4);
    expect(await region.get('pro')).toEqual({ version: 3, value: '2' });
    expect(region.peek('pro')).toBeUndefined();
  });
});

describe('CacheRegion.invalidateAll', () => {
  it('invalidates every entry, so that reads load again', async () => {
    const { store, region, changed, warm } = aCacheRegion();
    store.write('pro', 'one');
    await warm('pro');
    await warm('nobody');
    store.write('pro', 'two, without a message');
    region.invalidateAll();
    expect([region.peek('pro'), region.peek('nobody')]).toEqual([undefined, undefined]);
    expect(changed).toEqual(['pro', 'nobody']);
    expect((await warm('pro'))?.version).toBe(2);
  });

  it('discards the result of a load that started before', async () => {
    const { store, region } = aCacheRegion();
    store.write('pro', 'one');
    const read = region.get('pro');
    await setImmediate();
    store.readPending();
    store.write('pro', 'two, without a message');
    region.invalidateAll();
    await store.finishLoad();
    expect(region.peek('pro')).toBeUndefined();
    await store.finishLoad();
    expect((await read)?.version).toBe(2);
    expect(region.peek('pro')?.version).toBe(2);
  });
});

describe('CacheRegion.put after invalidateAll', () => {
  it('rejects a value that is older than the invalidated entry', async () => {
    const { store, region, warm } = aCacheRegion();
    region.apply('pro', store.write('pro', 'one'));
    store.write('pro', 'two, without a message');
    await warm('pro');
    region.invalidateAll();
    region.put('pro', store.valueAt('pro', 1)!);
    expect(region.peek('pro')).toBeUndefined();
  });
});

describe('CacheRegion.reset', () => {
  it('drops all entries, and accepts lower versions', async () => {
    const { store, region, changed, warm } = aCacheRegion();
    region.apply('pro', 7);
    region.put('pro', { version: 7, value: 'old' });
    region.apply('gone', 3, true);
    region.reset();
    expect([region.peek('pro'), region.peek('gone'), region.counts.entries]).toEqual([
      undefined,
      undefined,
      0,
    ]);
    expect(changed).toEqual(['pro', 'gone']);
    store.write('pro', 'one');
    expect(await warm('pro')).toEqual({ version: 1, value: 'one' });
    region.put('gone', { version: 1, value: 'is back' });
    expect([region.peek('pro')?.version, region.peek('gone')?.version]).toEqual([1, 1]);
    region.apply('pro', store.write('pro', 'two'));
    expect((await warm('pro'))?.version).toBe(2);
  });

  it('discards the result of a load that started in the old history', async () => {
    const { store, region } = aCacheRegion();
    store.write('pro', 'old');
    const before = region.get('pro');
    await setImmediate();
    store.readPending();
    region.reset();
    store.restoreTo('pro', 0);
    const after = region.get('pro');
    await setImmediate();
    await store.finishLoad(0);
    expect(region.peek('pro')).toBeUndefined();
    await store.finishLoad(0);
    expect([await before, await after]).toEqual([null, null]);
    expect(region.peek('pro')).toBeNull();
  });
});

describe('CacheRegion.reload', () => {
  it.each([
    ['messages may have been lost', (region: CacheRegion<string>) => region.startNewEpoch()],
    ['another reader reloads too', (region: CacheRegion<string>) => void region.reload('pro')],
  ])('stores the value even if meanwhile %s', async (_what, interrupt) => {
    const { store, region, warm } = aCacheRegion();
    store.write('pro', 'one');
    await warm('pro');
    store.write('pro', 'two, without a message');
    const reloaded = region.reload('pro');
    await setImmediate();
    interrupt(region);
    await store.finishLoad();
    expect((await reloaded)?.version).toBe(2);
    expect(region.peek('pro')).toEqual({ version: 2, value: 'two, without a message' });
  });

  it('does not store what it read before the feed lost changes', async () => {
    const { store, region, warm } = aCacheRegion();
    store.write('pro', 'one');
    await warm('pro');
    store.write('pro', 'two');
    const reloaded = region.reload('pro');
    await setImmediate();
    store.readPending();
    store.write('pro', 'three');
    region.invalidateAll();
    await store.finishLoad();
    expect((await reloaded)?.version).toBe(2);
    expect(region.peek('pro')).toBeUndefined();
  });
});
