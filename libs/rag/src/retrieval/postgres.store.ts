import type { Database } from '#database';
import { ChunkRepository } from './chunk.repository.js';
import { VectorCache } from './vector-cache.js';
import { searchSql, toSearchableText, sparseSearchSql } from './search-sql.js';
import {
  type ChunkKey,
  type SearchResult,
  type NewChunk,
  type PreparedChunks,
  type SearchQuery,
  type StoredChunk,
  VectorStore,
} from './vector-store.js';
import type { VectorSet, VectorSetKey } from './vector-set.js';

/** With the stamp of the tenant's corpus; null where Postgres compares as fast as this process. */
type SearchRow = Omit<SearchResult, 'failure'> & { readonly stamp: string | null };

/**
 * Keeps chunks, vectors and the words of BM25 in Postgres. The `vector` extension is not needed: where it is there, the database's
 * own `attune_similarity` uses it, and where it is not, what is asked often is compared in this process.
 */
export class PostgresStore extends VectorStore {
  constructor(
    private readonly database: Database,
    private readonly chunks: ChunkRepository,
    private readonly vectorCache = new VectorCache(database),
  ) {
    super();
  }

  embedderLabel(embedderId: string): string {
    return embedderId;
  }

  prepare(_tenantId: string, chunks: readonly NewChunk[], embedder: string): Promise<PreparedChunks> {
    return Promise.resolve({ chunks, embedder, externalKey: null });
  }

  async put(documentNumber: number, prepared: PreparedChunks): Promise<void> {
    await this.chunks.remove(documentNumber);
    await this.chunks.insert(documentNumber, prepared);
  }

  async remove(documentNumber: number): Promise<void> {
    await this.chunks.remove(documentNumber);
  }

  isEmpty(tenantId: string): Promise<boolean> {
    return this.database.readAsTenant(tenantId, () => this.chunks.isEmpty());
  }

  async search(query: SearchQuery): Promise<SearchResult> {
    const { tenantId, embedder, vector } = query;
    if (vector === null) return this.searchInDatabase(query);
    const key = { tenantId, embedder, dimensions: vector.length };
    const cached = this.vectorCache.get(key);
    return (
      (cached && (await this.searchWithCachedVectors(cached, { ...query, vector }))) ??
      this.searchInDatabase(query, key)
    );
  }

  /** The vectors are compared here, and only the words there. Null: they have changed. */
  private async searchWithCachedVectors(
    cached: VectorSet,
    { tenantId, question, vector, depth }: SearchQuery & { readonly vector: Float32Array },
  ): Promise<SearchResult | null> {
    const similarities = cached.similarities(vector);
    const nearest = similarities.nearest(depth);
    const values = [
      toSearchableText(question),
      depth,
      nearest.map((key) => key.document_number),
      nearest.map(({ position }) => position),
    ];
    const row = await this.queryRow(tenantId, sparseSearchSql, values);
    if (row?.stamp !== cached.corpusVersion) {
      this.vectorCache.evict(cached);
      return null;
    }
    const candidates = row.candidates.map((one) => ({ ...one, dense: similarities.similarityOf(one) }));
    return { candidates, chunks: row.chunks, compared: cached.count, failure: null };
  }

  private async searchInDatabase(
    { tenantId, question, vector, embedder, depth }: SearchQuery,
    key?: VectorSetKey,
  ): Promise<SearchResult> {
    const values = [toSearchableText(question), vector && `{${vector.join(',')}}`, vector && embedder, depth];
    const row = await this.queryRow(tenantId, searchSql, values);
    if (row === undefined) return { candidates: [], chunks: 0, compared: 0, failure: null };
    const { candidates, chunks, compared, stamp } = row;
    if (key && stamp !== null) this.vectorCache.recordMiss(key, stamp, compared);
    return { candidates, chunks, compared, failure: null };
  }

  private async queryRow(
    tenantId: string,
    sql: string,
    values: readonly unknown[],
  ): Promise<SearchRow | undefined> {
    const [row] = await this.database.readAsTenant(tenantId, () =>
      this.database.query<SearchRow>(sql, values),
    );
    return row;
  }

  read(tenantId: string, keys: readonly ChunkKey[]): Promise<StoredChunk[]> {
    return this.database.readAsTenant(tenantId, () => this.chunks.read(keys));
  }
}
