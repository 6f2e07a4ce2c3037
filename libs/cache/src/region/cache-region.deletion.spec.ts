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
    const { store, context, region, changed, warm, remove } = aRegionWithDeletedKey();
    await warm('key');
    region.apply('key', remove(), true);
    expect(region.peek('key')).toBeNull();
    expect(await region.get('key')).toBeNull();
    expect(changed).toEqual(['key']);
    expect(store.loadCalls).toBe(1);
    expect(context.saved.get('key')).toEqual(tombstone);
  });

  it('holds it also where nothing was held, so that no copy brings it back', async () => {
    const { store, context, region } = aRegionWithDeletedKey();
    region.apply('key', 2, true);
    context.saved.set('key', { version: 1, value: 'one' });
    store.isUnavailable = true;
    context.store.isUp = false;
    expect(await region.get('key')).toBeNull();
    expect(store.loadCalls).toBe(0);
  });

  it('copies it also where it forgot whether something came later', () => {
    const { context, region } = aCacheRegion({ maxEntries: 2 });
    for (let index = 0; index < 10; index += 1) region.apply(`other-${index}`, 9);
    region.apply('key', 2, true);
    expect(region.peek('key')).toBeUndefined();
    expect(context.saved.get('key')).toEqual(tombstone);
  });

  it('holds it also when the version was known already', () => {
    const { region } = aRegionWithDeletedKey();
    region.apply('key', 2);
    region.apply('key', 2, true);
    expect(region.peek('key')).toBeNull();
  });

  it('copies nothing for keys that nobody ever heard of', async () => {
    const { context, warm } = aRegionWithDeletedKey();
    await warm('guess');
    expect(context.saved.size).toBe(0);
  });

  it('does not take what came later for gone', async () => {
    const { region } = aRegionWithDeletedKey();
    region.put('key', { version: 3, value: 'three' });
    region.apply('key', 2, true);
    expect(region.peek('key')?.value).toBe('three');
  });

  /** What may come late, and what it may be given meanwhile. */
  const late: ((made: ReturnType<typeof aRegionWithDeletedKey>) => unknown)[] = [
    ({ region }) => region.put('key', { version: 1, value: 'one' }),
    ({ store }) => store.finishLoad(),
    ({ region }) => region.apply('key', 1),
    ({ region }) => region.apply('key', 2),
    ({ region }) => region.apply('key', 2, true),
    ({ region }) => region.get('key'),
    ({ region, context }) => region.tick(context.time + 235_000, 1),
  ];

  it('stays so whatever comes late, in any order', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.boolean(),
        fc.shuffledSubarray([...late, ...late], { minLength: 6 }),
        async (wasHeld, events) => {
          const made = aRegionWithDeletedKey();
          const { store, region, warm, remove } = made;
          if (wasHeld) await warm('key');
          const early = region.reload('key');
          await setImmediate();
          store.readPending();
          region.apply('key', remove(), true);
          const given: unknown[] = [];
          for (const event of events) given.push((await event(made), region.peek('key')));
          while (store.pending.length > 0) await store.finishLoad();
          await early;
          expect(new Set([...given, region.peek('key')])).toEqual(new Set([null]));
        },
      ),
      { numRuns: 200 },
    );
  });
});

describe('CachePart, finding that something is gone which nobody told', () => {
  it('believes the store when it loads it anew', async () => {
    const { store, context, region, changed, warm, remove } = aRegionWithDeletedKey();
    region.apply('key', 1);
    await warm('key');
    remove();
    const loaded = region.reload('key');
    await setImmediate();
    await store.finishLoad();
    expect(await loaded).toBeNull();
    expect(region.peek('key')).toBeNull();
    expect(changed).toEqual(['key']);
    expect(context.saved.get('key')).toEqual(tombstone);
  });

  it('is told of it later without another load', async () => {
    const { store, region, warm, remove } = aRegionWithDeletedKey();
    region.apply('key', remove());
    await warm('key');
    region.apply('key', 2, true);
    expect(region.peek('key')).toBeNull();
    expect(store.loadCalls).toBe(1);
  });
});
