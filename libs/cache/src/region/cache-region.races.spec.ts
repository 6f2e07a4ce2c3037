import { setImmediate } from 'node:timers/promises';
import { TestCacheContext, aCacheRegion } from '../../testing/a-cache-region.js';
import { CacheRegion } from './cache-region.js';
import { loadEach } from './load-queue.js';

describe('CachePart, given a value by a writer', () => {
  it('holds it without a load', async () => {
    const { region } = aCacheRegion();
    region.apply('pro', 4);
    region.put('pro', { version: 4, value: 'four' });
    expect(region.peek('pro')).toEqual({ version: 4, value: 'four' });
  });

  it.each([
    ['the first commits first', [5, 6]],
    ['the second commits first', [6, 5]],
  ])('ends two writers with the higher version when %s', (_order, versions) => {
    for (const puts of [versions, versions.toReversed()]) {
      const { region } = aCacheRegion();
      versions.forEach((version) => region.apply('pro', version));
      puts.forEach((version) => region.put('pro', { version, value: String(version) }));
      expect(region.peek('pro')).toEqual({ version: 6, value: '6' });
    }
  });

  it('replaces an older entry and says so', async () => {
    const { region, changed } = aCacheRegion();
    region.put('pro', { version: 1, value: 'one' });
    region.put('pro', { version: 2, value: 'two' });
    region.put('pro', { version: 1, value: 'one' });
    region.put('pro', { version: 2, value: 'two again' });
    expect(region.peek('pro')).toEqual({ version: 2, value: 'two' });
    expect(changed).toEqual(['pro']);
  });

  it('does not let a slower load undo it', async () => {
    const { store, region } = aCacheRegion();
    store.write('pro', 'one');
    const got = region.get('pro');
    await setImmediate();
    store.readPending();
    region.put('pro', store.valueAt('pro', store.write('pro', 'two'))!);
    await store.finishLoad();
    await store.finishLoad();
    expect(await got).toEqual({ version: 2, value: 'two' });
    expect(region.peek('pro')).toEqual({ version: 2, value: 'two' });
  });
});

describe('CachePart, whose floors were forgotten', () => {
  /** So many changes of other keys that nothing is known of `key` any more. */
  const forgetFloors = (region: CacheRegion<string>) => {
    for (let index = 0; index < 10; index += 1) region.apply(`other-${index}`, 1);
  };

  it('still refuses what a late writer puts', () => {
    const { region } = aCacheRegion({ maxEntries: 2 });
    region.apply('pro', 5);
    region.apply('pro', 6);
    forgetFloors(region);
    region.put('pro', { version: 5, value: 'five' });
    expect(region.peek('pro')).toBeUndefined();
  });

  it('still does not keep a load that a change overtook', async () => {
    const { store, region } = aCacheRegion({ maxEntries: 2 });
    store.write('pro', 'one');
    const got = region.get('pro');
    await setImmediate();
    store.readPending();
    region.apply('pro', store.write('pro', 'two'));
    forgetFloors(region);
    await store.finishLoad();
    expect(region.peek('pro')).toBeUndefined();
    await store.finishLoad();
    expect((await got)?.version).toBe(2);
  });

  it('refuses from a late writer what is older than an entry it had no more room for', async () => {
    const { store, region, warm } = aCacheRegion({ maxEntries: 1 });
    region.apply('pro', store.write('pro', 'one'));
    store.write('pro', 'two, not yet heard of');
    expect((await warm('pro'))?.version).toBe(2);
    await warm('basic');
    region.put('pro', store.valueAt('pro', 1)!);
    expect(region.peek('pro')).toBeUndefined();
  });
});

describe('CachePart, over a store that lags', () => {
  it('keeps nothing below the floor, and serves what there is', async () => {
    let loads = 0;
    const load = loadEach(async () => ({ version: 3, value: String((loads += 1)) }));
    const region = new CacheRegion<string>('plan', load, new TestCacheContext());
    region.apply('pro', 4);
    expect(await region.get('pro')).toEqual({ version: 3, value: '2' });
    expect(region.peek('pro')).toBeUndefined();
  });
});

describe('CachePart, after changes may have been missed', () => {
  it('drops everything and loads again', async () => {
    const { store, region, changed, warm } = aCacheRegion();
    store.write('pro', 'one');
    await warm('pro');
    await warm('nobody');
    store.write('pro', 'two, unheard of');
    region.invalidateAll();
    expect([region.peek('pro'), region.peek('nobody')]).toEqual([undefined, undefined]);
    expect(changed).toEqual(['pro', 'nobody']);
    expect((await warm('pro'))?.version).toBe(2);
  });

  it('keeps nothing of a load that began before', async () => {
    const { store, region } = aCacheRegion();
    store.write('pro', 'one');
    const got = region.get('pro');
    await setImmediate();
    store.readPending();
    store.write('pro', 'two, unheard of');
    region.invalidateAll();
    await store.finishLoad();
    expect(region.peek('pro')).toBeUndefined();
    await store.finishLoad();
    expect((await got)?.version).toBe(2);
    expect(region.peek('pro')?.version).toBe(2);
  });
});

describe('CachePart, after changes may have been missed, given a value by a late writer', () => {
  it('refuses what is older than what it held', async () => {
    const { store, region, warm } = aCacheRegion();
    region.apply('pro', store.write('pro', 'one'));
    store.write('pro', 'two, not yet heard of');
    await warm('pro');
    region.invalidateAll();
    region.put('pro', store.valueAt('pro', 1)!);
    expect(region.peek('pro')).toBeUndefined();
  });
});

describe('CachePart, over a store that is another one now', () => {
  it('holds nothing of the old one, and takes versions that are lower', async () => {
    const { store, region, changed, warm } = aCacheRegion();
    region.apply('pro', 7);
    region.put('pro', { version: 7, value: 'of old' });
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

  it('keeps nothing of a load that began in the old one', async () => {
    const { store, region } = aCacheRegion();
    store.write('pro', 'of old');
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

describe('CachePart, asked for what the store has now', () => {
  it.each([
    ['messages may have been lost', (region: CacheRegion<string>) => region.startNewEpoch()],
    ['somebody else asks too', (region: CacheRegion<string>) => void region.reload('pro')],
  ])('holds it even if meanwhile %s', async (_what, interrupt) => {
    const { store, region, warm } = aCacheRegion();
    store.write('pro', 'one');
    await warm('pro');
    store.write('pro', 'two, unheard of');
    const reloaded = region.reload('pro');
    await setImmediate();
    interrupt(region);
    await store.finishLoad();
    expect((await reloaded)?.version).toBe(2);
    expect(region.peek('pro')).toEqual({ version: 2, value: 'two, unheard of' });
  });
});
