import { setImmediate as nextTurn } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { waitFor } from '#testing';
import { CorpusBuilder } from './corpus-builder.js';
import { CorpusCache } from './corpus-cache.js';
import type { CorpusLoad } from './corpus-loader.js';
import { CorpusOutline } from './corpus-outline.js';
import type { MemoryCorpus } from './memory-corpus.js';

const mebibyte = 1024 * 1024;

/** A corpus with one chunk of this size. */
function aCorpus(version: number, bytes: number): Promise<MemoryCorpus> {
  const document = { number: 1, doc_id: 'a', title: 'A', metadata: '{}', chunks: 1, revision: version };
  const size = { chunks: 1, embedded: 1, textBytes: bytes, metadataBytes: 2, length: 0, dimensions: 0 };
  const builder = new CorpusBuilder(new CorpusOutline([document]), size);
  return builder.build({ version, length: 0, languages: [] });
}

/** Tenants with documents of the size `bytes`, and what the cache knows of their versions. */
class Tenants {
  readonly version = new Map<string, number>();
  readonly known = new Map<string, number | undefined>();
  readonly loads: string[] = [];
  readonly previous: (number | null)[] = [];
  bytes = mebibyte;
  /** Called when a load has reserved its memory. */
  onReserved: () => void = () => undefined;
  /** Held loads wait for `release`. */
  isHeld = false;
  private held = Promise.withResolvers<void>();

  readonly loader = { load: (load: CorpusLoad) => this.load(load) };
  readonly versions = {
    peek: (tenantId: string) => (this.known.has(tenantId) ? this.known.get(tenantId) : 1),
    put: (tenantId: string, version: number) => void this.known.set(tenantId, version),
  };

  cache(maxBytes: number): CorpusCache {
    return new CorpusCache(this.loader, this.versions, { maxBytes, embedder: 'test' });
  }

  release(): void {
    this.isHeld = false;
    this.held.resolve();
    this.held = Promise.withResolvers<void>();
  }

  private async load({ tenantId, previous, maxBytes, reserve }: CorpusLoad): Promise<MemoryCorpus | null> {
    this.loads.push(tenantId);
    this.previous.push(previous?.version ?? null);
    const version = this.version.get(tenantId) ?? 1;
    if (this.bytes > maxBytes) throw new RangeError('The corpus is too large.');
    if (!reserve(this.bytes)) return null;
    this.onReserved();
    if (this.isHeld) await this.held.promise;
    return aCorpus(version, this.bytes - 10_000);
  }
}

describe('CorpusCache', () => {
  let tenants: Tenants;

  beforeAll(() => Logger.overrideLogger(false));
  beforeEach(() => {
    tenants = new Tenants();
  });

  /** Searches until the tenant is in memory. */
  async function warm(cache: CorpusCache, ...tenantIds: string[]): Promise<void> {
    for (const tenantId of tenantIds) await waitFor(() => cache.find(tenantId) !== null);
  }

  it('loads a tenant at its second search, in the background', async () => {
    const cache = tenants.cache(10 * mebibyte);
    expect(cache.find('acme')).toBeNull();
    await nextTurn();
    expect(tenants.loads).toEqual([]);
    expect(cache.find('acme')).toBeNull();
    await waitFor(() => cache.size === 1);
    expect(cache.find('acme')?.version).toBe(1);
    expect(cache.counts).toEqual({ hits: 1, misses: 2, loads: 1, evictions: 0 });
  });

  it('loads a tenant once, however many searches come meanwhile', async () => {
    const cache = tenants.cache(10 * mebibyte);
    tenants.isHeld = true;
    for (let search = 0; search < 50; search += 1) {
      expect(cache.find('acme')).toBeNull();
      await nextTurn();
    }
    tenants.release();
    await waitFor(() => cache.size === 1);
    expect(tenants.loads).toEqual(['acme']);
  });

  it('does not return a corpus whose version is older than the known one, and loads the new one from the old one', async () => {
    const cache = tenants.cache(10 * mebibyte);
    await warm(cache, 'acme');
    tenants.version.set('acme', 2);
    tenants.known.set('acme', 2);
    expect(cache.find('acme')).toBeNull();
    await waitFor(() => cache.find('acme')?.version === 2);
    expect(tenants.previous).toEqual([null, 1]);
  });

  it('does not return a corpus while its version is not known', async () => {
    const cache = tenants.cache(10 * mebibyte);
    await warm(cache, 'acme');
    tenants.known.set('acme', undefined);
    expect(cache.find('acme')).toBeNull();
    tenants.known.set('acme', 1);
    expect(cache.find('acme')).not.toBeNull();
  });

  it('drops a corpus that is newer than the database', async () => {
    const cache = tenants.cache(10 * mebibyte);
    tenants.version.set('acme', 7);
    await warm(cache, 'acme');
    cache.correct('acme', 6);
    expect(cache.size).toBe(0);
  });

  it('evicts the least recently used corpora to stay within its bytes, loads under way included', async () => {
    const cache = tenants.cache(3.5 * mebibyte);
    let maxBytes = 0;
    tenants.onReserved = () => (maxBytes = Math.max(maxBytes, cache.bytes));
    await warm(cache, 'a', 'b', 'c');
    cache.find('a');
    cache.find('d');
    cache.find('d');
    await waitFor(() => cache.find('d') !== null);
    expect([cache.find('a') !== null, cache.size]).toEqual([true, 3]);
    expect(cache.counts.evictions).toBe(1);
    expect(maxBytes).toBeGreaterThan(2.9 * mebibyte);
    expect(maxBytes).toBeLessThanOrEqual(3.5 * mebibyte);
  });

  it('evicts no corpus that was used since the other tenant’s search before the last', async () => {
    const cache = tenants.cache(2.5 * mebibyte);
    await warm(cache, 'a', 'b');
    for (let round = 0; round < 5; round += 1) {
      cache.find('c');
      expect([cache.find('a'), cache.find('b')]).not.toContain(null);
      await nextTurn();
    }
    await waitFor(() => tenants.loads.includes('c'));
    expect([cache.size, cache.counts.evictions]).toEqual([2, 0]);
  });

  it('does not try a corpus that is too large again and again', async () => {
    const cache = tenants.cache(0.5 * mebibyte);
    for (let search = 0; search < 10; search += 1) {
      expect(cache.find('acme')).toBeNull();
      await nextTurn();
    }
    expect([tenants.loads, cache.bytes]).toEqual([['acme'], 0]);
  });

  it('keeps nothing of a load that was under way when it was cleared', async () => {
    const cache = tenants.cache(10 * mebibyte);
    tenants.isHeld = true;
    cache.find('acme');
    cache.find('acme');
    await waitFor(() => tenants.loads.length === 1);
    cache.clear();
    tenants.release();
    await nextTurn();
    expect([cache.size, cache.bytes]).toEqual([0, 0]);
    await warm(cache, 'acme');
  });
});
