import { type Entry, type Peer, type Reader, openPeers } from '../peers.js';
import { benchTenants } from '../seed-tenants.js';
import { serve } from '../worker.js';
import { ProductUnderTest } from './product-under-test.js';
import { bareMap, configurationReader, nsPerRead, readingOrder } from './read-time.js';
import type { CompiledConfiguration } from '#config';

const peerModules = ['lru-cache', 'bentocache', 'cacheable', 'launchdarkly', 'unleash-client'];

/** The process in which `cache-read` measures: the product and its peers side by side, each with its own values and its own loop. */
export function serveCacheRead(): void {
  let product: ProductUnderTest | undefined;
  let readers: readonly Reader[] = [];
  let peers: readonly Peer[] = [];
  let keys: readonly string[] = [];
  const prepare = async ({ tenants, redisUrl }: { tenants: number; redisUrl: string }): Promise<string[]> => {
    const ids = benchTenants(tenants);
    product = await ProductUnderTest.start();
    await product.seed(tenants);
    const values = await product.values(ids);
    const own = [bareMap(values), await product.part(values), configurationReader(product.reader)];
    peers = await peersHolding(entriesOf(values), redisUrl);
    readers = [...own, ...peers];
    keys = readingOrder(ids);
    return readers.map(({ name }) => name);
  };
  const measure = ({ index, ms }: { index: number; ms: number }): Promise<number> =>
    nsPerRead(readers[index]!, keys, ms);
  serve({ prepare, measure }, async () => {
    await Promise.all(peers.map((peer) => peer.close()));
    await product?.stop();
  });
}

async function peersHolding(entries: readonly Entry[], redisUrl: string): Promise<Peer[]> {
  const peers: Peer[] = [];
  for (const name of peerModules) peers.push(...(await openPeers(name, entries, redisUrl)));
  return peers;
}

/** As a user of a cache would keep them: the effective settings as plain data. */
function entriesOf(values: ReadonlyMap<string, CompiledConfiguration>): Entry[] {
  return [...values].map(([id, { version, settings }]) => [
    id,
    { ...(JSON.parse(JSON.stringify(settings)) as typeof settings), version },
  ]);
}
