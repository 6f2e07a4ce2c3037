import type { CacheRegion } from '#cache';
import type { CompiledConfiguration, ConfigReader } from '#config';
import type { Attune } from '#sdk';
import type { BenchmarkReader } from '../peers.js';
import { createSeededRandom } from '../statistics.js';

/** Keys of one pass: enough to read most tenants in an order that the hardware cannot prefetch. */
const keysPerPass = 100_000;

/** The keys that every contestant reads, in this order: shuffles of all ids, the same in every run. */
export function readingOrder(ids: readonly string[]): string[] {
  const random = createSeededRandom(20_261_125);
  const order: string[] = [];
  while (order.length < keysPerPass) order.push(...shuffle(ids, random));
  return order;
}

/**
 * Returns nanoseconds per read, over as many whole passes as take `minMs`.
 *
 * @throws Error if a read did not return a value at once: then something else was measured.
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
 * The yardstick: the least time to find a value by its key. Its keys are separate strings, as in a real cache: a reader
 * has the id from a request, so equal keys are not the same object in memory.
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
  return { name: 'Attune, CacheRegion.peek', found };
}

/** A read that is not warm returns a promise, which has no version. */
export function configurationReader(reader: ConfigReader): BenchmarkReader {
  const found = (keys: readonly string[]): number => {
    let count = 0;
    for (const key of keys) if ((reader.current(key) as CompiledConfiguration).version > 0) count += 1;
    return count;
  };
  return { name: 'Attune, ConfigReader.current', found };
}

/** One setting of one tenant, which is all that a client has: the keys only count the reads, as for the flag clients. */
export function clientReader(client: Attune): BenchmarkReader {
  const found = (keys: readonly string[]): number => {
    let count = 0;
    for (const _ of keys) if (client.get('max_tokens')! > 0) count += 1;
    return count;
  };
  return { name: 'Attune, @attune/client, one setting', found };
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
