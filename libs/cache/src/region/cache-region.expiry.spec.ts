import { setImmediate } from 'node:timers/promises';
import type { RegionOptions } from './region-options.js';
import { aCacheRegion } from '../../testing/a-cache-region.js';

const lifetimeMs = 100_000;
/** Refreshed from 64 s to 80 s on, ended after 80 s to 100 s. */
const beforeAnyRefresh = 63_999;
const afterEveryRefresh = 80_000;
const afterEveryExpiry = 100_000;

function anExpiringRegion(options: RegionOptions<string> = {}) {
  const fixture = aCacheRegion({ lifetimeMs, ...options });
  const start = fixture.context.time;
  /** So long after everything was loaded, every entry is looked at. */
  const sweepAt = async (afterMs: number): Promise<void> => {
    fixture.context.time = start + afterMs;
    fixture.region.tick(fixture.context.time, 1);
    await setImmediate();
  };
  return { ...fixture, sweepAt };
}

/** Holds `key`, which was read since the sweep last came by. */
async function aRecentlyReadEntry(options: RegionOptions<string> = {}) {
  const fixture = anExpiringRegion(options);
  fixture.store.write('key', 'one');
  const entry = await fixture.warm('key');
  fixture.region.peek('key');
  return { ...fixture, entry };
}

describe('CachePart, whose entries end', () => {
  it('loads anew what is in use before its end, and keeps the very same entry when nothing changed', async () => {
    const { store, region, changed, entry, sweepAt } = await aRecentlyReadEntry();
    await sweepAt(afterEveryRefresh);
    expect(region.peek('key')).toBe(entry);
    await store.finishLoad();
    expect(region.peek('key')).toBe(entry);
    expect(changed).toEqual([]);
    expect(store.loadCalls).toBe(2);
  });

  it('lets it live as long again then', async () => {
    const { store, region, entry, sweepAt } = await aRecentlyReadEntry();
    await sweepAt(afterEveryRefresh);
    await store.finishLoad();
    await sweepAt(afterEveryRefresh + beforeAnyRefresh);
    expect(region.peek('key')).toBe(entry);
    expect(store.loadCalls).toBe(2);
  });

  it('keeps its copy, which lasts for a day, on by the hour', async () => {
    const { store, context, sweepAt, region } = await aRecentlyReadEntry();
    const kept: number[] = [];
    for (let seconds = 10; seconds <= 7_800; seconds += 10) {
      context.saved.clear();
      region.peek('key');
      await sweepAt(seconds * 1_000);
      await store.finishLoad();
      if (context.saved.has('key')) kept.push(seconds);
    }
    const [first = 0, second = 0, ...more] = kept;
    expect(more).toEqual([]);
    expect(first).toBeGreaterThanOrEqual(3_600);
    expect(second).toBeGreaterThanOrEqual(first + 3_600);
  });

  it('copies it again once Redis may have lost what it had', async () => {
    const { store, context, sweepAt, region } = await aRecentlyReadEntry();
    context.saved.clear();
    context.busHealth = { isDegraded: true, since: context.time };
    await sweepAt(afterEveryRefresh);
    await store.finishLoad();
    // Else every entry in use would wait for Redis to come back.
    expect(context.saved.size).toBe(0);
    context.busHealth = { isDegraded: false, since: context.time };
    region.peek('key');
    await sweepAt(2 * afterEveryRefresh);
    await store.finishLoad();
    expect(context.saved.get('key')).toEqual({ version: 1, value: 'one' });
  });

  it('finds a change of which nobody told', async () => {
    const { store, region, changed, sweepAt } = await aRecentlyReadEntry();
    store.write('key', 'two');
    await sweepAt(afterEveryRefresh);
    await store.finishLoad();
    expect(region.peek('key')?.value).toBe('two');
    expect(changed).toEqual(['key']);
  });

  it('drops what nobody reads at its end, and says so', async () => {
    const { store, region, changed, warm, sweepAt } = anExpiringRegion();
    store.write('key', 'one');
    await warm('key');
    await sweepAt(afterEveryRefresh - 1);
    expect(region.counts.entries).toBe(1);
    const isStillHeld: boolean[] = [];
    region.onChange((key) => isStillHeld.push(region.peek(key) !== undefined));
    await sweepAt(afterEveryExpiry);
    expect(region.counts.entries).toBe(0);
    expect([changed, isStillHeld]).toEqual([['key'], [false]]);
    expect(store.loadCalls).toBe(1);
  });

  it('looks at nothing before its time', async () => {
    const { store, region, sweepAt } = await aRecentlyReadEntry();
    await sweepAt(beforeAnyRefresh);
    expect(store.loadCalls).toBe(1);
    expect(region.counts.entries).toBe(1);
  });

  it('refuses from a late writer what is older than an entry that has ended', async () => {
    const { store, region, warm, sweepAt } = anExpiringRegion();
    store.write('key', 'one');
    store.write('key', 'two');
    await warm('key');
    await sweepAt(afterEveryExpiry);
    region.put('key', store.valueAt('key', 1)!);
    expect(region.peek('key')).toBeUndefined();
  });

  it('does not end all at one time', async () => {
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

describe('CachePart, whose entries end while others live on them', () => {
  it('loads anew at its time what nobody reads itself', async () => {
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

  it('loads it anew at once when it changes', async () => {
    const { store, region, warm } = anExpiringRegion({ keepFresh: true });
    store.write('key', 'one');
    await warm('key');
    region.apply('key', store.write('key', 'two'));
    await setImmediate();
    await store.finishLoad();
    expect(region.peek('key')?.value).toBe('two');
  });

  it('drops what is not there', async () => {
    const { region, warm, sweepAt } = anExpiringRegion({ keepFresh: true });
    await warm('nobody');
    await sweepAt(afterEveryExpiry);
    expect(region.counts.entries).toBe(0);
  });
});

describe('CachePart, whose entries end while the store is away', () => {
  it('drops and loads nothing', async () => {
    const { context, store, region, entry, sweepAt } = await aRecentlyReadEntry();
    context.store.isUp = false;
    await sweepAt(10 * afterEveryExpiry);
    expect(region.peek('key')).toBe(entry);
    expect(store.loadCalls).toBe(1);
  });

  it('drops nothing while it may be away, but tries to load it', async () => {
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

  it('stays with what it has when loading it anew fails', async () => {
    const { store, region, entry, sweepAt } = await aRecentlyReadEntry();
    await sweepAt(afterEveryRefresh);
    await store.failLoad();
    expect(region.peek('key')).toBe(entry);
  });
});
