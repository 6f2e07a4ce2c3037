import { Injectable } from '@nestjs/common';
import { Database } from '#database';
import type { ChunkEntity, CorpusEntity, DocumentEntity } from './corpus.entity.js';
import { vectorPageSql } from './search-sql.js';
import type { VectorRow, VectorSetKey } from './vector-set.js';
import type { ChunkKey, NewChunk, PreparedChunks, StoredChunk } from './vector-store.js';

/** Chunks per statement. Bounds the memory for a large document. */
const batchSize = 100;

type ChunkTotals = Pick<CorpusEntity, 'chunks' | 'terms'>;

type StoredChunkRow = Pick<ChunkEntity, 'document_number' | 'position' | 'text'> &
  Pick<DocumentEntity, 'doc_id' | 'title'>;

/** Vectors in an external store whose rows were removed. */
export interface RemovedVectors {
  readonly externalKey: string;
  /** Their number; their positions are 1 to this number. */
  readonly chunks: number;
}

/** Chunks with their BM25 postings, as rows. Every method runs in the open transaction, for its tenant. */
@Injectable()
export class ChunkRepository {
  constructor(private readonly database: Database) {}

  /** With an external key the vectors are in an external store, and the rows have none. */
  async insert(documentNumber: number, { chunks, embedder, externalKey }: PreparedChunks): Promise<void> {
    for (let from = 0; from < chunks.length; from += batchSize) {
      const batch = chunks
        .slice(from, from + batchSize)
        .map((chunk, index) => toRow(chunk, from + index + 1, externalKey === null));
      const values = [documentNumber, embedder, JSON.stringify(batch), externalKey];
      const [totals] = await this.database.query<ChunkTotals>(insertSql, values);
      await this.addToCorpus(totals!);
    }
  }

  /** Removes the chunks of a document. Returns their vectors in the external store; null if there are none. */
  async remove(documentNumber: number): Promise<RemovedVectors | null> {
    const [removed] = await this.database.query<ChunkTotals & Pick<ChunkEntity, 'external_key'>>(removeSql, [
      documentNumber,
    ]);
    await this.addToCorpus({ chunks: -removed!.chunks, terms: -removed!.terms });
    return removed!.external_key === null
      ? null
      : { externalKey: removed!.external_key, chunks: removed!.chunks };
  }

  read(keys: readonly ChunkKey[]): Promise<StoredChunk[]> {
    return this.database.query<StoredChunkRow>(readSql, [
      keys.map((key) => key.document_number),
      keys.map(({ position }) => position),
    ]);
  }

  async isEmpty(): Promise<boolean> {
    return (await this.database.query('SELECT FROM corpora WHERE chunks > 0')).length === 0;
  }

  async existsWithExternalKey(externalKey: string): Promise<boolean> {
    const sql = 'SELECT FROM chunks WHERE external_key = $1 LIMIT 1';
    return (await this.database.query(sql, [externalKey])).length > 0;
  }

  /** A page of vectors of this embedder and size, after the key `after`, in the order of the keys. */
  readVectors(
    { embedder, dimensions }: Omit<VectorSetKey, 'tenantId'>,
    after: ChunkKey | undefined,
    pageSize: number,
  ): Promise<VectorRow[]> {
    const values = [embedder, dimensions, after?.document_number ?? 0, after?.position ?? 0, pageSize];
    return this.database.query<VectorRow>(vectorPageSql, values);
  }

  private async addToCorpus({ chunks, terms }: ChunkTotals): Promise<void> {
    if (chunks === 0) return;
    await this.database.query('UPDATE corpora SET chunks = chunks + $1, terms = terms + $2', [chunks, terms]);
  }
}

function toRow({ text, indexedText, embedding }: NewChunk, position: number, hasVector: boolean) {
  return { position, text, indexed: indexedText, embedding: hasVector ? Array.from(embedding) : [] };
}

/** The frequency of a lexeme is its number of positions, of which Postgres stores at most 256. */
const insertSql = `
WITH given AS MATERIALIZED (
  SELECT position, text, embedding, to_tsvector('english', indexed) AS words
  FROM jsonb_to_recordset($3::jsonb) AS row (position integer, text text, indexed text, embedding real[])
), lengths AS MATERIALIZED (
  SELECT position, coalesce(sum(cardinality(positions)), 0)::int AS terms
  FROM given LEFT JOIN unnest(words) ON true GROUP BY position
), kept AS (
  INSERT INTO chunks (tenant_id, document_number, position, text, terms, embedder, embedding, external_key)
  SELECT attune_current_tenant(), $1, position, text, terms, $2, embedding, $4 FROM given JOIN lengths USING (position)
), posted AS (
  INSERT INTO postings (tenant_id, lexeme, document_number, position, frequency, length)
  SELECT attune_current_tenant(), lexeme, $1, position, cardinality(positions), terms
  FROM given JOIN lengths USING (position) CROSS JOIN unnest(words)
)
SELECT count(*)::int AS chunks, sum(terms)::int AS terms FROM lengths`;

const removeSql = `
WITH gone AS (DELETE FROM chunks WHERE document_number = $1 RETURNING terms, external_key)
SELECT count(*)::int AS chunks, coalesce(sum(terms), 0)::int AS terms, min(external_key) AS external_key FROM gone`;

const readSql = `
SELECT document_number, position, doc_id, title, chunks.text
FROM unnest($1::int[], $2::int[]) WITH ORDINALITY AS wanted (document_number, position, rank)
JOIN chunks USING (document_number, position)
JOIN documents ON documents.number = document_number
ORDER BY rank`;
