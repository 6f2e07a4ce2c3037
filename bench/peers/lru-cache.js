import { LRUCache } from 'lru-cache';

/** @type {import('../peers.js').OpenPeers} */
export async function open(entries) {
  const cache = new LRUCache({ max: entries.length });
  for (const [key, settings] of entries) cache.set(key, settings);
  const found = (keys) => {
    let count = 0;
    for (const key of keys) if (cache.get(key)?.version > 0) count += 1;
    return count;
  };
  return [{ name: 'lru-cache', found, close: async () => {} }];
}
