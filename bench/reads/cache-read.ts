import { mixDescription } from '../configuration-mix.js';
import { installPeers } from '../peers.js';
import { ratios, rotate, tableRow, medianWithRange } from '../statistics.js';
import { startServers } from '../temporary-servers.js';
import { Worker } from '../worker.js';
import { printClientStarts } from './client-start.js';

export interface CacheReadOptions {
  readonly tenants: number;
  readonly rounds: number;
  /** Length of each measurement. */
  readonly milliseconds: number;
}

/** Times of each contestant, by round. */
type Times = readonly number[][];

/**
 * Measures nanoseconds of a warm read of the product, of a bare Map with the same values, and of other caches and flag
 * clients. All run in one process, with the same order of keys, and take turns; ratios are taken within a round.
 */
export async function measureCacheRead(options: CacheReadOptions): Promise<void> {
  installPeers();
  const servers = await startServers();
  const worker = Worker.start('cache-read', { env: { ATTUNE_DEMO: 'false' } });
  try {
    await printClientStarts(worker);
    const { tenants } = options;
    const names = await worker.ask<string[]>('prepare', { tenants, redisUrl: servers.redisUrl });
    print(names, await measure(worker, names.length, options), options);
  } finally {
    await worker.stop();
    await servers.stop();
  }
}

async function measure(worker: Worker, contestants: number, options: CacheReadOptions): Promise<Times> {
  const indexes = Array.from({ length: contestants }, (_, index) => index);
  const times: number[][] = indexes.map(() => []);
  const ask = (index: number): Promise<number> => worker.ask('measure', { index, ms: options.milliseconds });
  for (const index of indexes) await ask(index);
  for (let round = 0; round < options.rounds; round += 1)
    for (const index of rotate(indexes, round)) times[index]!.push(await ask(index));
  return times;
}

function print(names: readonly string[], times: Times, options: CacheReadOptions): void {
  const { tenants, rounds, milliseconds } = options;
  console.log(
    `Node ${process.version}, ${tenants} tenants, ${rounds} rounds of ${milliseconds} ms. ${mixDescription} Median (min–max):\n`,
  );
  console.log(tableRow(['a warm read', 'ns', 'vs the bare Map']));
  for (const [index, name] of names.entries()) {
    const own = times[index]!;
    console.log(tableRow([name, medianWithRange(own, 1), medianWithRange(ratios(own, times[0]!), 2)]));
  }
}
