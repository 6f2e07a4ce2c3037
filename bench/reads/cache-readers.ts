import type { CacheRegion } from '#cache';
import type { CompiledConfiguration, ConfigReader } from '#config';
import type { BenchmarkReader } from '../peers.js';

/** Keys of one pass: enough to come by most tenants in an order that no prefetch guesses. */
const keysPerPass = 100_000;

/** Each contestant reads these, in this order: shuffles of all ids, one after another, the same in every run. */
export function readingOrder(ids: readonly string[]): string[] {
  const random = createSeededRandom(20_261_125);
  const order: string[] = [];
  while (order.length < keysPerPass) order.push(...shuffle(ids, random));
  return order;
}

/**
 * Nanoseconds a read, over whole passes that together take at least so long.
 *
 * @throws Error when a read did not give a value at once: then something else was measured.
 */
export async function measureNsPerRead(
  reader: BenchmarkReader,
  keys: readonly string[],
  minMs: number,
): Promise<number> {
  const startedAt = performance.now();
  let passes = 0;
  let found = 0;
  let ms = 0;
  while (ms < minMs) {
    found += await reader.found(keys);
    passes += 1;
    ms = performance.now() - startedAt;
  }
  if (found !== passes * keys.length)
    throw new Error(
      `${reader.name}: ${passes * keys.length - found} of ${passes * keys.length} reads were not warm.`,
    );
  return (ms * 1e6) / found;
}

/**
 * The yardstick: the least that finding a value by its key takes. Its keys are strings of its own, as a cache's are: whoever asks
 * has the id out of a request, and is not told that both are the same by where they are in memory.
 */
export function bareMapReader(source: ReadonlyMap<string, CompiledConfiguration>): BenchmarkReader {
  const values = new Map([...source].map(([key, value]) => [Buffer.from(key).toString(), value]));
  const found = (keys: readonly string[]): number => {
    let count = 0;
    for (const key of keys) if (values.get(key)!.version > 0) count += 1;
    return count;
  };
  return { name: 'a bare Map of the same values', found };
}

export function regionReader(region: CacheRegion<CompiledConfiguration>): BenchmarkReader {
  const found = (keys: readonly string[]): number => {
    let count = 0;
    for (const key of keys) if (region.peek(key)!.value.version > 0) count += 1;
    return count;
  };
  return { name: 'Attune, CachePart.peek', found };
}

/** A read that has to wait gives a promise, which has no version. */
export function configurationReader(reader: ConfigReader): BenchmarkReader {
  const found = (keys: readonly string[]): number => {
    let count = 0;
    for (const key of keys) if ((reader.current(key) as CompiledConfiguration).version > 0) count += 1;
    return count;
  };
  return { name: 'Attune, ConfigReader.current', found };
}

/** Fisher–Yates. */
function shuffle(ids: readonly string[], random: () => number): string[] {
  const order = [...ids];
  for (let last = order.length - 1; last > 0; last -= 1) {
    const other = Math.floor(random() * (last + 1));
    [order[last], order[other]] = [order[other]!, order[last]!];
  }
  return order;
}

/** mulberry32: numbers from 0 to 1, the same for the same seed. */
function createSeededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
