import { setImmediate, setTimeout as pause } from 'node:timers/promises';
import { waitFor } from '#testing';
import { stepwise } from '../testing/a-part.js';
import { InMemoryCopies } from '../testing/in-memory-copies.js';
import { ScriptedFeed } from '../testing/scripted-feed.js';
import { SilentBus } from '../testing/silent-bus.js';
import { StepwiseStore } from '../testing/stepwise-store.js';
import { CoherentCache } from './coherent-cache.js';
import { oneByOne } from './load-queue.js';

/** A replica whose messages come into doubt, and out of it, when the test says so; all is quiet. */
async function aReplica(feed?: ScriptedFeed) {
  const [bus, store, copies] = [new SilentBus(), new StepwiseStore(), new InMemoryCopies()];
  const cache = new CoherentCache(bus, copies, feed);
  const part = cache.part<string>('plan', oneByOne(store.load), { loads: stepwise });
  await cache.onModuleInit();
  await cache.catchUp?.now();
  store.write('pro', 'one');
  return { cache, store, copies, part, doubts: bus.listener! };
}

describe('CoherentCache, whose messages may be lost', () => {
  it('reads the feed from the start, though it never hears that messages arrive', async () => {
    const [bus, feed] = [new SilentBus(), new ScriptedFeed()];
    bus.isThere = false;
    const cache = new CoherentCache(bus, new InMemoryCopies(), feed);
    await cache.onModuleInit();
    expect(feed.readings).toBe(1);
    await cache.onApplicationShutdown();
  });

  it('reads the feed at once, both when doubt begins and when it ends', async () => {
    const feed = new ScriptedFeed();
    const { cache, doubts } = await aReplica(feed);
    feed.readings = 0;
    doubts.doubted();
    expect(feed.readings).toBe(1);
    await cache.catchUp?.now();
    feed.readings = 0;
    doubts.proven();
    expect(feed.readings).toBe(1);
    await cache.onApplicationShutdown();
  });

  it('copies what is found unchanged again after a doubt, and not in it', async () => {
    const { cache, store, copies, part, doubts } = await aReplica(new ScriptedFeed());
    const reload = async (): Promise<void> => {
      const loaded = part.reload('pro');
      await setImmediate();
      await store.end();
      await loaded;
    };
    await reload();
    await waitFor(() => copies.counters.kept === 1);
    doubts.doubted();
    await reload();
    doubts.proven();
    await pause(100);
    expect(copies.counters.kept).toBe(1);
    await reload();
    await waitFor(() => copies.counters.kept === 2);
    await cache.onApplicationShutdown();
  });

  it.each(['doubted', 'proven'] as const)(
    'keeps nothing of a load that began before they were %s',
    async (event) => {
      const { cache, store, part, doubts } = await aReplica(new ScriptedFeed());
      const got = part.get('pro');
      await setImmediate();
      store.read();
      store.write('pro', 'two, unheard of');
      doubts[event]();
      await store.end();
      expect(part.peek('pro')).toBeUndefined();
      await store.end();
      expect((await got)?.version).toBe(2);
      await cache.onApplicationShutdown();
    },
  );

  it('gives nothing that it held, once they are certain again and no feed says what they were', async () => {
    const { cache, store, part, doubts } = await aReplica();
    const got = part.get('pro');
    await setImmediate();
    await store.end();
    expect((await got)?.version).toBe(1);
    doubts.doubted();
    expect(part.peek('pro')?.version).toBe(1);
    doubts.proven();
    expect(part.peek('pro')).toBeUndefined();
    await cache.onApplicationShutdown();
  });
});
