import { setImmediate } from 'node:timers/promises';
import type { RegionOptions } from './region-options.js';
import { aCacheRegion } from '../../testing/a-cache-region.js';

const lifetimeMs = 100_000;
/** Entries are refreshed from 64–80 s on, and expire after 80–100 s. */
const beforeAnyRefresh = 63_999;
const afterEveryRefresh = 80_000;
const afterEveryExpiry = 100_000;

function anExpiringRegion(options: RegionOptions<string> = {}) {
  const fixture = aCacheRegion({ lifetimeMs, ...options });
  const start = fixture.context.time;
  /** Visits every entry at this time after all loads. */
  const sweepAt = async (afterMs: number): Promise<void> => {
    fixture.context.time = start + afterMs;
    fixture.region.tick(fixture.context.time, 1);
    await setImmediate();
  };
  return { ...fixture, sweepAt };
}

/** A cached `key` that was read since the last sweep. */
async function aRecentlyReadEntry(options: RegionOptions<string> = {}) {
  const fixture = anExpiringRegion(options);
  fixture.store.write('key', 'one');
  const entry = await fixture.warm('key');
  fixture.region.peek('key');
  return { ...fixture, entry };
}

describe('CacheRegion.tick', () => {
  it('refreshes an entry in use before it expires, and keeps the same object if nothing changed', async () => {
    const { store, region, changed, entry, sweepAt } = await aRecentlyReadEntry();
    await sweepAt(afterEveryRefresh);
    expect(region.peek('key')).toBe(entry);
    await store.finishLoad();
    expect(region.peek('key')).toBe(entry);
    expect(changed).toEqual([]);
    expect(store.loadCalls).toBe(2);
  });

  it('starts a new lifetime after a refresh', async () => {
    const { store, region, entry, sweepAt } = await aRecentlyReadEntry();
    await sweepAt(afterEveryRefresh);
    await store.finishLoad();
    await sweepAt(afterEveryRefresh + beforeAnyRefresh);
    expect(region.peek('key')).toBe(entry);
    expect(store.loadCalls).toBe(2);
  });

  it('saves the copy of an unchanged entry again every hour', async () => {
    const { store, context, sweepAt, region } = await aRecentlyReadEntry();
    const savedAt: number[] = [];
    for (let seconds = 10; seconds <= 7_800; seconds += 10) {
      context.saved.clear();
      region.peek('key');
      await sweepAt(seconds * 1_000);
      await store.finishLoad();
      if (context.saved.has('key')) savedAt.push(seconds);
    }
    const [first = 0, second = 0, ...more] = savedAt;
    expect(more).toEqual([]);
    expect(first).toBeGreaterThanOrEqual(3_600);
    expect(second).toBeGreaterThanOrEqual(first + 3_600);
  });

  it('saves the copy again after the bus was degraded, because Redis may have lost it', async () => {
    const { store, context, sweepAt, region } = await aRecentlyReadEntry();
    context.saved.clear();
    context.busHealth = { isDegraded: true, since: context.time };
    await sweepAt(afterEveryRefresh);
    await store.finishLoad();
    // Otherwise a copy of every entry in use would wait for Redis.
    expect(context.saved.size).toBe(0);
    context.busHealth = { isDegraded: false, since: context.time };
    region.peek('key');
    await sweepAt(2 * afterEveryRefresh);
    await store.finishLoad();
    expect(context.saved.get('key')).toEqual({ version: 1, value: 'one' });
  });

  it('finds a change without a message when it refreshes the entry', async () => {
    const { store, region, changed, sweepAt } = await aRecentlyReadEntry();
    store.write('key', 'two');
    await sweepAt(afterEveryRefresh);
    await store.finishLoad();
    expect(region.peek('key')?.value).toBe('two');
    expect(changed).toEqual(['key']);
  });

  it('drops an expired entry that was not read, and notifies listeners', async () => {
    const { store, region, changed, warm, sweepAt } = anExpiringRegion();
    store.write('key', 'one');
    await warm('key');
    await sweepAt(afterEveryRefresh - 1);
    expect(region.counts.entries).toBe(1);
    const isStillCached: boolean[] = [];
    region.onChange((key) => isStillCached.push(region.peek(key) !== undefined));
    await sweepAt(afterEveryExpiry);
    expect(region.counts.entries).toBe(0);
    expect([changed, isStillCached]).toEqual([['key'], [false]]);
    expect(store.loadCalls).toBe(1);
  });

  it('leaves an entry alone before its refresh time', async () => {
    const { store, region, sweepAt } = await aRecentlyReadEntry();
    await sweepAt(beforeAnyRefresh);
    expect(store.loadCalls).toBe(1);
    expect(region.counts.entries).toBe(1);
  });

  it('rejects a late put that is older than an expired entry', async () => {
    const { store, region, warm, sweepAt } = anExpiringRegion();
    store.write('key', 'one');
    store.write('key', 'two');
    await warm('key');
    await sweepAt(afterEveryExpiry);
    region.put('key', store.valueAt('key', 1)!);
    expect(region.peek('key')).toBeUndefined();
  });

  it('spreads the expiry of entries over time', async () => {
    const { region, warm, sweepAt } = anExpiringRegion({ maxEntries: 200 });
    for (let index = 0; index < 200; index += 1) await warm(`key-${index}`);
    await sweepAt(80_000);
    expect(region.counts.entries).toBe(200);
    await sweepAt(90_000);
    expect(region.counts.entries).toBeGreaterThan(50);
    expect(region.counts.entries).toBeLessThan(150);
    await sweepAt(afterEveryExpiry);
    expect(region.counts.entries).toBe(0);
  });
});

