import { setImmediate } from 'node:timers/promises';
import { aCacheRegion } from '../../testing/a-cache-region.js';
import { storeUnavailableError } from '../../testing/stepwise-store.js';

/** A region whose key `pro` is cached in version 1, and has a newer version. */
async function aStaleRegion() {
  const fixture = aCacheRegion();
  fixture.store.write('pro', 'one');
  await fixture.warm('pro');
  fixture.region.apply('pro', fixture.store.write('pro', 'two'));
  return fixture;
}

/** A region whose store is down: loads fail, and the store status says so. */
function aRegionWithoutStore(options: Parameters<typeof aCacheRegion>[0] = {}) {
  const fixture = aCacheRegion(options);
  fixture.store.isUnavailable = true;
  fixture.context.store.isUp = false;
  const restoreStore = (): void => {
    fixture.store.isUnavailable = false;
    fixture.context.store.isUp = true;
  };
  return { ...fixture, restoreStore };
}

function failureOf(read: Promise<unknown>): Promise<string> {
  return read.then(
    () => 'it did not fail',
    (error: Error) => error.message,
  );
}

describe('CacheRegion while the store is down', () => {
  it('returns the stale entry while the store is down, and never while it is up', async () => {
    const { context, region, store } = await aStaleRegion();
    expect(region.peek('pro')).toBeUndefined();
    context.store.isUp = false;
    expect(region.peek('pro')?.value).toBe('one');
    expect((await region.get('pro'))?.value).toBe('one');
    context.store.isUp = true;
    expect(region.peek('pro')).toBeUndefined();
    const read = region.get('pro');
    await setImmediate();
    await store.finishLoad();
    expect((await read)?.value).toBe('two');
  });

  it('returns the stale entry if a load fails before the store is reported as down', async () => {
    const { context, region, store } = await aStaleRegion();
    const read = region.get('pro');
    await setImmediate();
    await store.failLoad(storeUnavailableError());
    expect((await read)?.value).toBe('one');
    expect(region.peek('pro')).toBeUndefined();
    expect(context.store).toMatchObject({ isUp: true, isFeedCurrent: false, isLive: false });
  });

  it('returns no less than was read before, although every load was overtaken by a change', async () => {
    const { context, region, store } = await aStaleRegion();
    const read = region.get('pro');
    for (const value of ['three', 'four']) {
      await setImmediate();
      store.readPending();
      region.apply('pro', store.write('pro', value));
      await store.finishLoad();
    }
    expect((await read)?.value).toBe('three');
    expect(region.peek('pro')).toBeUndefined();
    context.store.isUp = false;
    expect(region.peek('pro')?.value).toBe('three');
  });

  it('keeps nothing that is known to be old where a copy may be newer', async () => {
    const { context, region, store } = aCacheRegion();
    store.write('pro', 'one');
    const read = region.get('pro');
    for (const value of ['two', 'three']) {
      await setImmediate();
      store.readPending();
      region.apply('pro', store.write('pro', value));
      await store.finishLoad();
    }
    expect((await read)?.value).toBe('two');
    context.store.isUp = false;
    expect(region.peek('pro')).toBeUndefined();
  });

  it('returns no less than a reload has returned that a change overtook', async () => {
    const { context, region, store } = await aStaleRegion();
    const reload = region.reload('pro');
    await setImmediate();
    store.readPending();
    region.apply('pro', store.write('pro', 'three'));
    await store.finishLoad();
    expect((await reload)?.value).toBe('two');
    expect(region.peek('pro')).toBeUndefined();
    context.store.isUp = false;
    expect(region.peek('pro')?.value).toBe('two');
  });

  it('passes on any other error even if a stale entry is cached', async () => {
    const { region, store } = await aStaleRegion();
    const failed = failureOf(region.get('pro'));
    await setImmediate();
    await store.failLoad(new Error('a bug'));
    expect(await failed).toBe('a bug');
  });

  it('does not return an absence that is known to have ended', async () => {
    const { context, region, store, warm } = aCacheRegion();
    await warm('new');
    region.apply('new', store.write('new', 'born'));
    context.store.isUp = false;
    store.isUnavailable = true;
    expect(region.peek('new')).toBeUndefined();
    const failed = failureOf(region.get('new'));
    await setImmediate();
    await store.finishLoad();
    expect(await failed).toBe('The store cannot be reached.');
  });

  it('returns an absence that is not known to have ended', async () => {
    const { context, region, store, warm } = aCacheRegion();
    await warm('nobody');
    region.invalidateAll();
    context.store.isUp = false;
    store.isUnavailable = true;
    expect(region.peek('nobody')).toBeNull();
  });
});

