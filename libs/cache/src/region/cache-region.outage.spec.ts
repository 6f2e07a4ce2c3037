import { setImmediate } from 'node:timers/promises';
import { aCacheRegion } from '../../testing/a-cache-region.js';
import { storeUnavailableError } from '../../testing/stepwise-store.js';

/** A part whose key `pro` is held in version 1, and is known to have been changed since. */
async function aStaleRegion() {
  const fixture = aCacheRegion();
  fixture.store.write('pro', 'one');
  await fixture.warm('pro');
  fixture.part.apply('pro', fixture.store.write('pro', 'two'));
  return fixture;
}

/** A part whose store is away, as loads find and whoever watches it says. */
function aRegionWithoutStore(options: Parameters<typeof aCacheRegion>[0] = {}) {
  const fixture = aCacheRegion(options);
  fixture.store.isUnavailable = true;
  fixture.around.store.isUp = false;
  const restoreStore = (): void => {
    fixture.store.isUnavailable = false;
    fixture.around.store.isUp = true;
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
    const { around, part, store } = await aStaleRegion();
    expect(part.peek('pro')).toBeUndefined();
    around.store.isUp = false;
    expect(part.peek('pro')?.value).toBe('one');
    expect((await part.get('pro'))?.value).toBe('one');
    around.store.isUp = true;
    expect(part.peek('pro')).toBeUndefined();
    const got = part.get('pro');
    await setImmediate();
    await store.finishLoad();
    expect((await got)?.value).toBe('two');
  });

  it('gives what is superseded when a load fails before anybody said that the store is away', async () => {
    const { around, part, store } = await aStaleRegion();
    const got = part.get('pro');
    await setImmediate();
    await store.failLoad(storeUnavailableError());
    expect((await got)?.value).toBe('one');
    expect(part.peek('pro')).toBeUndefined();
    expect(around.store).toMatchObject({ isUp: true, isFeedCurrent: false, isLive: false });
  });

  it('passes any other failure on, whatever is held', async () => {
    const { part, store } = await aStaleRegion();
    const failed = failureOf(part.get('pro'));
    await setImmediate();
    await store.failLoad(new Error('a bug'));
    expect(await failed).toBe('a bug');
  });

  it('takes no known absence for an answer that is known to have ended', async () => {
    const { around, part, store, warm } = aCacheRegion();
    await warm('new');
    part.apply('new', store.write('new', 'born'));
    around.store.isUp = false;
    store.isUnavailable = true;
    expect(part.peek('new')).toBeUndefined();
    const failed = failureOf(part.get('new'));
    await setImmediate();
    await store.finishLoad();
    expect(await failed).toBe('The store cannot be reached.');
  });

  it('gives an absence that may have ended for all that is known', async () => {
    const { around, part, store, warm } = aCacheRegion();
    await warm('nobody');
    part.invalidateAll();
    around.store.isUp = false;
    store.isUnavailable = true;
    expect(part.peek('nobody')).toBeNull();
  });
});

