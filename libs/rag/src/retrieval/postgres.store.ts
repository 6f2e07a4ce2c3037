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

/** `corpus_version` is null if Postgres has the `vector` extension and compares as fast as this process. */
type SearchRow = Omit<SearchResult, 'failure'> & { readonly corpus_version: string | null };

/**
 * Keeps chunks, vectors and BM25 postings in Postgres. With the `vector` extension, the database's function `attune_similarity` uses
 * it. Without the extension, vectors of frequently searched tenants are compared in this process.
 */
export class PostgresStore extends VectorStore {
  constructor(
    private readonly database: Database,
    private readonly chunks: ChunkRepository,
    private readonly vectorCache = new VectorCache(database, chunks),
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

  /** Compares vectors here and keywords in the database. null if the corpus has changed. */
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
    if (row?.corpus_version !== cached.corpusVersion) {
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
    const { candidates, chunks, compared, corpus_version: version } = row;
    if (key && version !== null) this.vectorCache.recordMiss(key, version, compared);
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
