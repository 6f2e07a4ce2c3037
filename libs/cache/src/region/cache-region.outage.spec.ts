import { setImmediate } from 'node:timers/promises';
import { aCacheRegion } from '../../testing/a-cache-region.js';
import { storeUnavailableError } from '../../testing/stepwise-store.js';

/** A part whose key `pro` is held in version 1, and is known to have been changed since. */
async function aStaleRegion() {
  const fixture = aCacheRegion();
  fixture.store.write('pro', 'one');
  await fixture.warm('pro');
  fixture.region.apply('pro', fixture.store.write('pro', 'two'));
  return fixture;
}

/** A part whose store is away, as loads find and whoever watches it says. */
function aRegionWithoutStore(options: Parameters<typeof aCacheRegion>[0] = {}) {
  const fixture = aCacheRegion(options);
  fixture.store.isUnavailable = true;
  fixture.context.store.isUp = false;
  const restoreStore = (): void => {
    fixture.store.isUnavailable = false;
    fixture.context.store.isUp = true;
  };
  return { ...fixture, back: restoreStore };
}

function failureOf(read: Promise<unknown>): Promise<string> {
  return read.then(
    () => 'it did not fail',
    (error: Error) => error.message,
  );
}

describe('CachePart, while the store is away', () => {
  it('gives what is superseded, and never while the store is up', async () => {
    const { context, region, store } = await aStaleRegion();
    expect(region.peek('pro')).toBeUndefined();
    context.store.isUp = false;
    expect(region.peek('pro')?.value).toBe('one');
    expect((await region.get('pro'))?.value).toBe('one');
    context.store.isUp = true;
    expect(region.peek('pro')).toBeUndefined();
    const got = region.get('pro');
    await setImmediate();
    await store.finishLoad();
    expect((await got)?.value).toBe('two');
  });

  it('gives what is superseded when a load fails before anybody said that the store is away', async () => {
    const { context, region, store } = await aStaleRegion();
    const got = region.get('pro');
    await setImmediate();
    await store.failLoad(storeUnavailableError());
    expect((await got)?.value).toBe('one');
    expect(region.peek('pro')).toBeUndefined();
    expect(context.store).toMatchObject({ isUp: true, isFeedCurrent: false, isLive: false });
  });

  it('passes any other failure on, whatever is held', async () => {
    const { region, store } = await aStaleRegion();
    const failed = failureOf(region.get('pro'));
    await setImmediate();
    await store.failLoad(new Error('a bug'));
    expect(await failed).toBe('a bug');
  });

  it('takes no known absence for an answer that is known to have ended', async () => {
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

  it('gives an absence that may have ended for all that is known', async () => {
    const { context, region, store, warm } = aCacheRegion();
    await warm('nobody');
    region.invalidateAll();
    context.store.isUp = false;
    store.isUnavailable = true;
    expect(region.peek('nobody')).toBeNull();
  });
});

describe('CachePart, with copies', () => {
  it('asks for one only when a load fails as unavailable', async () => {
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

  it('holds one for as long as the store is away, and gives the same entry again', async () => {
    const { context, region, warm } = aRegionWithoutStore();
    context.saved.set('pro', { version: 3, value: 'copied' });
    const got = await warm('pro');
    expect(got).toEqual({ version: 3, value: 'copied' });
    expect(region.peek('pro')).toBe(got);
  });

  it('shares one reading of a copy, and one entry, among all who ask at once', async () => {
    const { context, region, store } = aRegionWithoutStore();
    context.saved.set('pro', { version: 3, value: 'copied' });
    const reads = Array.from({ length: 50 }, () => region.get('pro'));
    await setImmediate();
    await store.finishLoad();
    expect(new Set(await Promise.all(reads)).size).toBe(1);
    expect(context.findCalls).toBe(1);
  });

  it('replaces one by what the store has, also at an equal version', async () => {
    const { context, region, store, warm, back } = aRegionWithoutStore();
    context.saved.set('pro', { version: 1, value: 'copied' });
    await warm('pro');
    store.write('pro', 'one');
    back();
    const loaded = region.reload('pro');
    await setImmediate();
    await store.finishLoad();
    await loaded;
    expect(region.peek('pro')?.value).toBe('one');
  });

  it('loads anew what a copy stood in for once they are dropped', async () => {
    const { context, region, store, changed, warm, back } = aRegionWithoutStore();
    context.saved.set('pro', { version: 1, value: 'copied' });
    await warm('pro');
    store.write('pro', 'one');
    back();
    region.invalidateLastKnownGood();
    expect(region.peek('pro')).toBeUndefined();
    expect(changed).toEqual(['pro']);
    expect((await warm('pro'))?.value).toBe('one');
    region.invalidateLastKnownGood();
    expect(region.peek('pro')?.value).toBe('one');
  });

  it('loads at once only those that are in use', async () => {
    const { context, region, store, warm, back } = aRegionWithoutStore();
    for (const key of ['used', 'idle']) {
      context.saved.set(key, { version: 1, value: 'copied' });
      await warm(key);
    }
    region.peek('used');
    back();
    region.invalidateLastKnownGood();
    await setImmediate();
    expect(store.pending.map(({ key }) => key)).toEqual(['used']);
    await store.finishLoad();
  });

  it('never gives one that is older than known while the store is up', async () => {
    const { context, region, warm, back } = aRegionWithoutStore();
    region.apply('pro', 5);
    context.saved.set('pro', { version: 3, value: 'copied' });
    expect((await warm('pro'))?.version).toBe(3);
    expect(region.peek('pro')?.version).toBe(3);
    back();
    expect(region.peek('pro')).toBeUndefined();
  });

  it('does not let a late writer put what is older than one', async () => {
    const { context, region, warm } = aRegionWithoutStore();
    context.saved.set('pro', { version: 3, value: 'copied' });
    await warm('pro');
    region.put('pro', { version: 2, value: 'two' });
    expect(region.peek('pro')?.version).toBe(3);
  });

  it('remembers no version of one of another history that it had no more room for', async () => {
    const { context, region, store, warm, back } = aRegionWithoutStore({ maxEntries: 1 });
    for (const key of ['pro', 'basic']) context.saved.set(key, { version: 9, value: 'copied' });
    for (const key of ['pro', 'basic']) await warm(key);
    store.write('pro', 'one');
    back();
    const loaded = region.reload('pro');
    await setImmediate();
    await store.finishLoad();
    await loaded;
    expect(region.peek('pro')?.version).toBe(1);
  });

  it('gives up one of another history as soon as the store answers', async () => {
    const { context, region, store, warm, back } = aRegionWithoutStore({ maxEntries: 1 });
    context.saved.set('pro', { version: 9, value: 'copied' });
    await warm('pro');
    store.write('pro', 'one');
    back();
    region.invalidateLastKnownGood();
    await warm('basic');
    expect((await warm('pro'))?.version).toBe(1);
    expect(region.peek('pro')?.version).toBe(1);
  });
});

describe('CachePart, with a safe value', () => {
  const safe = () => ({ version: 0, value: 'safe' });

  it('gives it where there is neither an entry nor a copy, and holds it not', async () => {
    const { region, warm } = aRegionWithoutStore({ fallback: safe });
    expect(await warm('pro')).toEqual({ version: 0, value: 'safe' });
    expect(region.peek('pro')).toBeUndefined();
    expect(region.isCurrent('pro', 'safe')).toBe(false);
  });

  it('prefers a copy, and that nothing is there', async () => {
    const { context, region, warm } = aRegionWithoutStore({ fallback: safe });
    context.saved.set('pro', { version: 1, value: 'copied' });
    expect((await warm('pro'))?.value).toBe('copied');
    region.apply('gone', 2, true);
    expect(await region.get('gone')).toBeNull();
  });

  it('loads as soon as the store is back, with nothing restarted', async () => {
    const { store, region, warm, back } = aRegionWithoutStore({ fallback: safe });
    await warm('pro');
    store.write('pro', 'one');
    back();
    expect((await warm('pro'))?.value).toBe('one');
    expect(region.peek('pro')?.value).toBe('one');
  });
});
