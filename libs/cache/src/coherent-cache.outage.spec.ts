import { setImmediate } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { InMemoryLastKnownGoodStore } from '../testing/in-memory-last-known-good-store.js';
import { ScriptedFeed, aChange } from '../testing/scripted-feed.js';
import { storeUnavailableError } from '../testing/stepwise-store.js';
import { InProcessBus } from './bus/in-process-bus.js';
import { CoherentCache } from './coherent-cache.js';
import { loadEach } from './region/load-queue.js';
import type { Versioned } from './region/entry-table.js';

Logger.overrideLogger(false);

/** A replica whose store can be down. */
async function aReplica(feedOrNull: ScriptedFeed | null = new ScriptedFeed()) {
  const rows = new Map<string, Versioned<string[]>>([['pro', { version: 1, value: ['one'] }]]);
  const [lastKnownGood, feed] = [new InMemoryLastKnownGoodStore(), feedOrNull ?? new ScriptedFeed()];
  const cache = new CoherentCache(new InProcessBus(), lastKnownGood, feedOrNull ?? undefined);
  const store = { isDown: false };
  const load = loadEach(async (key) => {
    if (store.isDown) throw storeUnavailableError();
    return rows.get(key) ?? null;
  });
  const region = cache.region<string[]>('plan', load, {
    fallback: () => ({ version: 0, value: ['fallback'] }),
  });
  await cache.onModuleInit();
  const sourceOf = async (key: string) => {
    const entry = await region.get(key);
    return cache.sourceOf(cache.originOf([entry!.value]));
  };
  const setStoreReachable = (isUp: boolean): void => {
    store.isDown = !isUp;
    feed.isUnavailable = !isUp;
  };
  /** The store is down, and reported as down. */
  const loseStore = (): void => {
    setStoreReachable(false);
    cache.setStoreAvailable(false);
  };
  const restoreStore = async (): Promise<void> => {
    setStoreReachable(true);
    cache.setStoreAvailable(true);
    await cache.feedPoller?.poll();
  };
  return {
    rows,
    lastKnownGood,
    feed,
    cache,
    store,
    region,
    sourceOf,
    loseStore,
    restoreStore,
  };
}

const copied = { version: 4, value: ['copied'] };
const loaded = { version: 4, value: ['loaded'] };

describe('CoherentCache while the store is down', () => {
  it('reports the source of a value: live, stale, last-known-good, defaults', async () => {
    const { lastKnownGood, cache, sourceOf, loseStore } = await aReplica();
    expect(await sourceOf('pro')).toBe('live');
    loseStore();
    await lastKnownGood.save('plan', [{ key: 'copied', ...copied }]);
    expect(await sourceOf('pro')).toBe('stale');
    expect(await sourceOf('copied')).toBe('last-known-good');
    expect(await sourceOf('new')).toBe('defaults');
    expect(cache.sourceOf(cache.originOf([]))).toBe('stale');
    await cache.onApplicationShutdown();
  });

  it('finds changes made meanwhile once the store is back', async () => {
    const { rows, cache, feed, region, loseStore, restoreStore } = await aReplica();
    await region.get('pro');
    loseStore();
    rows.set('pro', { version: 2, value: ['two'] });
    feed.changes.push(aChange('pro', 2));
    expect((await region.get('pro'))?.version).toBe(1);
    await restoreStore();
    expect((await region.get('pro'))?.version).toBe(2);
    await cache.onApplicationShutdown();
  });
});

