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

/** A replica with everything around it, whose store can be away. */
async function aReplica(feedOrNull: ScriptedFeed | null = new ScriptedFeed()) {
  const rows = new Map<string, Versioned<string[]>>([['pro', { version: 1, value: ['one'] }]]);
  const [lastKnownGood, feed] = [new InMemoryLastKnownGoodStore(), feedOrNull ?? new ScriptedFeed()];
  const cache = new CoherentCache(new InProcessBus(), lastKnownGood, feedOrNull ?? undefined);
  const store = { isAway: false };
  const load = loadEach(async (key) => {
    if (store.isAway) throw storeUnavailableError();
    return rows.get(key) ?? null;
  });
  const region = cache.region<string[]>('plan', load, { fallback: () => ({ version: 0, value: ['safe'] }) });
  await cache.onModuleInit();
  const sourceOf = async (key: string) => {
    const entry = await region.get(key);
    return cache.sourceOf(cache.originOf([entry!.value]));
  };
  const setStoreReachable = (isUp: boolean): void => {
    store.isAway = !isUp;
    feed.isUnavailable = !isUp;
  };
  /** As whoever watches the store finds. */
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
    copies: lastKnownGood,
    feed,
    cache,
    store,
    region,
    sourceOf,
    lose: loseStore,
    findAgain: restoreStore,
  };
}

const copied = { version: 4, value: ['copied'] };
const loaded = { version: 4, value: ['loaded'] };

describe('CoherentCache, while the store is away', () => {
  it('says what an answer is worth: live, stale, last-known-good, defaults', async () => {
    const { copies, cache, sourceOf, lose } = await aReplica();
    expect(await sourceOf('pro')).toBe('live');
    lose();
    await copies.save('plan', [{ key: 'copied', ...copied }]);
    expect(await sourceOf('pro')).toBe('stale');
    expect(await sourceOf('copied')).toBe('last-known-good');
    expect(await sourceOf('new')).toBe('defaults');
    expect(cache.sourceOf(cache.originOf([]))).toBe('stale');
    await cache.onApplicationShutdown();
  });

  it('finds what changed meanwhile', async () => {
    const { rows, cache, feed, region, lose, findAgain } = await aReplica();
    await region.get('pro');
    lose();
    rows.set('pro', { version: 2, value: ['two'] });
    feed.changes.push(aChange('pro', 2));
    expect((await region.get('pro'))?.version).toBe(1);
    await findAgain();
    expect((await region.get('pro'))?.version).toBe(2);
    await cache.onApplicationShutdown();
  });
});

describe('CoherentCache, once the store is back', () => {
  it('gives what is stored in the place of copies', async () => {
    const { rows, copies, cache, region, sourceOf, lose, findAgain } = await aReplica();
    lose();
    await copies.save('plan', [{ key: 'copied', ...copied }]);
    await region.get('copied');
    rows.set('copied', loaded);
    await findAgain();
    expect(await sourceOf('copied')).toBe('live');
    expect(region.peek('copied')?.value).toEqual(['loaded']);
    await cache.onApplicationShutdown();
  });

  it('does so without a feed too', async () => {
    const { rows, copies, cache, region, sourceOf, lose, findAgain } = await aReplica(null);
    lose();
    await copies.save('plan', [{ key: 'copied', ...copied }]);
    await region.get('copied');
    rows.set('copied', loaded);
    await findAgain();
    expect(await sourceOf('copied')).toBe('live');
    expect((await region.get('copied'))?.value).toEqual(['loaded']);
    await cache.onApplicationShutdown();
  });

  it('puts an end to a copy that came when the feed was read already', async () => {
    const { rows, copies, cache, store, region } = await aReplica();
    rows.set('slow', { version: 5, value: ['loaded'] });
    await copies.save('plan', [{ key: 'slow', ...copied }]);
    store.isAway = true;
    const release = copies.holdFinds();
    const got = region.get('slow');
    while (copies.findCalls === 0) await setImmediate();
    await cache.feedPoller?.poll();
    store.isAway = false;
    release();
    expect((await got)?.value).toEqual(['copied']);
    await cache.feedPoller?.poll();
    expect((await region.get('slow'))?.value).toEqual(['loaded']);
    await cache.onApplicationShutdown();
  });

  it('does not put a copy over what was loaded meanwhile', async () => {
    const { rows, copies, cache, store, region } = await aReplica();
    rows.set('slow', { version: 5, value: ['loaded'] });
    await copies.save('plan', [{ key: 'slow', ...copied }]);
    store.isAway = true;
    const release = copies.holdFinds();
    const got = region.get('slow');
    while (copies.findCalls === 0) await setImmediate();
    store.isAway = false;
    await region.get('slow');
    release();
    expect((await got)?.version).toBe(5);
    expect(region.peek('slow')?.version).toBe(5);
    await cache.onApplicationShutdown();
  });

  it('reads the feed at once', async () => {
    const { cache, feed, lose } = await aReplica();
    await cache.feedPoller?.poll();
    lose();
    feed.readCalls = 0;
    cache.setStoreAvailable(true);
    expect(feed.readCalls).toBe(1);
    await cache.onApplicationShutdown();
  });

  it('is live only when the feed was read', async () => {
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

  it('takes it for news only once', async () => {
    const { cache, feed } = await aReplica();
    await cache.feedPoller?.poll();
    const { readCalls: readings } = feed;
    for (let said = 0; said < 5; said += 1) cache.setStoreAvailable(true);
    await setImmediate();
    expect(feed.readCalls).toBe(readings);
    await cache.onApplicationShutdown();
  });
});

describe('CoherentCache, following the feed', () => {
  it('finds what no message told', async () => {
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
  ] as const)('loads everything anew after %s', async (_what, continuity, before, after) => {
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

  it('leaves nothing running when it is shut down, and every copy written', async () => {
    jest.useFakeTimers({ doNotFake: ['setImmediate', 'nextTick', 'queueMicrotask'] });
    const { cache, copies, region, feed } = await aReplica();
    await region.get('pro');
    await cache.onApplicationShutdown();
    const { readCalls: readings } = feed;
    cache.setStoreAvailable(false);
    cache.setStoreAvailable(true);
    expect(jest.getTimerCount()).toBe(0);
    expect(feed.readCalls).toBe(readings);
    expect((await copies.find('plan', ['pro'])).get('pro')).toEqual({ version: 1, value: ['one'] });
    jest.useRealTimers();
  });
});
