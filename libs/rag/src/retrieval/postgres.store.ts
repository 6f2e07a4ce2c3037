import type { Database } from '#database';
import { ChunkRepository } from './chunk.repository.js';
import { ResidentVectors } from './resident-vectors.js';
import { searchSql, searchable, sparseSql } from './search-sql.js';
import {
  type ChunkKey,
  type Findings,
  type NewChunk,
  type PreparedChunks,
  type Search,
  type StoredText,
  VectorStore,
} from './vector-store.js';
import type { VectorSet, VectorsWanted } from './vector-set.js';

/** With the stamp of the tenant's corpus; null where Postgres compares as fast as this process. */
type Found = Omit<Findings, 'failure'> & { readonly stamp: string | null };

/**
 * Keeps chunks, vectors and the words of BM25 in Postgres. The `vector` extension is not needed: where it is there, the database's
 * own `attune_similarity` uses it, and where it is not, what is asked often is compared in this process.
 */
export class PostgresStore extends VectorStore {
  constructor(
    private readonly database: Database,
    private readonly chunks: ChunkRepository,
    private readonly resident = new ResidentVectors(database),
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

  isEmpty(tenantId: string): Promise<boolean> {
    return this.database.readAsTenant(tenantId, () => this.chunks.areNone());
  }

  async search(search: Search): Promise<Findings> {
    const { tenantId, embedder, vector } = search;
    if (vector === null) return this.compare(search);
    const wanted = { tenantId, embedder, dimensions: vector.length };
    const held = this.resident.get(wanted);
    return (held && (await this.searchWith(held, { ...search, vector }))) ?? this.compare(search, wanted);
  }

  /** The vectors are compared here, and only the words there. Null: they have changed. */
  private async searchWith(
    held: VectorSet,
    { tenantId, question, vector, depth }: Search & { readonly vector: Float32Array },
  ): Promise<Findings | null> {
    const similarities = held.similarities(vector);
    const best = similarities.best(depth);
    const values = [
      searchable(question),
      depth,
      best.map((key) => key.document_number),
      best.map(({ position }) => position),
    ];
    const found = await this.ask(tenantId, sparseSql, values);
    if (found?.stamp !== held.stamp) {
      this.resident.drop(held);
      return null;
    }
    const candidates = found.candidates.map((one) => ({ ...one, dense: similarities.of(one) }));
    return { candidates, chunks: found.chunks, compared: held.count, failure: null };
  }

  private async compare(
    { tenantId, question, vector, embedder, depth }: Search,
    wanted?: VectorsWanted,
  ): Promise<Findings> {
    const values = [searchable(question), vector && `{${vector.join(',')}}`, vector && embedder, depth];
    const found = await this.ask(tenantId, searchSql, values);
    if (found === undefined) return { candidates: [], chunks: 0, compared: 0, failure: null };
    const { candidates, chunks, compared, stamp } = found;
    if (wanted && stamp !== null) this.resident.missed(wanted, stamp, compared);
    return { candidates, chunks, compared, failure: null };
  }

  private async ask(tenantId: string, sql: string, values: readonly unknown[]): Promise<Found | undefined> {
    const [found] = await this.database.readAsTenant(tenantId, () => this.database.query<Found>(sql, values));
    return found;
  }

  read(tenantId: string, keys: readonly ChunkKey[]): Promise<StoredText[]> {
    return this.database.readAsTenant(tenantId, () => this.chunks.read(keys));
  }
}
