import { Logger } from '@nestjs/common';
import type { Database } from '#database';
import { vectorsSql } from './search-sql.js';
import { type SentVector, type VectorSet, VectorSetDraft, type VectorsWanted } from './vector-set.js';
import type { ChunkKey } from './vector-store.js';

const mebibyte = 1024 * 1024;
/** Of all tenants together, and of each: comparing that many holds up the process for some milliseconds. */
const bounds = { all: 128 * mebibyte, each: 16 * mebibyte };
const bytesEach = Float32Array.BYTES_PER_ELEMENT;
const pageSize = 500;
const mostMisses = 10_000;

/**
 * Vectors of the tenants that are asked the most, held in this process so that Postgres need not compare them. What is held is good under
 * one stamp: whoever uses it reads the stamp in the statement in which it reads everything else, and asks Postgres where that is
 * another one by now. So no news of changes is needed, and none can be missed.
 */
export class ResidentVectors {
  private readonly logger = new Logger('retrieval');
  /** By tenant; the one that was used last is the last. */
  private readonly sets = new Map<string, VectorSet>();
  private readonly loading = new Set<string>();
  /** Under which stamp a tenant was searched without. Only who is asked twice between two changes is worth the room. */
  private readonly misses = new Map<string, string>();
  private bytes = 0;

  constructor(private readonly database: Database) {
    // Another history of the database may come to the same stamp.
    database.reachability.onChange(() => this.clear());
  }

  get(wanted: VectorsWanted): VectorSet | undefined {
    const held = this.sets.get(wanted.tenantId);
    if (held?.wanted.embedder !== wanted.embedder || held.wanted.dimensions !== wanted.dimensions)
      return undefined;
    this.sets.delete(wanted.tenantId);
    this.sets.set(wanted.tenantId, held);
    return held;
  }

  /** Somebody had to do without: `count` vectors under this stamp. They are loaded in the background when they are worth it. */
  missed(wanted: VectorsWanted, stamp: string, count: number): void {
    const { tenantId, dimensions } = wanted;
    const isFirst = this.misses.get(tenantId) !== stamp;
    if (this.misses.size >= mostMisses) this.misses.clear();
    this.misses.set(tenantId, stamp);
    const isTooMuch = count * dimensions * bytesEach > bounds.each;
    if (isFirst || count === 0 || isTooMuch || this.loading.has(tenantId)) return;
    this.loading.add(tenantId);
    void this.load(wanted, count)
      .catch((error: unknown) => this.logger.debug({ err: error }, 'vectors could not be loaded'))
      .finally(() => this.loading.delete(tenantId));
  }

  /** Another one that was loaded meanwhile stays. */
  drop(set: VectorSet): void {
    const { tenantId } = set.wanted;
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
  protected async load(wanted: VectorsWanted, count: number): Promise<void> {
    const { reachability } = this.database;
    const { since } = reachability;
    const draft = new VectorSetDraft(wanted, count);
    for (let length = pageSize; length === pageSize;) {
      const page = await this.page(wanted, draft.last);
      if (!draft.add(page)) return;
      length = page.length;
    }
    const set = draft.finish();
    if (set !== null && since === reachability.since) this.keep(set);
  }

  private page({ tenantId, embedder, dimensions }: VectorsWanted, after?: ChunkKey): Promise<SentVector[]> {
    const values = [embedder, dimensions, after?.document_number ?? 0, after?.position ?? 0, pageSize];
    return this.database.readAsTenant(tenantId, () => this.database.query<SentVector>(vectorsSql, values));
  }

  private keep(set: VectorSet): void {
    const { tenantId } = set.wanted;
    const before = this.sets.get(tenantId);
    if (before) this.drop(before);
    this.sets.set(tenantId, set);
    this.bytes += set.bytes;
    for (const oldest of this.sets.values()) {
      if (this.bytes <= bounds.all) return;
      this.drop(oldest);
    }
  }
}
