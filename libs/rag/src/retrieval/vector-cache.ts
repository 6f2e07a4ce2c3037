import { Logger } from '@nestjs/common';
import type { Database } from '#database';
import { vectorPageSql } from './search-sql.js';
import { type VectorRow, type VectorSet, VectorSetBuilder, type VectorSetKey } from './vector-set.js';
import type { ChunkKey } from './vector-store.js';

const mebibyte = 1024 * 1024;
/** Of all tenants together, and of each: comparing that many holds up the process for some milliseconds. */
const maxBytes = { all: 128 * mebibyte, each: 16 * mebibyte };
const bytesPerValue = Float32Array.BYTES_PER_ELEMENT;
const pageSize = 500;
const maxMisses = 10_000;

/**
 * Vectors of the tenants that are asked the most, held in this process so that Postgres need not compare them. What is held is good under
 * one stamp: whoever uses it reads the stamp in the statement in which it reads everything else, and asks Postgres where that is
 * another one by now. So no news of changes is needed, and none can be missed.
 */
export class VectorCache {
  private readonly logger = new Logger('retrieval');
  /** By tenant; the one that was used last is the last. */
  private readonly sets = new Map<string, VectorSet>();
  private readonly loading = new Set<string>();
  /** Under which stamp a tenant was searched without. Only who is asked twice between two changes is worth the room. */
  private readonly misses = new Map<string, string>();
  private bytes = 0;

  constructor(private readonly database: Database) {
    // Another history of the database may come to the same stamp.
    database.availability.onChange(() => this.clear());
  }

  get(key: VectorSetKey): VectorSet | undefined {
    const cached = this.sets.get(key.tenantId);
    if (cached?.key.embedder !== key.embedder || cached.key.dimensions !== key.dimensions) return undefined;
    this.sets.delete(key.tenantId);
    this.sets.set(key.tenantId, cached);
    return cached;
  }

  /** Somebody had to do without: `count` vectors under this stamp. They are loaded in the background when they are worth it. */
  recordMiss(key: VectorSetKey, corpusVersion: string, count: number): void {
    const { tenantId, dimensions } = key;
    const isFirst = this.misses.get(tenantId) !== corpusVersion;
    if (this.misses.size >= maxMisses) this.misses.clear();
    this.misses.set(tenantId, corpusVersion);
    const isTooLarge = count * dimensions * bytesPerValue > maxBytes.each;
    if (isFirst || count === 0 || isTooLarge || this.loading.has(tenantId)) return;
    this.loading.add(tenantId);
    void this.load(key, count)
      .catch((error: unknown) => this.logger.debug({ err: error }, 'vectors could not be loaded'))
      .finally(() => this.loading.delete(tenantId));
  }

  /** Another one that was loaded meanwhile stays. */
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

  /** Page by page, so that others have their turn; in vain when a change comes between. */
  protected async load(key: VectorSetKey, count: number): Promise<void> {
    const { availability: reachability } = this.database;
    const { since } = reachability;
    const draft = new VectorSetBuilder(key, count);
    for (let length = pageSize; length === pageSize;) {
      const page = await this.readPage(key, draft.lastKey);
      if (!draft.add(page)) return;
      length = page.length;
    }
    const set = draft.build();
    if (set !== null && since === reachability.since) this.store(set);
  }

  private readPage({ tenantId, embedder, dimensions }: VectorSetKey, after?: ChunkKey): Promise<VectorRow[]> {
    const values = [embedder, dimensions, after?.document_number ?? 0, after?.position ?? 0, pageSize];
    return this.database.readAsTenant(tenantId, () => this.database.query<VectorRow>(vectorPageSql, values));
  }

  private store(set: VectorSet): void {
    const { tenantId } = set.key;
    const previous = this.sets.get(tenantId);
    if (previous) this.evict(previous);
    this.sets.set(tenantId, set);
    this.bytes += set.bytes;
    for (const oldest of this.sets.values()) {
      if (this.bytes <= maxBytes.all) return;
      this.evict(oldest);
    }
  }
}
