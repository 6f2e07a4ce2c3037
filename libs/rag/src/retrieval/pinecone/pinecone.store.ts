import { Logger } from '@nestjs/common';
import { Database } from '#database';
import { randomHex } from '#kernel';
import { ChunkRepository } from '../chunk.repository.js';
import { PostgresStore } from '../postgres.store.js';
import { lexemesSql, searchable, weighSql, wordsSql } from '../search-sql.js';
import {
  type Candidate,
  type ChunkKey,
  type Findings,
  type NewChunk,
  type PreparedChunks,
  type Search,
  type StoredText,
  VectorStore,
} from '../vector-store.js';
import { ForgottenVectorsQueue, vectorId } from './forgotten-vectors.js';
import { PineconeIndex, type PineconeMatch } from './pinecone-index.js';
import { type WeighedLexeme, sparseVector } from './sparse-vector.js';

interface Asked {
  readonly chunks: number;
  readonly compared: number;
  readonly lexemes: readonly { readonly lexeme: string; readonly weight: number }[];
}

/** Texts a statement. */
const batchSize = 100;

/**
 * Keeps vectors in Pinecone, dense and sparse, in a namespace for each tenant; texts and the statistics of words stay in Postgres, whose
 * rows alone decide what there is. Pinecone puts candidates forward by two pure queries, one for each side, and their words are then
 * weighed in Postgres, so that scores are those of the Postgres store (docs/adr/0016). When Pinecone fails, words alone decide.
 */
export class PineconeStore extends VectorStore {
  private readonly logger = new Logger('pinecone');
  private readonly words: PostgresStore;

  constructor(
    private readonly database: Database,
    private readonly chunks: ChunkRepository,
    private readonly index: PineconeIndex,
    private readonly forgotten: ForgottenVectorsQueue,
  ) {
    super();
    this.words = new PostgresStore(database, chunks);
  }

  labelOf(embedderId: string): string {
    return `pinecone:${this.index.name}:${embedderId}`;
  }

  async prepare(tenantId: string, chunks: readonly NewChunk[], embedder: string): Promise<PreparedChunks> {
    const externalKey = randomHex(8);
    const words = await this.wordsOf(tenantId, chunks);
    await this.forgotten.forgetUnlessKept(tenantId, { externalKey, chunks: chunks.length });
    const vectors = chunks.map(({ embedding }, index) => ({
      id: vectorId(externalKey, index + 1),
      dense: embedding,
      sparse: sparseVector(words[index]!),
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
    await this.forgotten.forget(row!.id, removed);
  }

  isEmpty(tenantId: string): Promise<boolean> {
    return this.words.isEmpty(tenantId);
  }

  async search(search: Search): Promise<Findings> {
    if (search.vector === null) return this.words.search(search);
    try {
      return await this.searchIndex(search, search.vector);
    } catch (error) {
      this.logger.warn({ err: error }, 'Pinecone was not searched');
      const findings = await this.words.search({ ...search, vector: null });
      return { ...findings, failure: 'Pinecone did not answer' };
    }
  }

  read(tenantId: string, keys: readonly ChunkKey[]): Promise<StoredText[]> {
    return this.words.read(tenantId, keys);
  }

  private async searchIndex(search: Search, vector: Float32Array): Promise<Findings> {
    const { tenantId, question, embedder, depth } = search;
    const [asked] = await this.ask<Asked>(tenantId, lexemesSql, [searchable(question), embedder]);
    if (!asked) return { candidates: [], chunks: 0, compared: 0, failure: null };
    const sparse = sparseVector(asked.lexemes.map(({ lexeme, weight }) => ({ lexeme, value: weight })));
    const [byDense, bySparse] = await Promise.all([
      this.index.byDense(tenantId, vector, depth),
      sparse ? this.index.bySparse(tenantId, sparse, vector.length, depth) : [],
    ]);
    const cosines = cosinesOf(byDense, bySparse, vector);
    return { candidates: await this.weigh(search, cosines), ...asked, failure: null };
  }

  private weigh({ tenantId, question }: Search, cosines: ReadonlyMap<string, number>): Promise<Candidate[]> {
    const names = [...cosines.keys()].map((id) => id.split('#'));
    return this.ask<Candidate>(tenantId, weighSql, [
      searchable(question),
      names.map(([key]) => key),
      names.map(([, position]) => Number(position)),
      [...cosines.values()],
    ]);
  }

  private async wordsOf(tenantId: string, chunks: readonly NewChunk[]): Promise<WeighedLexeme[][]> {
    const words = chunks.map((): WeighedLexeme[] => []);
    for (let from = 0; from < chunks.length; from += batchSize) {
      const texts = chunks.slice(from, from + batchSize).map(({ indexedText }) => indexedText);
      const rows = await this.ask<WeighedLexeme & { position: number }>(tenantId, wordsSql, [texts]);
      for (const { position, lexeme, value } of rows) words[from + position - 1]!.push({ lexeme, value });
    }
    return words;
  }

  private ask<Row>(tenantId: string, sql: string, values: readonly unknown[]): Promise<Row[]> {
    return this.database.readAsTenant(tenantId, () => this.database.query<Row>(sql, values));
  }
}

/** Every candidate with its cosine. */
function cosinesOf(
  byDense: readonly PineconeMatch[],
  bySparse: readonly PineconeMatch[],
  vector: Float32Array,
): Map<string, number> {
  const found = bySparse.map(({ id, dense }) => [id, product(vector, dense)] as const);
  return new Map([...found, ...byDense.map(({ id, score }) => [id, score] as const)]);
}

function product(a: Float32Array, b: readonly number[]): number {
  return a.reduce((sum, value, index) => sum + value * (b[index] ?? 0), 0);
}
