import { Logger } from '@nestjs/common';
import type { Database } from '#database';
import type { ChunkRepository } from './chunk.repository.js';
import { type VectorSet, VectorSetBuilder, type VectorSetKey } from './vector-set.js';

const mebibyte = 1024 * 1024;
/** For all tenants together, and per tenant: comparing 16 MiB of vectors blocks the process for some milliseconds. */
const maxBytes = { total: 128 * mebibyte, perTenant: 16 * mebibyte };
const bytesPerValue = Float32Array.BYTES_PER_ELEMENT;
const pageSize = 500;
const maxMisses = 10_000;

/**
 * Keeps the vectors of frequently searched tenants in this process, so that Postgres need not compare them. A set is valid for one
 * corpus version. Each search reads the current corpus version in the same statement as its other data, and falls back to Postgres if
 * the versions differ. So the cache needs no invalidation messages and can miss none.
 */
export class VectorCache {
  private readonly logger = new Logger('retrieval');
  /** By tenant, least recently used first. */
  private readonly sets = new Map<string, VectorSet>();
  private readonly loading = new Set<string>();
  /** Corpus version of a tenant's last miss. Only a second search of the same version makes a tenant worth caching. */
  private readonly misses = new Map<string, string>();
  private bytes = 0;

  constructor(
    private readonly database: Database,
    private readonly chunks: ChunkRepository,
  ) {
    // A restored database may produce the same corpus version for other vectors.
    database.availability.onChange(() => this.clear());
  }

  /** The cached set, of whatever corpus version. */
  get(key: VectorSetKey): VectorSet | undefined {
    const cached = this.sets.get(key.tenantId);
    if (cached?.key.embedder !== key.embedder || cached.key.dimensions !== key.dimensions) return undefined;
    this.sets.delete(key.tenantId);
    this.sets.set(key.tenantId, cached);
    return cached;
  }

  /** Records a search without the cache, over `count` vectors of this corpus version. Loads them in the background if it pays off. */
  recordMiss(key: VectorSetKey, corpusVersion: string, count: number): void {
    const { tenantId, dimensions } = key;
    const isFirst = this.misses.get(tenantId) !== corpusVersion;
    if (this.misses.size >= maxMisses) this.misses.clear();
    this.misses.set(tenantId, corpusVersion);
    const isTooLarge = count * dimensions * bytesPerValue > maxBytes.perTenant;
    if (isFirst || count === 0 || isTooLarge || this.loading.has(tenantId)) return;
    this.loading.add(tenantId);
    void this.load(key, count)
      .catch((error: unknown) => this.logger.debug({ err: error }, 'vectors could not be loaded into memory'))
      .finally(() => this.loading.delete(tenantId));
  }

  /** Removes this set. A newer set of the tenant stays. */
  evict(set: VectorSet): void {
    const { tenantId } = set.key;
    if (this.sets.get(tenantId) !== set) return;
    this.sets.delete(tenantId);
    this.bytes -= set.bytes;
  }

  private clear(): void {
    this.sets.clear();
    this.misses.clear();
    this.bytes = 0;
  }

  /** Reads page by page, so that other queries are not delayed. Gives up if the corpus changes meanwhile. */
  protected async load(key: VectorSetKey, count: number): Promise<void> {
    const { availability } = this.database;
    const { since } = availability;
    const builder = new VectorSetBuilder(key, count);
    for (let length = pageSize; length === pageSize;) {
      const after = builder.lastKey;
      const page = await this.database.readAsTenant(key.tenantId, () =>
        this.chunks.readVectors(key, after, pageSize),
      );
      if (!builder.add(page)) return;
      length = page.length;
    }
    const set = builder.build();
    if (set !== null && since === availability.since) this.store(set);
  }

  private store(set: VectorSet): void {
    const { tenantId } = set.key;
    const previous = this.sets.get(tenantId);
    if (previous) this.evict(previous);
    this.sets.set(tenantId, set);
    this.bytes += set.bytes;
    for (const oldest of this.sets.values()) {
      if (this.bytes <= maxBytes.total) return;
      this.evict(oldest);
    }
  }
}
