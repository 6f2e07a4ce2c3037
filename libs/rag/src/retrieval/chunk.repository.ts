import { Injectable } from '@nestjs/common';
import { Database } from '#database';
import { analyserVersion } from '../analysis/analyser-version.js';
import type { ChunkEntity, CorpusEntity, DocumentEntity } from './corpus.entity.js';
import { postgresWords } from './keywords/search-words.repository.js';
import type { ChunkKey, NewChunk, PreparedChunks, StoredChunk } from './vector-store.js';

/** Chunks per statement. Bounds the memory for a large document. */
const batchSize = 100;

/** What chunks add to the totals of their corpus; \`indexed\` are those with lexemes of this release's analyser. */
type ChunkTotals = Pick<CorpusEntity, 'chunks' | 'terms' | 'indexed' | 'length'>;

type StoredChunkRow = Pick<ChunkEntity, 'document_number' | 'position' | 'text'> &
  Pick<DocumentEntity, 'doc_id' | 'title' | 'metadata'>;

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
  async insert(documentNumber: number, prepared: PreparedChunks): Promise<void> {
    const { chunks, embedder, externalKey, language } = prepared;
    for (let from = 0; from < chunks.length; from += batchSize) {
      const batch = chunks
        .slice(from, from + batchSize)
        .map((chunk, index) => toRow(chunk, from + index + 1, externalKey === null));
      const values = [documentNumber, embedder, JSON.stringify(batch), externalKey, analyserVersion];
      const [totals] = await this.database.query<ChunkTotals>(insertSql, values);
      await this.addToCorpus(totals!, language);
    }
  }

  /** Removes the chunks of a document. Returns their vectors in the external store; null if there are none. */
  async remove(documentNumber: number): Promise<RemovedVectors | null> {
    const [removed] = await this.database.query<ChunkTotals & Pick<ChunkEntity, 'external_key'>>(removeSql, [
      documentNumber,
      analyserVersion,
    ]);
    const { chunks, terms, indexed, length, external_key: externalKey } = removed!;
    await this.addToCorpus({ chunks: -chunks, terms: -terms, indexed: -indexed, length: -length }, null);
    return externalKey === null ? null : { externalKey, chunks };
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

  /** The language is that of added chunks. */
  private async addToCorpus(
    { chunks, terms, indexed, length }: ChunkTotals,
    language: string | null,
  ): Promise<void> {
    if (chunks === 0) return;
    await this.database.query(addToCorpusSql, [chunks, terms, indexed, length, language]);
  }
}

function toRow({ text, indexedText, words, embedding }: NewChunk, position: number, hasVector: boolean) {
  return {
    position,
    text,
    indexed: indexedText,
    ...words,
    embedding: hasVector ? Array.from(embedding) : [],
  };
}

/**
 * $1 document number, $2 embedder, $3 chunks, $4 external key, $5 version of the analyser. As long as searches use the
 * lexemes that Postgres made, new chunks get these too.
 */
const insertSql = `
WITH given AS MATERIALIZED (
  SELECT * FROM jsonb_to_recordset($3::jsonb) AS row
    (position integer, text text, indexed text, embedding real[], length integer, lexemes text[], frequencies integer[])
), made_by_postgres AS MATERIALIZED (
  SELECT position, lexeme, cardinality(positions) AS frequency
  FROM given CROSS JOIN LATERAL unnest(to_tsvector('english', indexed))
  WHERE (SELECT analyser FROM corpora) = ${postgresWords}
), sums AS MATERIALIZED (
  SELECT position, sum(frequency)::int AS terms FROM made_by_postgres GROUP BY position
), kept AS (
  INSERT INTO chunks (tenant_id, document_number, position, text, terms, embedder, embedding, external_key, analyser, length)
  SELECT attune_current_tenant(), $1, position, text, coalesce(terms, 0), $2, embedding, $4, $5, length
  FROM given LEFT JOIN sums USING (position)
), posted AS (
  INSERT INTO postings (tenant_id, lexeme, document_number, position, frequency, length)
  SELECT attune_current_tenant(), chr($5) || lexeme, $1, position, frequency, length
  FROM given CROSS JOIN unnest(lexemes, frequencies) AS words (lexeme, frequency)
  UNION ALL
  SELECT attune_current_tenant(), lexeme, $1, position, frequency, terms FROM made_by_postgres JOIN sums USING (position)
)
SELECT count(*)::int AS chunks, count(*)::int AS indexed, sum(length)::int AS length,
  (SELECT coalesce(sum(terms), 0)::int FROM sums) AS terms
FROM given`;

/** $1 document number, $2 version of the analyser. */
const removeSql = `
WITH gone AS (DELETE FROM chunks WHERE document_number = $1 RETURNING terms, analyser, length, external_key)
SELECT count(*)::int AS chunks, coalesce(sum(terms), 0)::int AS terms, min(external_key) AS external_key,
  count(*) FILTER (WHERE analyser = $2)::int AS indexed, coalesce(sum(length) FILTER (WHERE analyser = $2), 0)::int AS length
FROM gone`;

/** $1 to $4 totals, $5 language of the added chunks or null. */
const addToCorpusSql = `
UPDATE corpora SET chunks = chunks + $1, terms = terms + $2, indexed = indexed + $3, length = length + $4,
  languages = CASE WHEN $5 = ANY (languages) OR $5 IS NULL THEN languages ELSE languages || $5::text END`;

const readSql = `
SELECT document_number, position, doc_id, title, metadata, chunks.text
FROM unnest($1::int[], $2::int[]) WITH ORDINALITY AS wanted (document_number, position, rank)
JOIN chunks USING (document_number, position)
JOIN documents ON documents.number = document_number
ORDER BY rank`;