describe('CachePart, with copies', () => {
  it('asks for one only when a load fails as unavailable', async () => {
    const { around, part, store, warm } = aCacheRegion();
    around.saved.set('pro', { version: 9, value: 'copied' });
    store.write('pro', 'one');
    expect((await warm('pro'))?.value).toBe('one');
    const failed = failureOf(part.get('basic'));
    around.saved.set('basic', { version: 9, value: 'copied' });
    await setImmediate();
    await store.failLoad(new Error('a bug'));
    expect(await failed).toBe('a bug');
  });

  it('holds one for as long as the store is away, and gives the same entry again', async () => {
    const { around, part, warm } = aRegionWithoutStore();
    around.saved.set('pro', { version: 3, value: 'copied' });
    const got = await warm('pro');
    expect(got).toEqual({ version: 3, value: 'copied' });
    expect(part.peek('pro')).toBe(got);
  });

  it('shares one reading of a copy, and one entry, among all who ask at once', async () => {
    const { around, part, store } = aRegionWithoutStore();
    around.saved.set('pro', { version: 3, value: 'copied' });
    const reads = Array.from({ length: 50 }, () => part.get('pro'));
    await setImmediate();
    await store.finishLoad();
    expect(new Set(await Promise.all(reads)).size).toBe(1);
    expect(around.findCalls).toBe(1);
  });

  it('replaces one by what the store has, also at an equal version', async () => {
    const { around, part, store, warm, back } = aRegionWithoutStore();
    around.saved.set('pro', { version: 1, value: 'copied' });
    await warm('pro');
    store.write('pro', 'one');
    back();
    const loaded = part.reload('pro');
    await setImmediate();
    await store.finishLoad();
    await loaded;
    expect(part.peek('pro')?.value).toBe('one');
  });

  it('loads anew what a copy stood in for once they are dropped', async () => {
    const { around, part, store, changed, warm, back } = aRegionWithoutStore();
    around.saved.set('pro', { version: 1, value: 'copied' });
    await warm('pro');
    store.write('pro', 'one');
    back();
    part.invalidateLastKnownGood();
    expect(part.peek('pro')).toBeUndefined();
    expect(changed).toEqual(['pro']);
    expect((await warm('pro'))?.value).toBe('one');
    part.invalidateLastKnownGood();
    expect(part.peek('pro')?.value).toBe('one');
  });

  it('loads at once only those that are in use', async () => {
    const { around, part, store, warm, back } = aRegionWithoutStore();
    for (const key of ['used', 'idle']) {
      around.saved.set(key, { version: 1, value: 'copied' });
      await warm(key);
    }
    part.peek('used');
    back();
    part.invalidateLastKnownGood();
    await setImmediate();
    expect(store.pending.map(({ key }) => key)).toEqual(['used']);
    await store.finishLoad();
  });

  it('never gives one that is older than known while the store is up', async () => {
    const { around, part, warm, back } = aRegionWithoutStore();
    part.apply('pro', 5);
    around.saved.set('pro', { version: 3, value: 'copied' });
    expect((await warm('pro'))?.version).toBe(3);
    expect(part.peek('pro')?.version).toBe(3);
    back();
    expect(part.peek('pro')).toBeUndefined();
  });

  it('does not let a late writer put what is older than one', async () => {
    const { around, part, warm } = aRegionWithoutStore();
    around.saved.set('pro', { version: 3, value: 'copied' });
    await warm('pro');
    part.put('pro', { version: 2, value: 'two' });
    expect(part.peek('pro')?.version).toBe(3);
  });

  it('remembers no version of one of another history that it had no more room for', async () => {
    const { around, part, store, warm, back } = aRegionWithoutStore({ maxEntries: 1 });
    for (const key of ['pro', 'basic']) around.saved.set(key, { version: 9, value: 'copied' });
    for (const key of ['pro', 'basic']) await warm(key);
    store.write('pro', 'one');
    back();
    const loaded = part.reload('pro');
    await setImmediate();
    await store.finishLoad();
    await loaded;
    expect(part.peek('pro')?.version).toBe(1);
  });

  it('gives up one of another history as soon as the store answers', async () => {
    const { around, part, store, warm, back } = aRegionWithoutStore({ maxEntries: 1 });
    around.saved.set('pro', { version: 9, value: 'copied' });
    await warm('pro');
    store.write('pro', 'one');
    back();
    part.invalidateLastKnownGood();
    await warm('basic');
    expect((await warm('pro'))?.version).toBe(1);
    expect(part.peek('pro')?.version).toBe(1);
  });
});

describe('CachePart, with a safe value', () => {
  const safe = () => ({ version: 0, value: 'safe' });

  it('gives it where there is neither an entry nor a copy, and holds it not', async () => {
    const { part, warm } = aRegionWithoutStore({ fallback: safe });
    expect(await warm('pro')).toEqual({ version: 0, value: 'safe' });
    expect(part.peek('pro')).toBeUndefined();
    expect(part.isCurrent('pro', 'safe')).toBe(false);
  });

  it('prefers a copy, and that nothing is there', async () => {
    const { around, part, warm } = aRegionWithoutStore({ fallback: safe });
    around.saved.set('pro', { version: 1, value: 'copied' });
    expect((await warm('pro'))?.value).toBe('copied');
    part.apply('gone', 2, true);
    expect(await part.get('gone')).toBeNull();
  });

  it('loads as soon as the store is back, with nothing restarted', async () => {
    const { store, part, warm, back } = aRegionWithoutStore({ fallback: safe });
    await warm('pro');
    store.write('pro', 'one');
    back();
    expect((await warm('pro'))?.value).toBe('one');
    expect(part.peek('pro')?.value).toBe('one');
  });
});
