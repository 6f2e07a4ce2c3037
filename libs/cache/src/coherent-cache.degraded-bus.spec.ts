import { setImmediate, setTimeout as pause } from 'node:timers/promises';
import { waitFor } from '#testing';
import { oneKeyPerLoad } from '../testing/a-cache-region.js';
import { InMemoryLastKnownGoodStore } from '../testing/in-memory-last-known-good-store.js';
import { ScriptedFeed } from '../testing/scripted-feed.js';
import { ManualBus } from '../testing/manual-bus.js';
import { StepwiseStore } from '../testing/stepwise-store.js';
import { CoherentCache } from './coherent-cache.js';
import { loadEach } from './region/load-queue.js';

/** A replica whose messages come into doubt, and out of it, when the test says so; all is quiet. */
async function aReplica(feed?: ScriptedFeed) {
  const [bus, store, lastKnownGood] = [
    new ManualBus(),
    new StepwiseStore(),
    new InMemoryLastKnownGoodStore(),
  ];
  const cache = new CoherentCache(bus, lastKnownGood, feed);
  const region = cache.region<string>('plan', loadEach(store.load), { loadLimits: oneKeyPerLoad });
  await cache.onModuleInit();
  await cache.feedPoller?.poll();
  store.write('pro', 'one');
  return { cache, store, copies: lastKnownGood, region, doubts: bus.listener! };
}

describe('CoherentCache, whose messages may be lost', () => {
  it('reads the feed from the start, though it never hears that messages arrive', async () => {
    const [bus, feed] = [new ManualBus(), new ScriptedFeed()];
    bus.connectsOnSubscribe = false;
    const cache = new CoherentCache(bus, new InMemoryLastKnownGoodStore(), feed);
    await cache.onModuleInit();
    expect(feed.readCalls).toBe(1);
    await cache.onApplicationShutdown();
  });

  it('reads the feed at once, both when doubt begins and when it ends', async () => {
    const feed = new ScriptedFeed();
    const { cache, doubts } = await aReplica(feed);
    feed.readCalls = 0;
    doubts.onDisconnected();
    expect(feed.readCalls).toBe(1);
    await cache.feedPoller?.poll();
    feed.readCalls = 0;
    doubts.onConnected();
    expect(feed.readCalls).toBe(1);
    await cache.onApplicationShutdown();
  });

  it('copies what is found unchanged again after a doubt, and not in it', async () => {
    const { cache, store, copies, region, doubts } = await aReplica(new ScriptedFeed());
    const reload = async (): Promise<void> => {
      const loaded = region.reload('pro');
      await setImmediate();
      await store.finishLoad();
      await loaded;
    };
    await reload();
    await waitFor(() => copies.counters.kept === 1);
    doubts.onDisconnected();
    await reload();
    doubts.onConnected();
    await pause(100);
    expect(copies.counters.kept).toBe(1);
    await reload();
    await waitFor(() => copies.counters.kept === 2);
    await cache.onApplicationShutdown();
  });

  it.each(['onDisconnected', 'onConnected'] as const)(
    'keeps nothing of a load that began before they were %s',
    async (event) => {
      const { cache, store, region, doubts } = await aReplica(new ScriptedFeed());
      const got = region.get('pro');
      await setImmediate();
      store.readPending();
      store.write('pro', 'two, unheard of');
      doubts[event]();
      await store.finishLoad();
      expect(region.peek('pro')).toBeUndefined();
      await store.finishLoad();
      expect((await got)?.version).toBe(2);
      await cache.onApplicationShutdown();
    },
  );

  it('gives nothing that it held, once they are certain again and no feed says what they were', async () => {
    const { cache, store, region, doubts } = await aReplica();
    const got = region.get('pro');
    await setImmediate();
    await store.finishLoad();
    expect((await got)?.version).toBe(1);
    doubts.onDisconnected();
    expect(region.peek('pro')?.version).toBe(1);
    doubts.onConnected();
    expect(region.peek('pro')).toBeUndefined();
    await cache.onApplicationShutdown();
  });
});
