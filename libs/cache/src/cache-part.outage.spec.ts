import { setImmediate } from 'node:timers/promises';
import { aPart } from '../testing/a-part.js';
import { unavailable } from '../testing/stepwise-store.js';

/** A part whose key `pro` is held in version 1, and is known to have been changed since. */
async function supersededPart() {
  const made = aPart();
  made.store.write('pro', 'one');
  await made.warm('pro');
  made.part.apply('pro', made.store.write('pro', 'two'));
  return made;
}

/** A part whose store is away, as loads find and whoever watches it says. */
function partWithoutStore(options: Parameters<typeof aPart>[0] = {}) {
  const made = aPart(options);
  made.store.isAway = true;
  made.around.store.isUp = false;
  const back = (): void => {
    made.store.isAway = false;
    made.around.store.isUp = true;
  };
  return { ...made, back };
}

function failureOf(read: Promise<unknown>): Promise<string> {
  return read.then(
    () => 'it did not fail',
    (error: Error) => error.message,
  );
}

describe('CachePart, while the store is away', () => {
  it('gives what is superseded, and never while the store is up', async () => {
    const { around, part, store } = await supersededPart();
    expect(part.peek('pro')).toBeUndefined();
    around.store.isUp = false;
    expect(part.peek('pro')?.value).toBe('one');
    expect((await part.get('pro'))?.value).toBe('one');
    around.store.isUp = true;
    expect(part.peek('pro')).toBeUndefined();
    const got = part.get('pro');
    await setImmediate();
    await store.end();
    expect((await got)?.value).toBe('two');
  });

  it('gives what is superseded when a load fails before anybody said that the store is away', async () => {
    const { around, part, store } = await supersededPart();
    const got = part.get('pro');
    await setImmediate();
    await store.fail(unavailable());
    expect((await got)?.value).toBe('one');
    expect(part.peek('pro')).toBeUndefined();
    expect(around.store).toMatchObject({ isUp: true, isFollowed: false, isLive: false });
  });

  it('passes any other failure on, whatever is held', async () => {
    const { part, store } = await supersededPart();
    const failed = failureOf(part.get('pro'));
    await setImmediate();
    await store.fail(new Error('a bug'));
    expect(await failed).toBe('a bug');
  });

  it('takes no known absence for an answer that is known to have ended', async () => {
    const { around, part, store, warm } = aPart();
    await warm('new');
    part.apply('new', store.write('new', 'born'));
    around.store.isUp = false;
    store.isAway = true;
    expect(part.peek('new')).toBeUndefined();
    const failed = failureOf(part.get('new'));
    await setImmediate();
    await store.end();
    expect(await failed).toBe('The store cannot be reached.');
  });

  it('gives an absence that may have ended for all that is known', async () => {
    const { around, part, store, warm } = aPart();
    await warm('nobody');
    part.distrust();
    around.store.isUp = false;
    store.isAway = true;
    expect(part.peek('nobody')).toBeNull();
  });
});

