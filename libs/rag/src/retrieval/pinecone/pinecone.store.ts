import { Logger } from '@nestjs/common';
import { Database } from '#database';
import { randomHex } from '#kernel';
import { ChunkRepository } from '../chunk.repository.js';
import { PostgresStore } from '../postgres.store.js';
import { questionLexemesSql, toSearchableText, candidateScoresSql, chunkLexemesSql } from '../search-sql.js';
import {
  type Candidate,
  type ChunkKey,
  type SearchResult,
  type NewChunk,
  type PreparedChunks,
  type SearchQuery,
  type StoredChunk,
  VectorStore,
} from '../vector-store.js';
import { VectorDeletionQueue, vectorId } from './vector-deletion-queue.js';
import type { PineconeIndex, PineconeMatch } from './pinecone-index.js';
import { type WeightedLexeme, toSparseVector } from './sparse-vector.js';

interface QuestionLexemes {
  readonly chunks: number;
  readonly compared: number;
  readonly lexemes: readonly { readonly lexeme: string; readonly weight: number }[];
}

/** Texts per statement. */
const batchSize = 100;

/**
 * Keeps dense and sparse vectors in Pinecone, in one namespace per tenant. Texts and BM25 postings stay in Postgres, and only chunks
 * with a row there exist. Pinecone proposes candidates by two queries, dense and sparse; Postgres computes their keyword scores, so
 * scores equal those of the Postgres store (docs/adr/0016). If Pinecone fails, keywords alone decide.
 */
export class PineconeStore extends VectorStore {
  private readonly logger = new Logger('pinecone');
  private readonly keywordStore: PostgresStore;

  constructor(
    private readonly database: Database,
    private readonly chunks: ChunkRepository,
    private readonly index: PineconeIndex,
    private readonly deletions: VectorDeletionQueue,
  ) {
    super();
    this.keywordStore = new PostgresStore(database, chunks);
  }

  embedderLabel(embedderId: string): string {
    return `pinecone:${this.index.name}:${embedderId}`;
  }

  async prepare(tenantId: string, chunks: readonly NewChunk[], embedder: string): Promise<PreparedChunks> {
    const externalKey = randomHex(8);
    const lexemes = await this.lexemesOf(tenantId, chunks);
    await this.deletions.enqueueOrphanCheck(tenantId, { externalKey, chunks: chunks.length });
    const vectors = chunks.map(({ embedding }, index) => ({
      id: vectorId(externalKey, index + 1),
      dense: embedding,
      sparse: toSparseVector(lexemes[index]!),
    }));
    await this.index.upsert(tenantId, vectors);
    return { chunks, embedder, externalKey };
  }

  async put(documentNumber: number, prepared: PreparedChunks): Promise<void> {
    await this.remove(documentNumber);
    await this.chunks.insert(documentNumber, prepared);
  }

  async remove(documentNumber: number): Promise<void> {
    const removed = await this.chunks.remove(documentNumber);
    if (!removed) return;
    const [row] = await this.database.query<{ id: string }>('SELECT attune_current_tenant() AS id');
    await this.deletions.enqueue(row!.id, removed);
  }

  isEmpty(tenantId: string): Promise<boolean> {
    return this.keywordStore.isEmpty(tenantId);
  }

  async search(query: SearchQuery): Promise<SearchResult> {
    if (query.vector === null) return this.keywordStore.search(query);
    try {
      return await this.searchIndex(query, query.vector);
    } catch (error) {
      this.logger.warn({ err: error }, 'the search in Pinecone failed');
      const result = await this.keywordStore.search({ ...query, vector: null });
      return { ...result, failure: 'Pinecone did not answer' };
    }
  }

  read(tenantId: string, keys: readonly ChunkKey[]): Promise<StoredChunk[]> {
    return this.keywordStore.read(tenantId, keys);
  }

  private async searchIndex(query: SearchQuery, vector: Float32Array): Promise<SearchResult> {
    const { tenantId, question, embedder, depth } = query;
    const [questionLexemes] = await this.queryAsTenant<QuestionLexemes>(tenantId, questionLexemesSql, [
      toSearchableText(question),
      embedder,
    ]);
    if (!questionLexemes) return { candidates: [], chunks: 0, compared: 0, failure: null };
    const sparse = toSparseVector(
      questionLexemes.lexemes.map(({ lexeme, weight }) => ({ lexeme, value: weight })),
    );
    const [byDense, bySparse] = await Promise.all([
      this.index.queryDense(tenantId, vector, depth),
      sparse ? this.index.querySparse(tenantId, sparse, vector.length, depth) : [],
    ]);
    const cosines = mergeCosines(byDense, bySparse, vector);
    return { candidates: await this.scoreCandidates(query, cosines), ...questionLexemes, failure: null };
  }

  private scoreCandidates(
    { tenantId, question }: SearchQuery,
    cosines: ReadonlyMap<string, number>,
  ): Promise<Candidate[]> {
    const names = [...cosines.keys()].map((id) => id.split('#'));
    return this.queryAsTenant<Candidate>(tenantId, candidateScoresSql, [
      toSearchableText(question),
      names.map(([key]) => key),
      names.map(([, position]) => Number(position)),
      [...cosines.values()],
    ]);
  }

  private async lexemesOf(tenantId: string, chunks: readonly NewChunk[]): Promise<WeightedLexeme[][]> {
    const lexemes = chunks.map((): WeightedLexeme[] => []);
    for (let from = 0; from < chunks.length; from += batchSize) {
      const texts = chunks.slice(from, from + batchSize).map(({ indexedText }) => indexedText);
      const rows = await this.queryAsTenant<WeightedLexeme & { position: number }>(
        tenantId,
        chunkLexemesSql,
        [texts],
      );
      for (const { position, lexeme, value } of rows) lexemes[from + position - 1]!.push({ lexeme, value });
    }
    return lexemes;
  }

  private queryAsTenant<Row>(tenantId: string, sql: string, values: readonly unknown[]): Promise<Row[]> {
    return this.database.readAsTenant(tenantId, () => this.database.query<Row>(sql, values));
  }
}

/** The cosine of every candidate, by vector id. */
function mergeCosines(
  byDense: readonly PineconeMatch[],
  bySparse: readonly PineconeMatch[],
  vector: Float32Array,
): Map<string, number> {
  const found = bySparse.map(({ id, dense }) => [id, dotProduct(vector, dense)] as const);
  return new Map([...found, ...byDense.map(({ id, score }) => [id, score] as const)]);
}

function dotProduct(a: Float32Array, b: readonly number[]): number {
  return a.reduce((sum, value, index) => sum + value * (b[index] ?? 0), 0);
}