describe('CacheRegion with last-known-good copies', () => {
  it('reads a copy only if a load fails with UnavailableError', async () => {
    const { context, region, store, warm } = aCacheRegion();
    context.saved.set('pro', { version: 9, value: 'copied' });
    store.write('pro', 'one');
    expect((await warm('pro'))?.value).toBe('one');
    const failed = failureOf(region.get('basic'));
    context.saved.set('basic', { version: 9, value: 'copied' });
    await setImmediate();
    await store.failLoad(new Error('a bug'));
    expect(await failed).toBe('a bug');
  });

  it('keeps a copy as an entry while the store is down, and returns the same object again', async () => {
    const { context, region, warm } = aRegionWithoutStore();
    context.saved.set('pro', { version: 3, value: 'copied' });
    const entry = await warm('pro');
    expect(entry).toEqual({ version: 3, value: 'copied' });
    expect(region.peek('pro')).toBe(entry);
  });

  it('shares one read of a copy, and one entry, among concurrent readers', async () => {
    const { context, region, store } = aRegionWithoutStore();
    context.saved.set('pro', { version: 3, value: 'copied' });
    const reads = Array.from({ length: 50 }, () => region.get('pro'));
    await setImmediate();
    await store.finishLoad();
    expect(new Set(await Promise.all(reads)).size).toBe(1);
    expect(context.findCalls).toBe(1);
  });

  it('replaces a copy by the value of the store, even if the versions are equal', async () => {
    const { context, region, store, warm, restoreStore } = aRegionWithoutStore();
    context.saved.set('pro', { version: 1, value: 'copied' });
    await warm('pro');
    store.write('pro', 'one');
    restoreStore();
    const loaded = region.reload('pro');
    await setImmediate();
    await store.finishLoad();
    await loaded;
    expect(region.peek('pro')?.value).toBe('one');
  });

  it('loads keys again after their copies were dropped', async () => {
    const { context, region, store, changed, warm, restoreStore } = aRegionWithoutStore();
    context.saved.set('pro', { version: 1, value: 'copied' });
    await warm('pro');
    store.write('pro', 'one');
    restoreStore();
    region.invalidateLastKnownGood();
    expect(region.peek('pro')).toBeUndefined();
    expect(changed).toEqual(['pro']);
    expect((await warm('pro'))?.value).toBe('one');
    region.invalidateLastKnownGood();
    expect(region.peek('pro')?.value).toBe('one');
  });

  it('loads only keys in use at once when copies are dropped', async () => {
    const { context, region, store, warm, restoreStore } = aRegionWithoutStore();
    for (const key of ['used', 'idle']) {
      context.saved.set(key, { version: 1, value: 'copied' });
      await warm(key);
    }
    region.peek('used');
    restoreStore();
    region.invalidateLastKnownGood();
    await setImmediate();
    expect(store.pending.map(({ key }) => key)).toEqual(['used']);
    await store.finishLoad();
  });

  it('does not return a copy older than the known version while the store is up', async () => {
    const { context, region, warm, restoreStore } = aRegionWithoutStore();
    region.apply('pro', 5);
    context.saved.set('pro', { version: 3, value: 'copied' });
    expect((await warm('pro'))?.version).toBe(3);
    expect(region.peek('pro')?.version).toBe(3);
    restoreStore();
    expect(region.peek('pro')).toBeUndefined();
  });

  it('rejects a late put that is older than a copy', async () => {
    const { context, region, warm } = aRegionWithoutStore();
    context.saved.set('pro', { version: 3, value: 'copied' });
    await warm('pro');
    region.put('pro', { version: 2, value: 'two' });
    expect(region.peek('pro')?.version).toBe(3);
  });

  it('forgets the version of an evicted copy, which may belong to another history', async () => {
    const { context, region, store, warm, restoreStore } = aRegionWithoutStore({ maxEntries: 1 });
    for (const key of ['pro', 'basic']) context.saved.set(key, { version: 9, value: 'copied' });
    for (const key of ['pro', 'basic']) await warm(key);
    store.write('pro', 'one');
    restoreStore();
    const loaded = region.reload('pro');
    await setImmediate();
    await store.finishLoad();
    await loaded;
    expect(region.peek('pro')?.version).toBe(1);
  });

  it('drops a copy of another history as soon as the store answers', async () => {
    const { context, region, store, warm, restoreStore } = aRegionWithoutStore({ maxEntries: 1 });
    context.saved.set('pro', { version: 9, value: 'copied' });
    await warm('pro');
    store.write('pro', 'one');
    restoreStore();
    region.invalidateLastKnownGood();
    await warm('basic');
    expect((await warm('pro'))?.version).toBe(1);
    expect(region.peek('pro')?.version).toBe(1);
  });
});

describe('CacheRegion with a fallback', () => {
  const fallback = () => ({ version: 0, value: 'safe' });

  it('returns the fallback if there is neither an entry nor a copy, and does not cache it', async () => {
    const { region, warm } = aRegionWithoutStore({ fallback });
    expect(await warm('pro')).toEqual({ version: 0, value: 'safe' });
    expect(region.peek('pro')).toBeUndefined();
    expect(region.isCurrent('pro', 'safe')).toBe(false);
  });

  it('prefers a copy or a known absence to the fallback', async () => {
    const { context, region, warm } = aRegionWithoutStore({ fallback });
    context.saved.set('pro', { version: 1, value: 'copied' });
    expect((await warm('pro'))?.value).toBe('copied');
    region.apply('gone', 2, true);
    expect(await region.get('gone')).toBeNull();
  });

  it('loads the value as soon as the store is back', async () => {
    const { store, region, warm, restoreStore } = aRegionWithoutStore({ fallback });
    await warm('pro');
    store.write('pro', 'one');
    restoreStore();
    expect((await warm('pro'))?.value).toBe('one');
    expect(region.peek('pro')?.value).toBe('one');
  });
});
