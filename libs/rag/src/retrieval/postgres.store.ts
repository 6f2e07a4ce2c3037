import type { Database } from '#database';
import { UnavailableError } from '#kernel';
import { ChunkRepository } from './chunk.repository.js';
import { VectorCache } from './vector-cache.js';
import { type CandidateRow, type TotalsRow, toCandidates, weighRow } from './keywords/search-rows.js';
import { searchSql, sparseSearchSql } from './keywords/search-sql.js';
import { type SearchWords, readSearchWords } from './keywords/search-words.repository.js';
import {
  type ChunkKey,
  type SearchResult,
  type DocumentChunks,
  type PreparedChunks,
  type SearchQuery,
  type StoredChunk,
  VectorStore,
} from './vector-store.js';
import type { VectorSet, VectorSetKey } from './vector-set.js';

/** `corpus_version` is null if Postgres has the `vector` extension and compares as fast as this process. */
interface SearchRow extends TotalsRow {
  readonly candidates: readonly CandidateRow[];
  readonly compared: number;
  readonly corpus_version: string | null;
}

interface FoundRow {
  readonly row: SearchRow;
  readonly words: SearchWords;
}

const emptyResult: SearchResult = { candidates: [], chunks: 0, language: null, compared: 0, failure: null };

/** The words of a tenant are indexed anew between two statements of a search once in a release. */
const maxAttempts = 3;

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

  prepare(_tenantId: string, document: DocumentChunks, embedder: string): Promise<PreparedChunks> {
    return Promise.resolve({ ...document, embedder, externalKey: null });
  }

  async put(documentNumber: number, prepared: PreparedChunks): Promise<void> {
    await this.chunks.remove(documentNumber);
    await this.chunks.insert(documentNumber, prepared);
  }

  replaceWords(): Promise<void> {
    return Promise.resolve();
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
    query: SearchQuery & { readonly vector: Float32Array },
  ): Promise<SearchResult | null> {
    const { vector, depth } = query;
    const similarities = cached.similarities(vector);
    const nearest = similarities.nearest(depth);
    const values = [
      depth,
      nearest.map((key) => key.document_number),
      nearest.map(({ position }) => position),
    ];
    const found = await this.find(query, sparseSearchSql, values);
    if (found?.row.corpus_version !== cached.corpusVersion) {
      this.vectorCache.evict(cached);
      return null;
    }
    const { row, words } = found;
    const candidates = toCandidates(row.candidates, weighRow(row, words.terms)).map((one) => ({
      ...one,
      dense: similarities.similarityOf(one),
    }));
    const { chunks } = row;
    return { candidates, chunks, language: words.language, compared: cached.count, failure: null };
  }

  private async searchInDatabase(query: SearchQuery, key?: VectorSetKey): Promise<SearchResult> {
    const { vector, embedder, depth } = query;
    const values = [vector && `{${vector.join(',')}}`, vector && embedder, depth];
    const found = await this.find(query, searchSql, values);
    if (!found) return emptyResult;
    const { row, words } = found;
    if (key && row.corpus_version !== null)
      this.vectorCache.recordMiss(key, row.corpus_version, row.compared);
    const candidates = toCandidates(row.candidates, weighRow(row, words.terms));
    const { chunks, compared } = row;
    return { candidates, chunks, language: words.language, compared, failure: null };
  }

  /** Runs a statement of `search-sql.ts` for the words of the question. null without a corpus. */
  private find(
    { tenantId, question, language }: SearchQuery,
    sql: string,
    values: readonly unknown[],
  ): Promise<FoundRow | null> {
    return this.database.readAsTenant(tenantId, async () => {
      for (let attempt = 0; attempt < maxAttempts; attempt += 1) {
        const words = await readSearchWords(this.database, question, language);
        if (!words) return null;
        const { lexemes, termNumbers, version } = words;
        const [row] = await this.database.query<SearchRow>(sql, [lexemes, termNumbers, version, ...values]);
        if (row) return { row, words };
      }
      throw new UnavailableError('The words of the documents are being indexed; try again.', 1);
    });
  }

  read(tenantId: string, keys: readonly ChunkKey[]): Promise<StoredChunk[]> {
    return this.database.readAsTenant(tenantId, () => this.chunks.read(keys));
  }
}
