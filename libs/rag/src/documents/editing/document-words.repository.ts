import { Injectable } from '@nestjs/common';
import { Database } from '#database';
import { analyserVersion } from '../../analysis/analyser-version.js';
import type { ChunkEntity } from '../../retrieval/corpus.entity.js';
import type { ReplacedWords } from '../../retrieval/vector-store.js';

/** A stored chunk without its vector. */
export type ChunkText = Pick<ChunkEntity, 'position' | 'text' | 'external_key'>;

/** The words of all chunks of a document. */
export interface DocumentWords {
  readonly language: string;
  readonly chunks: readonly ReplacedWords[];
}

/** Chunks per statement. Bounds the memory for a large document. */
const batchSize = 100;

/** The words of a document whose text does not change. Every method runs in the open transaction, for its tenant. */
@Injectable()
export class DocumentWordsRepository {
  constructor(private readonly database: Database) {}

  /** The chunks of a document in the order of its text. */
  readChunks(documentNumber: number): Promise<ChunkText[]> {
    const sql =
      'SELECT position, text, external_key FROM chunks WHERE document_number = $1 ORDER BY position';
    return this.database.query<ChunkText>(sql, [documentNumber]);
  }

  /** The caller has locked the corpus. Chunks with lexemes of another analyser are left to the job that indexes them. */
  async replace(documentNumber: number, { chunks, language }: DocumentWords): Promise<void> {
    await this.database.query(deletePostingsSql, [documentNumber, analyserVersion]);
    for (let from = 0; from < chunks.length; from += batchSize) {
      const batch = chunks
        .slice(from, from + batchSize)
        .map(({ position, words }) => ({ position, ...words }));
      const values = [documentNumber, JSON.stringify(batch), analyserVersion, language];
      await this.database.query(replaceWordsSql, values);
    }
  }
}

/** $1 document number, $2 version of the analyser. */
const deletePostingsSql = `DELETE FROM postings USING chunks
  WHERE postings.document_number = $1 AND left(lexeme, 1) = chr($2::int) AND chunks.analyser = $2
    AND (chunks.document_number, chunks.position) = (postings.document_number, postings.position)`;

/** $1 document number, $2 chunks, $3 version of the analyser, $4 language. The postings were deleted. */
const replaceWordsSql = `
WITH given AS MATERIALIZED (
  SELECT * FROM jsonb_to_recordset($2::jsonb) AS row (position integer, length integer, lexemes text[], frequencies integer[])
), kept AS MATERIALIZED (
  SELECT given.*, chunks.length AS old_length FROM given JOIN chunks USING (position) WHERE document_number = $1 AND analyser = $3
), changed AS (
  UPDATE chunks SET length = kept.length FROM kept WHERE document_number = $1 AND chunks.position = kept.position
), posted AS (
  INSERT INTO postings (tenant_id, lexeme, document_number, position, frequency, length)
  SELECT attune_current_tenant(), chr($3::int) || lexeme, $1, position, frequency, length
  FROM kept CROSS JOIN unnest(lexemes, frequencies) AS words (lexeme, frequency)
)
UPDATE corpora SET length = corpora.length + (SELECT coalesce(sum(kept.length - old_length), 0) FROM kept),
  languages = CASE WHEN $4 = ANY (languages) THEN languages ELSE languages || $4::text END`;
