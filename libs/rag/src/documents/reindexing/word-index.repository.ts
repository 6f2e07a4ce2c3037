import { Injectable } from '@nestjs/common';
import { Database } from '#database';
import type { AnalysedText } from '../../analysis/analyse-text.js';
import { analyserVersion } from '../../analysis/analyser-version.js';
import type { ChunkEntity, CorpusEntity, DocumentEntity } from '../../retrieval/corpus.entity.js';
import type { ChunkKey } from '../../retrieval/vector-store.js';
import { DocumentsRepository } from '../documents.repository.js';

/** A chunk whose lexemes an older analyser made, with what the language of its document is recognised by. */
export type OldChunk = Pick<ChunkEntity, 'document_number' | 'position' | 'text' | 'external_key'> &
  Pick<DocumentEntity, 'title'> & {
    /** The beginning of the document. */
    readonly sample: string;
  };

/** New lexemes of a chunk. */
export interface IndexedChunk extends OldChunk {
  readonly language: string;
  readonly words: AnalysedText;
}

/** How far a tenant's chunks are indexed. */
export type IndexProgress = Pick<CorpusEntity, 'chunks' | 'indexed'>;

const sampleLength = 10_000;

/** The lexemes of chunks whose text does not change. Every method runs in the open transaction. */
@Injectable()
export class WordIndexRepository {
  constructor(
    private readonly database: Database,
    private readonly documents: DocumentsRepository,
  ) {}

  /** The tenants with lexemes of an older analyser. For the platform's role. */
  async findTenants(): Promise<string[]> {
    const sql = `SELECT tenant_id FROM corpora
      WHERE analyser < $1 OR (analyser = $1 AND chunks <> indexed) ORDER BY tenant_id`;
    const rows = await this.database.query<Pick<CorpusEntity, 'tenant_id'>>(sql, [analyserVersion]);
    return rows.map(({ tenant_id: tenantId }) => tenantId);
  }

  /** The next chunks after a key, in the order of the keys. */
  findOldChunks(after: ChunkKey, limit: number): Promise<OldChunk[]> {
    const sql = `
      SELECT document_number, position, chunks.text, external_key, title, left(documents.text, ${sampleLength}) AS sample
      FROM chunks JOIN documents ON documents.number = document_number
      WHERE (document_number, position) > ($2::int, $3::int) AND analyser < $1
      ORDER BY document_number, position LIMIT $4`;
    return this.database.query<OldChunk>(sql, [
      analyserVersion,
      after.document_number,
      after.position,
      limit,
    ]);
  }

  /** Leaves out chunks that were replaced or indexed meanwhile. @throws TenantNotFoundError when the tenant was deleted */
  async write(chunks: readonly IndexedChunk[]): Promise<void> {
    await this.documents.lockCorpus();
    const rows = chunks.map(({ document_number, position, text, words }) => ({
      document_number,
      position,
      text,
      ...words,
    }));
    const languages = [...new Set(chunks.map(({ language }) => language))];
    await this.database.query(writeSql, [analyserVersion, JSON.stringify(rows), languages]);
  }

  /** From now on these lexemes are searched, if all chunks have them. @throws TenantNotFoundError when the tenant was deleted */
  async complete(): Promise<IndexProgress> {
    await this.documents.lockCorpus();
    const [progress] = await this.database.query<IndexProgress>(completeSql, [analyserVersion]);
    return progress!;
  }
}

const writeSql = `
WITH given AS MATERIALIZED (
  SELECT * FROM jsonb_to_recordset($2::jsonb) AS row
    (document_number integer, position integer, text text, length integer, lexemes text[], frequencies integer[])
), kept AS (
  UPDATE chunks SET analyser = $1, length = given.length FROM given
  WHERE (chunks.document_number, chunks.position) = (given.document_number, given.position)
    AND chunks.text = given.text AND analyser < $1
  RETURNING given.*
), posted AS (
  INSERT INTO postings (tenant_id, lexeme, document_number, position, frequency, length)
  SELECT attune_current_tenant(), chr($1::int) || lexeme, document_number, position, frequency, length
  FROM kept CROSS JOIN unnest(lexemes, frequencies) AS words (lexeme, frequency)
)
UPDATE corpora SET indexed = indexed + (SELECT count(*) FROM kept),
  length = length + coalesce((SELECT sum(length) FROM kept), 0),
  languages = (SELECT coalesce(array_agg(DISTINCT language ORDER BY language), '{}') FROM unnest(languages || $3::text[]) AS language)`;

/** Counts again, since a replica of the previous release may have added or deleted documents without these totals. */
const completeSql = `
WITH counted AS (
  SELECT count(*) FILTER (WHERE analyser = $1) AS indexed, coalesce(sum(length) FILTER (WHERE analyser = $1), 0) AS length FROM chunks
)
UPDATE corpora SET indexed = counted.indexed, length = counted.length,
  analyser = CASE WHEN counted.indexed = chunks THEN greatest(analyser, $1::smallint) ELSE analyser END
FROM counted RETURNING corpora.chunks::int AS chunks, corpora.indexed::int AS indexed`;