describe('CacheRegion.tick with keepFresh', () => {
  it('refreshes an entry that was not read itself', async () => {
    const { store, region, changed, warm, sweepAt } = anExpiringRegion({ keepFresh: true });
    store.write('key', 'one');
    const entry = await warm('key');
    for (let round = 1; round <= 3; round += 1) {
      await sweepAt(round * afterEveryRefresh);
      await store.finishLoad();
      expect(region.peek('key')).toBe(entry);
    }
    expect(changed).toEqual([]);
    expect(store.loadCalls).toBe(4);
  });

  it('loads a changed entry again at once', async () => {
    const { store, region, warm } = anExpiringRegion({ keepFresh: true });
    store.write('key', 'one');
    await warm('key');
    region.apply('key', store.write('key', 'two'));
    await setImmediate();
    await store.finishLoad();
    expect(region.peek('key')?.value).toBe('two');
  });

  it('drops an expired absence', async () => {
    const { region, warm, sweepAt } = anExpiringRegion({ keepFresh: true });
    await warm('nobody');
    await sweepAt(afterEveryExpiry);
    expect(region.counts.entries).toBe(0);
  });
});

describe('CacheRegion.tick while the store is down', () => {
  it('neither drops nor loads entries', async () => {
    const { context, store, region, entry, sweepAt } = await aRecentlyReadEntry();
    context.store.isUp = false;
    await sweepAt(10 * afterEveryExpiry);
    expect(region.peek('key')).toBe(entry);
    expect(store.loadCalls).toBe(1);
  });

  it('loads expired entries instead of dropping them while the store may be down', async () => {
    const { context, store, region, warm, sweepAt } = anExpiringRegion();
    store.write('key', 'one');
    const entry = await warm('key');
    context.store.isFeedCurrent = false;
    store.isUnavailable = true;
    await sweepAt(afterEveryExpiry);
    await store.finishLoad();
    expect(region.peek('key')).toBe(entry);
    store.isUnavailable = false;
    store.write('key', 'two');
    await sweepAt(afterEveryExpiry);
    await store.finishLoad();
    expect(region.peek('key')?.value).toBe('two');
  });

  it('keeps the entry if its refresh fails', async () => {
    const { store, region, entry, sweepAt } = await aRecentlyReadEntry();
    await sweepAt(afterEveryRefresh);
    await store.failLoad();
    expect(region.peek('key')).toBe(entry);
  });
});