describe('CoherentCache once the store is back', () => {
  it('returns stored values instead of copies', async () => {
    const { rows, lastKnownGood, cache, region, sourceOf, loseStore, restoreStore } = await aReplica();
    loseStore();
    await lastKnownGood.save('plan', [{ key: 'copied', ...copied }]);
    await region.get('copied');
    rows.set('copied', loaded);
    await restoreStore();
    expect(await sourceOf('copied')).toBe('live');
    expect(region.peek('copied')?.value).toEqual(['loaded']);
    await cache.onApplicationShutdown();
  });

  it('returns stored values instead of copies even without a feed', async () => {
    const { rows, lastKnownGood, cache, region, sourceOf, loseStore, restoreStore } = await aReplica(null);
    loseStore();
    await lastKnownGood.save('plan', [{ key: 'copied', ...copied }]);
    await region.get('copied');
    rows.set('copied', loaded);
    await restoreStore();
    expect(await sourceOf('copied')).toBe('live');
    expect((await region.get('copied'))?.value).toEqual(['loaded']);
    await cache.onApplicationShutdown();
  });

  it('drops a copy that was restored after the feed was read', async () => {
    const { rows, lastKnownGood, cache, store, region } = await aReplica();
    rows.set('slow', { version: 5, value: ['loaded'] });
    await lastKnownGood.save('plan', [{ key: 'slow', ...copied }]);
    store.isDown = true;
    const release = lastKnownGood.holdFinds();
    const read = region.get('slow');
    while (lastKnownGood.findCalls === 0) await setImmediate();
    await cache.feedPoller?.poll();
    store.isDown = false;
    release();
    expect((await read)?.value).toEqual(['copied']);
    await cache.feedPoller?.poll();
    expect((await region.get('slow'))?.value).toEqual(['loaded']);
    await cache.onApplicationShutdown();
  });

  it('does not replace a value loaded meanwhile by a copy', async () => {
    const { rows, lastKnownGood, cache, store, region } = await aReplica();
    rows.set('slow', { version: 5, value: ['loaded'] });
    await lastKnownGood.save('plan', [{ key: 'slow', ...copied }]);
    store.isDown = true;
    const release = lastKnownGood.holdFinds();
    const read = region.get('slow');
    while (lastKnownGood.findCalls === 0) await setImmediate();
    store.isDown = false;
    await region.get('slow');
    release();
    expect((await read)?.version).toBe(5);
    expect(region.peek('slow')?.version).toBe(5);
    await cache.onApplicationShutdown();
  });

  it('reads the feed at once', async () => {
    const { cache, feed, loseStore } = await aReplica();
    await cache.feedPoller?.poll();
    loseStore();
    feed.readCalls = 0;
    cache.setStoreAvailable(true);
    expect(feed.readCalls).toBe(1);
    await cache.onApplicationShutdown();
  });

  it('reports live only after the feed was read', async () => {
    const { cache, feed } = await aReplica();
    cache.setStoreAvailable(false);
    const release = feed.holdReads();
    cache.setStoreAvailable(true);
    expect(cache.sourceOf(null)).toBe('stale');
    release();
    await cache.feedPoller?.poll();
    expect(cache.sourceOf(null)).toBe('live');
    await cache.onApplicationShutdown();
  });

  it('ignores repeated reports that the store is up', async () => {
    const { cache, feed } = await aReplica();
    await cache.feedPoller?.poll();
    const { readCalls: callsBefore } = feed;
    for (let report = 0; report < 5; report += 1) cache.setStoreAvailable(true);
    await setImmediate();
    expect(feed.readCalls).toBe(callsBefore);
    await cache.onApplicationShutdown();
  });
});

describe('CoherentCache with a change feed', () => {
  it('finds a change without a message', async () => {
    const { rows, cache, feed, region } = await aReplica();
    await region.get('pro');
    rows.set('pro', { version: 2, value: ['two'] });
    feed.changes.push(aChange('pro', 2));
    await cache.feedPoller?.poll();
    expect((await region.get('pro'))?.version).toBe(2);
    await cache.onApplicationShutdown();
  });

  it.each([
    ['a gap, in which versions rose', 'gap', 7, 8],
    ['another history, in which they went back', 'restored', 7, 1],
  ] as const)('loads everything again after %s', async (_what, continuity, before, after) => {
    const { rows, cache, feed, region } = await aReplica();
    rows.set('pro', { version: before, value: ['before'] });
    await region.get('pro');
    rows.set('pro', { version: after, value: ['after'] });
    feed.continuity = continuity;
    await cache.feedPoller?.poll();
    expect(await region.get('pro')).toEqual({ version: after, value: ['after'] });
    expect(region.peek('pro')?.version).toBe(after);
    await cache.onApplicationShutdown();
  });

  it('stops its timers and saves every copy when it is shut down', async () => {
    jest.useFakeTimers({ doNotFake: ['setImmediate', 'nextTick', 'queueMicrotask'] });
    const { cache, lastKnownGood, region, feed } = await aReplica();
    await region.get('pro');
    await cache.onApplicationShutdown();
    const { readCalls: callsBefore } = feed;
    cache.setStoreAvailable(false);
    cache.setStoreAvailable(true);
    expect(jest.getTimerCount()).toBe(0);
    expect(feed.readCalls).toBe(callsBefore);
    expect((await lastKnownGood.find('plan', ['pro'])).get('pro')).toEqual({ version: 1, value: ['one'] });
    jest.useRealTimers();
  });
});
