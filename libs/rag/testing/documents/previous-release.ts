import type { Database } from '#database';

/** A document of one chunk. */
export interface OldDocument {
  readonly id: string;
  readonly title: string;
  readonly text: string;
}

/** Adds a document as the release before the analyser does: Postgres makes its words. It has no vector. */
export function addAsPreviousRelease(
  database: Database,
  tenantId: string,
  { id, title, text }: OldDocument,
  externalKey: string | null = null,
): Promise<void> {
  return database.asTenant(tenantId, async () => {
    await database.query(
      'INSERT INTO corpora (tenant_id) VALUES (attune_current_tenant()) ON CONFLICT (tenant_id) DO NOTHING',
    );
    const [document] = await database.query<{ number: number }>(insertDocumentSql, [id, title, text]);
    const [totals] = await database.query<{ terms: number }>(insertChunkSql, [
      document!.number,
      text,
      `${title}\n${text}`,
      externalKey,
    ]);
    await database.query('UPDATE corpora SET chunks = chunks + 1, terms = terms + $1', [totals!.terms]);
  });
}

/** Deletes a document as that release does. */
export function removeAsPreviousRelease(database: Database, tenantId: string, id: string): Promise<void> {
  return database.asTenant(tenantId, async () => {
    await database.query(
      `WITH gone AS (DELETE FROM chunks USING documents
         WHERE document_number = number AND doc_id = $1 RETURNING chunks.terms)
       UPDATE corpora SET chunks = chunks - 1, terms = terms - (SELECT sum(terms) FROM gone)`,
      [id],
    );
    await database.query('DELETE FROM documents WHERE doc_id = $1', [id]);
    await database.query('UPDATE corpora SET documents = documents - 1');
  });
}

const insertDocumentSql = `
WITH counted AS (
  UPDATE corpora SET documents = documents + 1, last_number = last_number + 1 RETURNING last_number
)
INSERT INTO documents (tenant_id, doc_id, number, title, text, digest, chunks)
SELECT attune_current_tenant(), $1, last_number, $2, $3, decode(repeat('00', 32), 'hex'), 1 FROM counted RETURNING number`;

const insertChunkSql = `
WITH words AS MATERIALIZED (
  SELECT lexeme, cardinality(positions) AS frequency FROM unnest(to_tsvector('english', $3))
), kept AS (
  INSERT INTO chunks (tenant_id, document_number, position, text, terms, embedder, embedding, external_key)
  SELECT attune_current_tenant(), $1, 1, $2, coalesce(sum(frequency), 0), 'none', '{}', $4 FROM words
), posted AS (
  INSERT INTO postings (tenant_id, lexeme, document_number, position, frequency, length)
  SELECT attune_current_tenant(), lexeme, $1, 1, frequency, (SELECT sum(frequency) FROM words) FROM words
)
SELECT coalesce(sum(frequency), 0)::int AS terms FROM words`;
