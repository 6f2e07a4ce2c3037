import { setImmediate } from 'node:timers/promises';
import * as fc from 'fast-check';
import { aCacheRegion } from '../../testing/a-cache-region.js';

const tombstone = { version: 2, value: null };

/** A region whose store has `key` in version 1; `remove` deletes it in version 2 without a message. */
function aRegionWithDeletedKey() {
  const fixture = aCacheRegion();
  fixture.store.write('key', 'one');
  return { ...fixture, remove: () => fixture.store.write('key', null) };
}

describe('CacheRegion.apply of a deletion', () => {
  it('caches the absence without a load, and saves a copy of it', async () => {
    const { store, context, region, changed, warm, remove } = aRegionWithDeletedKey();
    await warm('key');
    region.apply('key', remove(), true);
    expect(region.peek('key')).toBeNull();
    expect(await region.get('key')).toBeNull();
    expect(changed).toEqual(['key']);
    expect(store.loadCalls).toBe(1);
    expect(context.saved.get('key')).toEqual(tombstone);
  });

  it('caches the absence of a key that was not cached, so that no copy brings it back', async () => {
    const { store, context, region } = aRegionWithDeletedKey();
    region.apply('key', 2, true);
    context.saved.set('key', { version: 1, value: 'one' });
    store.isUnavailable = true;
    context.store.isUp = false;
    expect(await region.get('key')).toBeNull();
    expect(store.loadCalls).toBe(0);
  });

  it('saves the copy even after it forgot whether a newer version exists', () => {
    const { context, region } = aCacheRegion({ maxEntries: 2 });
    for (let index = 0; index < 10; index += 1) region.apply(`other-${index}`, 9);
    region.apply('key', 2, true);
    expect(region.peek('key')).toBeUndefined();
    expect(context.saved.get('key')).toEqual(tombstone);
  });

  it('caches the absence even if the version was known already', () => {
    const { region } = aRegionWithDeletedKey();
    region.apply('key', 2);
    region.apply('key', 2, true);
    expect(region.peek('key')).toBeNull();
  });

  it('saves no copy for a key that never existed', async () => {
    const { context, warm } = aRegionWithDeletedKey();
    await warm('guess');
    expect(context.saved.size).toBe(0);
  });

  it('ignores a deletion that is older than the cached value', async () => {
    const { region } = aRegionWithDeletedKey();
    region.put('key', { version: 3, value: 'three' });
    region.apply('key', 2, true);
    expect(region.peek('key')?.value).toBe('three');
  });

  /** Events that may come late. */
  const lateEvents: ((fixture: ReturnType<typeof aRegionWithDeletedKey>) => unknown)[] = [
    ({ region }) => region.put('key', { version: 1, value: 'one' }),
    ({ store }) => store.finishLoad(),
    ({ region }) => region.apply('key', 1),
    ({ region }) => region.apply('key', 2),
    ({ region }) => region.apply('key', 2, true),
    ({ region }) => region.get('key'),
    ({ region, context }) => region.tick(context.time + 235_000, 1),
  ];

  it('keeps the absence whatever comes late, in any order', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.boolean(),
        fc.shuffledSubarray([...lateEvents, ...lateEvents], { minLength: 6 }),
        async (wasCached, events) => {
          const fixture = aRegionWithDeletedKey();
          const { store, region, warm, remove } = fixture;
          if (wasCached) await warm('key');
          const early = region.reload('key');
          await setImmediate();
          store.readPending();
          region.apply('key', remove(), true);
          const peeked: unknown[] = [];
          for (const event of events) peeked.push((await event(fixture), region.peek('key')));
          while (store.pending.length > 0) await store.finishLoad();
          await early;
          expect(new Set([...peeked, region.peek('key')])).toEqual(new Set([null]));
        },
      ),
      { numRuns: 200 },
    );
  });
});

describe('CacheRegion, when a key was deleted without a message', () => {
  it('takes the absence from the store when it loads the key again', async () => {
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

  it('needs no other load when the message arrives later', async () => {
    const { store, region, warm, remove } = aRegionWithDeletedKey();
    region.apply('key', remove());
    await warm('key');
    region.apply('key', 2, true);
    expect(region.peek('key')).toBeNull();
    expect(store.loadCalls).toBe(1);
  });
});
