import { Logger } from '@nestjs/common';
import { Database } from '#database';
import type { AnalysedText } from '../../analysis/analyse-text.js';
import { randomHex } from '#kernel';
import { ChunkRepository } from '../chunk.repository.js';
import { PostgresStore } from '../postgres.store.js';
import { lengthNorm, saturation, type WeightedQuestion } from '../keywords/bm25.js';
import { type CandidateRow, type TotalsRow, toCandidates, weighRow } from '../keywords/search-rows.js';
import { candidateSql, filteredCandidateSql, questionStatisticsSql } from '../keywords/search-sql.js';
import { type SearchWords, readSearchWords, storedLexeme } from '../keywords/search-words.repository.js';
import {
  type Candidate,
  type ChunkKey,
  type DocumentChunks,
  type SearchResult,
  type NewChunk,
  type PreparedChunks,
  type ReplacedWords,
  type SearchQuery,
  type StoredChunk,
  VectorStore,
} from '../vector-store.js';
import { VectorDeletionQueue, vectorId } from './vector-deletion-queue.js';
import type { PineconeIndex, PineconeMatch } from './pinecone-index.js';
import { type WeightedLexeme, toSparseVector } from './sparse-vector.js';

interface StatisticsRow extends TotalsRow {
  readonly compared: number;
}

/** A question with its words, and their weights in the tenant's chunks. */
interface WeightedWords extends StatisticsRow {
  readonly words: SearchWords;
  readonly question: WeightedQuestion;
}

/**
 * Matches that are filtered: Pinecone's limits. It knows no metadata, so that a change of it needs no call; up to 10,000 chunks are filtered
 * completely.
 */
const filteredDepth = { dense: 10_000, sparse: 1_000 } as const;

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

  async prepare(tenantId: string, document: DocumentChunks, embedder: string): Promise<PreparedChunks> {
    const { chunks } = document;
    const externalKey = randomHex(8);
    const averageLength = await this.averageLength(tenantId, chunks);
    await this.deletions.enqueueOrphanCheck(tenantId, { externalKey, chunks: chunks.length });
    const vectors = chunks.map(({ embedding, words }, index) => ({
      id: vectorId(externalKey, index + 1),
      dense: embedding,
      sparse: toSparseVector(weighLexemes(words, averageLength)),
    }));
    await this.index.upsert(tenantId, vectors);
    return { ...document, embedder, externalKey };
  }

  async put(documentNumber: number, prepared: PreparedChunks): Promise<void> {
    await this.remove(documentNumber);
    await this.chunks.insert(documentNumber, prepared);
  }

  async replaceWords(tenantId: string, chunks: readonly ReplacedWords[]): Promise<void> {
    const averageLength = await this.averageLength(tenantId, chunks);
    for (const { external_key: externalKey, position, words } of chunks) {
      const sparse = toSparseVector(weighLexemes(words, averageLength));
      if (externalKey !== null && sparse)
        await this.index.updateSparse(tenantId, vectorId(externalKey, position), sparse);
    }
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
    const { tenantId, filter } = query;
    const weighted = await this.weigh(query);
    if (!weighted) return { candidates: [], chunks: 0, language: null, compared: 0, failure: null };
    const sparse = toSparseVector(weightedLexemes(weighted));
    const depth = filter ? filteredDepth : { dense: query.depth, sparse: query.depth };
    const [byDense, bySparse] = await Promise.all([
      this.index.queryDense(tenantId, vector, depth.dense),
      sparse ? this.index.querySparse(tenantId, sparse, vector.length, depth.sparse) : [],
    ]);
    const cosines = mergeCosines(byDense, bySparse, vector);
    const candidates = await this.scoreCandidates(query, weighted, cosines);
    const { chunks, compared, words } = weighted;
    const { language, areSearchable } = words;
    const result = {
      candidates: filter ? bestOfEachSide(candidates, query.depth) : candidates,
      chunks,
      language,
      compared,
      failure: null,
      isPartlyFiltered: filter !== undefined && chunks > filteredDepth.dense,
    };
    return areSearchable ? result : { ...result, lacksKeywords: true };
  }

  /** null if the tenant has no corpus. */
  private async weigh({
    tenantId,
    question,
    language,
    embedder,
  }: SearchQuery): Promise<WeightedWords | null> {
    return this.database.readAsTenant(tenantId, async () => {
      const words = await readSearchWords(this.database, question, language);
      if (!words) return null;
      const values = [words.lexemes, words.termNumbers, words.version, embedder];
      const [row] = await this.database.query<StatisticsRow>(questionStatisticsSql, values);
      return row ? { ...row, words, question: weighRow(row, words.terms) } : null;
    });
  }

  private async scoreCandidates(
    { tenantId, filter }: SearchQuery,
    { words }: WeightedWords,
    cosines: ReadonlyMap<string, number>,
  ): Promise<Candidate[]> {
    const names = [...cosines.keys()].map((id) => id.split('#'));
    const [row] = await this.queryAsTenant<TotalsRow & { readonly candidates: CandidateRow[] }>(
      tenantId,
      filter ? filteredCandidateSql : candidateSql,
      [
        words.lexemes,
        words.termNumbers,
        words.version,
        names.map(([key]) => key),
        names.map(([, position]) => Number(position)),
        [...cosines.values()],
        ...(filter ? [JSON.stringify(filter)] : []),
      ],
    );
    return row ? toCandidates(row.candidates, weighRow(row, words.terms)) : [];
  }

  /** Of the tenant's chunks together with these. */
  private async averageLength(tenantId: string, chunks: readonly Pick<NewChunk, 'words'>[]): Promise<number> {
    const sql = 'SELECT indexed::int AS chunks, length::float8 AS length FROM corpora';
    const [corpus] = await this.queryAsTenant<{ chunks: number; length: number }>(tenantId, sql, []);
    const added = chunks.reduce((sum, { words }) => sum + words.length, 0);
    return Math.max((corpus?.length ?? 0) + added, 1) / Math.max((corpus?.chunks ?? 0) + chunks.length, 1);
  }

  private queryAsTenant<Row>(tenantId: string, sql: string, values: readonly unknown[]): Promise<Row[]> {
    return this.database.readAsTenant(tenantId, () => this.database.query<Row>(sql, values));
  }
}

/** As each side of the Postgres store proposes them. */
function bestOfEachSide(candidates: readonly Candidate[], depth: number): Candidate[] {
  const best = (side: (candidate: Candidate) => number): Candidate[] =>
    candidates
      .toSorted(
        (a, b) => side(b) - side(a) || a.document_number - b.document_number || a.position - b.position,
      )
      .slice(0, depth);
  const bySparse = best(({ sparse }) => sparse).filter(({ sparse }) => sparse > 0);
  return [...new Set([...bySparse, ...best(({ dense }) => dense ?? 0)])];
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

/** The part of each lexeme's BM25 score that does not depend on the question. */
function weighLexemes(
  { lexemes, frequencies, length }: AnalysedText,
  averageLength: number,
): WeightedLexeme[] {
  const norm = lengthNorm(length, averageLength);
  return lexemes.map((lexeme, index) => ({
    lexeme: storedLexeme(lexeme),
    value: saturation(frequencies[index]!, norm),
  }));
}

function weightedLexemes({ words, question }: WeightedWords): WeightedLexeme[] {
  return words.lexemes.map((lexeme, index) => ({
    lexeme,
    value: question.weights[words.termNumbers[index]!]!,
  }));
}
