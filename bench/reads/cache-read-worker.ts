import { type CacheEntry, type Peer, type BenchmarkReader, openPeers } from '../peers.js';
import { benchTenants } from '../seed-tenants.js';
import { serveWorker } from '../worker.js';
import { measureClientStart } from './client-start.js';
import { InProcessProduct } from './in-process-product.js';
import {
  bareMapReader,
  clientReader,
  configurationReader,
  measureNsPerRead,
  readingOrder,
} from './cache-readers.js';
import type { CompiledConfiguration } from '#config';
import { type Attune, type Configuration, createAttune } from '#sdk';

const peerModules = ['lru-cache', 'bentocache', 'cacheable', 'launchdarkly', 'unleash-client'];

/** The process in which `cache-read` measures the product and its peers, each with its own values and its own loop. */
export function serveCacheRead(): void {
  let product: InProcessProduct | undefined;
  let readers: readonly BenchmarkReader[] = [];
  let peers: readonly Peer[] = [];
  let keys: readonly string[] = [];
  const prepare = async ({ tenants, redisUrl }: { tenants: number; redisUrl: string }): Promise<string[]> => {
    const ids = benchTenants(tenants);
    product = await InProcessProduct.start();
    await product.seed(tenants);
    const values = await product.values(ids);
    const own = [
      bareMapReader(values),
      await product.regionReader(values),
      configurationReader(product.reader),
    ];
    const entries = toEntries(values);
    const client = createOfflineClient(entries[0]!);
    own.push(clientReader(client));
    peers = await openFilledPeers(entries, redisUrl);
    readers = [...own, ...peers];
    keys = readingOrder(ids);
    return readers.map(({ name }) => name);
  };
  const measure = ({ index, ms }: { index: number; ms: number }): Promise<number> =>
    measureNsPerRead(readers[index]!, keys, ms);
  serveWorker({ start: measureClientStart, prepare, measure }, async () => {
    await Promise.all(peers.map((peer) => peer.close()));
    await product?.stop();
  });
}

function createOfflineClient([id, settings]: CacheEntry): Attune {
  const bootstrap = { tenant_id: id, ...settings } as unknown as Configuration;
  return createAttune({ url: 'http://127.0.0.1:9', key: 'unused', mode: 'offline', bootstrap });
}

async function openFilledPeers(entries: readonly CacheEntry[], redisUrl: string): Promise<Peer[]> {
  const peers: Peer[] = [];
  for (const name of peerModules) peers.push(...(await openPeers(name, entries, redisUrl)));
  return peers;
}

/** What a user of a cache would store: the effective settings as plain data. */
function toEntries(values: ReadonlyMap<string, CompiledConfiguration>): CacheEntry[] {
  return [...values].map(([id, { version, settings }]) => [
    id,
    { ...(JSON.parse(JSON.stringify(settings)) as typeof settings), version },
  ]);
}
