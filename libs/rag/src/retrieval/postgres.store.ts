import { Injectable } from '@nestjs/common';
import { Database } from '#database';
import { searchSql } from './search-sql.js';
import {
  type ChunkKey,
  type Findings,
  type NewChunk,
  type Search,
  type StoredText,
  VectorStore,
} from './vector-store.js';

/** Chunks a statement: bounds what is in flight, whatever the size of the document. */
const batchSize = 100;

interface Sums {
  readonly chunks: number;
  readonly terms: number;
}

/**
 * Keeps chunks, vectors and the words of BM25 in Postgres. The `vector` extension is not needed: where it is there, the database's
 * own `attune_similarity` uses it.
 */
@Injectable()
export class PostgresStore extends VectorStore {
  constructor(private readonly database: Database) {
    super();
  }

  async put(documentNumber: number, chunks: readonly NewChunk[], embedder: string): Promise<void> {
    await this.remove(documentNumber);
    for (let from = 0; from < chunks.length; from += batchSize) {
      const batch = chunks
        .slice(from, from + batchSize)
        .map((chunk, index) => rowOf(chunk, from + index + 1));
      const [sums] = await this.database.query<Sums>(insertSql, [
        documentNumber,
        embedder,
        JSON.stringify(batch),
      ]);
      await this.count(sums!);
    }
  }

  async remove(documentNumber: number): Promise<void> {
    const [sums] = await this.database.query<Sums>(removeSql, [documentNumber]);
    await this.count({ chunks: -sums!.chunks, terms: -sums!.terms });
  }

  async search({ question, vector, embedder, depth }: Search): Promise<Findings> {
    const text = question.toWellFormed().replaceAll('\0', ' ');
    const values = [text, vector && arrayLiteral(vector), vector && embedder, depth];
    const [findings] = await this.database.query<Findings>(searchSql, values);
    return findings ?? { candidates: [], chunks: 0, compared: 0 };
  }

  read(keys: readonly ChunkKey[]): Promise<StoredText[]> {
    return this.database.query<StoredText>(readSql, [
      keys.map((key) => key.document_number),
      keys.map(({ position }) => position),
    ]);
  }

  private async count({ chunks, terms }: Sums): Promise<void> {
    if (chunks === 0) return;
    await this.database.query('UPDATE corpora SET chunks = chunks + $1, terms = terms + $2', [chunks, terms]);
  }
}

function rowOf({ text, indexedText, embedding }: NewChunk, position: number) {
  return { position, text, indexed: indexedText, embedding: Array.from(embedding) };
}

function arrayLiteral(vector: Float32Array): string {
  return `{${vector.join(',')}}`;
}

/** A lexeme's positions are its occurrences, of which Postgres keeps 256. */
const insertSql = `
WITH given AS MATERIALIZED (
  SELECT position, text, embedding, to_tsvector('english', indexed) AS words
  FROM jsonb_to_recordset($3::jsonb) AS row (position integer, text text, indexed text, embedding real[])
), lengths AS MATERIALIZED (
  SELECT position, coalesce(sum(cardinality(positions)), 0)::int AS terms
  FROM given LEFT JOIN unnest(words) ON true GROUP BY position
), kept AS (
  INSERT INTO chunks (tenant_id, document_number, position, text, terms, embedder, embedding)
  SELECT attune_current_tenant(), $1, position, text, terms, $2, embedding FROM given JOIN lengths USING (position)
), posted AS (
  INSERT INTO postings (tenant_id, lexeme, document_number, position, frequency, length)
  SELECT attune_current_tenant(), lexeme, $1, position, cardinality(positions), terms
  FROM given JOIN lengths USING (position) CROSS JOIN unnest(words)
)
SELECT count(*)::int AS chunks, sum(terms)::int AS terms FROM lengths`;

const removeSql = `
WITH gone AS (DELETE FROM chunks WHERE document_number = $1 RETURNING terms)
SELECT count(*)::int AS chunks, coalesce(sum(terms), 0)::int AS terms FROM gone`;

const readSql = `
SELECT document_number, position, doc_id, title, chunks.text
FROM unnest($1::int[], $2::int[]) WITH ORDINALITY AS wanted (document_number, position, rank)
JOIN chunks USING (document_number, position)
JOIN documents ON documents.number = document_number
ORDER BY rank`;
