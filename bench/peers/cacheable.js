import { Cacheable, createKeyv } from 'cacheable';

/**
 * By default it clones the value on every read; `useClone: false` is its fastest mode.
 *
 * @type {import('../peers.js').OpenPeers}
 */
export async function open(entries) {
  return [
    await filled('cacheable', new Cacheable(), entries),
    await filled(
      'cacheable, useClone: false',
      new Cacheable({ primary: createKeyv({ useClone: false }) }),
      entries,
    ),
  ];
}

async function filled(name, cache, entries) {
  for (const [key, value] of entries) await cache.set(key, value);
  const found = async (keys) => {
    let count = 0;
    for (const key of keys) if ((await cache.get(key))?.version > 0) count += 1;
    return count;
  };
  return { name, found, close: () => cache.disconnect() };
}
