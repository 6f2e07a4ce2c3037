import { BentoCache, bentostore } from 'bentocache';
import { memoryDriver } from 'bentocache/drivers/memory';
import { redisBusDriver, redisDriver } from 'bentocache/drivers/redis';
import { Redis } from 'ioredis';

/**
 * By default it stores JSON and parses it on every read; `serialize: false` is its fastest mode. The last reader is set up
 * like a service with several replicas.
 *
 * @type {import('../peers.js').OpenPeers}
 */
export async function open(entries, redisUrl) {
  const memory = (serialize) => memoryDriver({ maxItems: entries.length, serialize });
  const link = { connection: new Redis(redisUrl) };
  const shared = bentostore()
    .useL1Layer(memory(false))
    .useL2Layer(redisDriver({ ...link, prefix: `bench-${process.pid}` }))
    .useBus(redisBusDriver({ connection: { ...link.connection.options } }));
  return [
    await filled('BentoCache, memory', bentostore().useL1Layer(memory(true)), entries),
    await filled('BentoCache, memory, serialize: false', bentostore().useL1Layer(memory(false)), entries),
    await filled('BentoCache, the same with Redis and bus', shared, entries),
  ];
}

async function filled(name, store, entries) {
  const cache = new BentoCache({ default: 'store', ttl: '1d', stores: { store } });
  for (const [key, value] of entries) await cache.set({ key, value });
  const found = async (keys) => {
    let count = 0;
    for (const key of keys) if ((await cache.get({ key }))?.version > 0) count += 1;
    return count;
  };
  return { name, found, close: () => cache.disconnectAll() };
}
