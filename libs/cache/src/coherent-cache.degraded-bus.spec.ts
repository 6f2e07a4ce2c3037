import { setImmediate, setTimeout as pause } from 'node:timers/promises';
import { waitFor } from '#testing';
import { oneKeyPerLoad } from '../testing/a-cache-region.js';
import { InMemoryLastKnownGoodStore } from '../testing/in-memory-last-known-good-store.js';
import { ScriptedFeed } from '../testing/scripted-feed.js';
import { ManualBus } from '../testing/manual-bus.js';
import { StepwiseStore } from '../testing/stepwise-store.js';
import { CoherentCache } from './coherent-cache.js';
import { loadEach } from './region/load-queue.js';

/** A replica whose bus becomes degraded and connected when the test says so. */
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
  return { cache, store, lastKnownGood, region, busListener: bus.listener! };
}

describe('CoherentCache while messages may be lost', () => {
  it('reads the feed at the start even if the bus never connects', async () => {
    const [bus, feed] = [new ManualBus(), new ScriptedFeed()];
    bus.connectsOnSubscribe = false;
    const cache = new CoherentCache(bus, new InMemoryLastKnownGoodStore(), feed);
    await cache.onModuleInit();
    expect(feed.readCalls).toBe(1);
    await cache.onApplicationShutdown();
  });

  it('reads the feed at once, both when the bus becomes degraded and when it is connected again', async () => {
    const feed = new ScriptedFeed();
    const { cache, busListener } = await aReplica(feed);
    feed.readCalls = 0;
    busListener.onDisconnected();
    expect(feed.readCalls).toBe(1);
    await cache.feedPoller?.poll();
    feed.readCalls = 0;
    busListener.onConnected();
    expect(feed.readCalls).toBe(1);
    await cache.onApplicationShutdown();
  });

  it('saves copies of unchanged entries again after the bus was degraded, and not meanwhile', async () => {
    const { cache, store, lastKnownGood, region, busListener } = await aReplica(new ScriptedFeed());
    const reload = async (): Promise<void> => {
      const loaded = region.reload('pro');
      await setImmediate();
      await store.finishLoad();
      await loaded;
    };
    await reload();
    await waitFor(() => lastKnownGood.counters.kept === 1);
    busListener.onDisconnected();
    await reload();
    busListener.onConnected();
    await pause(100);
    expect(lastKnownGood.counters.kept).toBe(1);
    await reload();
    await waitFor(() => lastKnownGood.counters.kept === 2);
    await cache.onApplicationShutdown();
  });

  it.each(['onDisconnected', 'onConnected'] as const)(
    'discards the result of a load that started before %s',
    async (event) => {
      const { cache, store, region, busListener } = await aReplica(new ScriptedFeed());
      const read = region.get('pro');
      await setImmediate();
      store.readPending();
      store.write('pro', 'two, without a message');
      busListener[event]();
      await store.finishLoad();
      expect(region.peek('pro')).toBeUndefined();
      await store.finishLoad();
      expect((await read)?.version).toBe(2);
      await cache.onApplicationShutdown();
    },
  );

  it('invalidates all entries once the bus is connected again, if there is no feed', async () => {
    const { cache, store, region, busListener } = await aReplica();
    const read = region.get('pro');
    await setImmediate();
    await store.finishLoad();
    expect((await read)?.version).toBe(1);
    busListener.onDisconnected();
    expect(region.peek('pro')?.version).toBe(1);
    busListener.onConnected();
    expect(region.peek('pro')).toBeUndefined();
    await cache.onApplicationShutdown();
  });
});
