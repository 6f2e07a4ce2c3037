import { Injectable } from '@nestjs/common';
import { Database } from '#database';
import { ChunkRepository } from './chunk.repository.js';
import { searchSql, searchable } from './search-sql.js';
import {
  type ChunkKey,
  type Findings,
  type NewChunk,
  type PreparedChunks,
  type Search,
  type StoredText,
  VectorStore,
} from './vector-store.js';

/**
 * Keeps chunks, vectors and the words of BM25 in Postgres. The `vector` extension is not needed: where it is there, the database's
 * own `attune_similarity` uses it.
 */
@Injectable()
export class PostgresStore extends VectorStore {
  constructor(
    private readonly database: Database,
    private readonly chunks: ChunkRepository,
  ) {
    super();
  }

  labelOf(embedderId: string): string {
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

  async search({ tenantId, question, vector, embedder, depth }: Search): Promise<Findings> {
    const values = [searchable(question), vector && `{${vector.join(',')}}`, vector && embedder, depth];
    const [findings] = await this.database.readAsTenant(tenantId, () =>
      this.database.query<Omit<Findings, 'failure'>>(searchSql, values),
    );
    return { candidates: [], chunks: 0, compared: 0, ...findings, failure: null };
  }

  read(tenantId: string, keys: readonly ChunkKey[]): Promise<StoredText[]> {
    return this.database.readAsTenant(tenantId, () => this.chunks.read(keys));
  }
}
