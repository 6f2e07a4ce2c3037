import type { Database } from '#database';
import { UnavailableError } from '#kernel';
import { ChunkRepository } from './chunk.repository.js';
import { type CandidateRow, type TotalsRow, toCandidates, weighRow } from './keywords/search-rows.js';
import { filteredSearchSql, searchSql } from './keywords/search-sql.js';
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

interface SearchRow extends TotalsRow {
  readonly candidates: readonly CandidateRow[];
  readonly compared: number;
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
 * it.
 */
export class PostgresStore extends VectorStore {
  constructor(
    private readonly database: Database,
    private readonly chunks: ChunkRepository,
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
    const { vector, embedder, depth, filter } = query;
    const values = [vector && `{${vector.join(',')}}`, vector && embedder, depth];
    const found = filter
      ? await this.find(query, filteredSearchSql, [...values, JSON.stringify(filter)])
      : await this.find(query, searchSql, values);
    if (!found) return emptyResult;
    const { row, words } = found;
    const candidates = toCandidates(row.candidates, weighRow(row, words.terms));
    const { chunks, compared } = row;
    const { language, areSearchable } = words;
    const result = { candidates, chunks, language, compared, failure: null };
    return areSearchable ? result : { ...result, lacksKeywords: true };
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