describe('CachePart, with copies', () => {
  it('asks for one only when a load fails as unavailable', async () => {
    const { around, part, store, warm } = aPart();
    around.kept.set('pro', { version: 9, value: 'copied' });
    store.write('pro', 'one');
    expect((await warm('pro'))?.value).toBe('one');
    const failed = failureOf(part.get('basic'));
    around.kept.set('basic', { version: 9, value: 'copied' });
    await setImmediate();
    await store.fail(new Error('a bug'));
    expect(await failed).toBe('a bug');
  });

  it('holds one for as long as the store is away, and gives the same entry again', async () => {
    const { around, part, warm } = partWithoutStore();
    around.kept.set('pro', { version: 3, value: 'copied' });
    const got = await warm('pro');
    expect(got).toEqual({ version: 3, value: 'copied' });
    expect(part.peek('pro')).toBe(got);
  });

  it('shares one reading of a copy, and one entry, among all who ask at once', async () => {
    const { around, part, store } = partWithoutStore();
    around.kept.set('pro', { version: 3, value: 'copied' });
    const reads = Array.from({ length: 50 }, () => part.get('pro'));
    await setImmediate();
    await store.end();
    expect(new Set(await Promise.all(reads)).size).toBe(1);
    expect(around.findings).toBe(1);
  });

  it('replaces one by what the store has, also at an equal version', async () => {
    const { around, part, store, warm, back } = partWithoutStore();
    around.kept.set('pro', { version: 1, value: 'copied' });
    await warm('pro');
    store.write('pro', 'one');
    back();
    const loaded = part.reload('pro');
    await setImmediate();
    await store.end();
    await loaded;
    expect(part.peek('pro')?.value).toBe('one');
  });

  it('loads anew what a copy stood in for once they are dropped', async () => {
    const { around, part, store, changed, warm, back } = partWithoutStore();
    around.kept.set('pro', { version: 1, value: 'copied' });
    await warm('pro');
    store.write('pro', 'one');
    back();
    part.dropCopies();
    expect(part.peek('pro')).toBeUndefined();
    expect(changed).toEqual(['pro']);
    expect((await warm('pro'))?.value).toBe('one');
    part.dropCopies();
    expect(part.peek('pro')?.value).toBe('one');
  });

  it('loads at once only those that are in use', async () => {
    const { around, part, store, warm, back } = partWithoutStore();
    for (const key of ['used', 'idle']) {
      around.kept.set(key, { version: 1, value: 'copied' });
      await warm(key);
    }
    part.peek('used');
    back();
    part.dropCopies();
    await setImmediate();
    expect(store.pending.map(({ key }) => key)).toEqual(['used']);
    await store.end();
  });

  it('never gives one that is older than known while the store is up', async () => {
    const { around, part, warm, back } = partWithoutStore();
    part.apply('pro', 5);
    around.kept.set('pro', { version: 3, value: 'copied' });
    expect((await warm('pro'))?.version).toBe(3);
    expect(part.peek('pro')?.version).toBe(3);
    back();
    expect(part.peek('pro')).toBeUndefined();
  });

  it('does not let a late writer put what is older than one', async () => {
    const { around, part, warm } = partWithoutStore();
    around.kept.set('pro', { version: 3, value: 'copied' });
    await warm('pro');
    part.put('pro', { version: 2, value: 'two' });
    expect(part.peek('pro')?.version).toBe(3);
  });

  it('remembers no version of one of another history that it had no more room for', async () => {
    const { around, part, store, warm, back } = partWithoutStore({ maxEntries: 1 });
    for (const key of ['pro', 'basic']) around.kept.set(key, { version: 9, value: 'copied' });
    for (const key of ['pro', 'basic']) await warm(key);
    store.write('pro', 'one');
    back();
    const loaded = part.reload('pro');
    await setImmediate();
    await store.end();
    await loaded;
    expect(part.peek('pro')?.version).toBe(1);
  });

  it('gives up one of another history as soon as the store answers', async () => {
    const { around, part, store, warm, back } = partWithoutStore({ maxEntries: 1 });
    around.kept.set('pro', { version: 9, value: 'copied' });
    await warm('pro');
    store.write('pro', 'one');
    back();
    part.dropCopies();
    await warm('basic');
    expect((await warm('pro'))?.version).toBe(1);
    expect(part.peek('pro')?.version).toBe(1);
  });
});

describe('CachePart, with a safe value', () => {
  const safe = () => ({ version: 0, value: 'safe' });

  it('gives it where there is neither an entry nor a copy, and holds it not', async () => {
    const { part, warm } = partWithoutStore({ safe });
    expect(await warm('pro')).toEqual({ version: 0, value: 'safe' });
    expect(part.peek('pro')).toBeUndefined();
    expect(part.holds('pro', 'safe')).toBe(false);
  });

  it('prefers a copy, and that nothing is there', async () => {
    const { around, part, warm } = partWithoutStore({ safe });
    around.kept.set('pro', { version: 1, value: 'copied' });
    expect((await warm('pro'))?.value).toBe('copied');
    part.apply('gone', 2, true);
    expect(await part.get('gone')).toBeNull();
  });

  it('loads as soon as the store is back, with nothing restarted', async () => {
    const { store, part, warm, back } = partWithoutStore({ safe });
    await warm('pro');
    store.write('pro', 'one');
    back();
    expect((await warm('pro'))?.value).toBe('one');
    expect(part.peek('pro')?.value).toBe('one');
  });
});
