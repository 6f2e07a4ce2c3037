import { setImmediate } from 'node:timers/promises';
import * as fc from 'fast-check';
import { aCacheRegion } from '../../testing/a-cache-region.js';

const tombstone = { version: 2, value: null };

/** A part whose store had `key` in version 1 and deleted it in version 2; nothing was told of it yet. */
function aRegionWithDeletedKey() {
  const fixture = aCacheRegion();
  fixture.store.write('key', 'one');
  return { ...fixture, remove: () => fixture.store.write('key', null) };
}

describe('CachePart, told that something is gone', () => {
  it('holds that without a load, and copies it', async () => {
    const { store, around, part, changed, warm, remove } = aRegionWithDeletedKey();
    await warm('key');
    part.apply('key', remove(), true);
    expect(part.peek('key')).toBeNull();
    expect(await part.get('key')).toBeNull();
    expect(changed).toEqual(['key']);
    expect(store.loadCalls).toBe(1);
    expect(around.saved.get('key')).toEqual(tombstone);
  });

  it('holds it also where nothing was held, so that no copy brings it back', async () => {
    const { store, around, part } = aRegionWithDeletedKey();
    part.apply('key', 2, true);
    around.saved.set('key', { version: 1, value: 'one' });
    store.isUnavailable = true;
    around.store.isUp = false;
    expect(await part.get('key')).toBeNull();
    expect(store.loadCalls).toBe(0);
  });

  it('copies it also where it forgot whether something came later', () => {
    const { around, part } = aCacheRegion({ maxEntries: 2 });
    for (let index = 0; index < 10; index += 1) part.apply(`other-${index}`, 9);
    part.apply('key', 2, true);
    expect(part.peek('key')).toBeUndefined();
    expect(around.saved.get('key')).toEqual(tombstone);
  });

  it('holds it also when the version was known already', () => {
    const { part } = aRegionWithDeletedKey();
    part.apply('key', 2);
    part.apply('key', 2, true);
    expect(part.peek('key')).toBeNull();
  });

  it('copies nothing for keys that nobody ever heard of', async () => {
    const { around, warm } = aRegionWithDeletedKey();
    await warm('guess');
    expect(around.saved.size).toBe(0);
  });

  it('does not take what came later for gone', async () => {
    const { part } = aRegionWithDeletedKey();
    part.put('key', { version: 3, value: 'three' });
    part.apply('key', 2, true);
    expect(part.peek('key')?.value).toBe('three');
  });

  /** What may come late, and what it may be given meanwhile. */
  const late: ((made: ReturnType<typeof aRegionWithDeletedKey>) => unknown)[] = [
    ({ part }) => part.put('key', { version: 1, value: 'one' }),
    ({ store }) => store.finishLoad(),
    ({ part }) => part.apply('key', 1),
    ({ part }) => part.apply('key', 2),
    ({ part }) => part.apply('key', 2, true),
    ({ part }) => part.get('key'),
    ({ part, around }) => part.tick(around.time + 235_000, 1),
  ];

  it('stays so whatever comes late, in any order', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.boolean(),
        fc.shuffledSubarray([...late, ...late], { minLength: 6 }),
        async (wasHeld, events) => {
          const made = aRegionWithDeletedKey();
          const { store, part, warm, remove } = made;
          if (wasHeld) await warm('key');
          const early = part.reload('key');
          await setImmediate();
          store.readPending();
          part.apply('key', remove(), true);
          const given: unknown[] = [];
          for (const event of events) given.push((await event(made), part.peek('key')));
          while (store.pending.length > 0) await store.finishLoad();
          await early;
          expect(new Set([...given, part.peek('key')])).toEqual(new Set([null]));
        },
      ),
      { numRuns: 200 },
    );
  });
});

describe('CachePart, finding that something is gone which nobody told', () => {
  it('believes the store when it loads it anew', async () => {
    const { store, around, part, changed, warm, remove } = aRegionWithDeletedKey();
    part.apply('key', 1);
    await warm('key');
    remove();
    const loaded = part.reload('key');
    await setImmediate();
    await store.finishLoad();
    expect(await loaded).toBeNull();
    expect(part.peek('key')).toBeNull();
    expect(changed).toEqual(['key']);
    expect(around.saved.get('key')).toEqual(tombstone);
  });

  it('is told of it later without another load', async () => {
    const { store, part, warm, remove } = aRegionWithDeletedKey();
    part.apply('key', remove());
    await warm('key');
    part.apply('key', 2, true);
    expect(part.peek('key')).toBeNull();
    expect(store.loadCalls).toBe(1);
  });
});
