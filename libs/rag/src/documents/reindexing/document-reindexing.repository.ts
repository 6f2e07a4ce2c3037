import { Injectable } from '@nestjs/common';
import { Database } from '#database';
import type { PreparedChunks } from '../../retrieval/vector-store.js';
import type { DocumentReindexingEntity } from './document-reindexing.entity.js';

export type DocumentReindexing = Omit<DocumentReindexingEntity, 'tenant_id'>;

const columns =
  'id, state, embedder, done, total, last_number, failures, error, created_by, created_at, started_at, finished_at';
const isRunning = `state IN ('queued', 'running')`;

/** Re-indexings as rows. Every method runs in the open transaction, for its tenant. */
@Injectable()
export class DocumentReindexingRepository {
  constructor(private readonly database: Database) {}

  async find(id: string): Promise<DocumentReindexing | null> {
    return this.selectOne('id = $1', [id]);
  }

  /** The one that is queued or running, or null. */
  findRunning(): Promise<DocumentReindexing | null> {
    return this.selectOne(isRunning, []);
  }

  /** The caller has locked the corpus, so that there is no other one. Those that ended a month ago are deleted. */
  async insert(embedder: string, createdBy: string): Promise<DocumentReindexing> {
    await this.database.query(
      `DELETE FROM document_reindexings WHERE finished_at < now() - interval '30 days'`,
    );
    const sql = `INSERT INTO document_reindexings (tenant_id, embedder, total, created_by)
      SELECT attune_current_tenant(), $1, documents, $2 FROM corpora RETURNING ${columns}`;
    const [inserted] = await this.database.query<DocumentReindexing>(sql, [embedder, createdBy]);
    return inserted!;
  }

  /** Marks it as running with this embedder; with another one than before it begins again. null if it has ended. */
  async start(id: string, embedder: string): Promise<DocumentReindexing | null> {
    const sql = `UPDATE document_reindexings SET state = 'running', started_at = coalesce(started_at, now()), embedder = $2,
        done = CASE WHEN embedder = $2 THEN done ELSE 0 END, last_number = CASE WHEN embedder = $2 THEN last_number ELSE 0 END
      WHERE id = $1 AND ${isRunning} RETURNING ${columns}`;
    const [started] = await this.database.query<DocumentReindexing>(sql, [id, embedder]);
    return started ?? null;
  }

  /** The id of the next document after the last one, else of one with vectors of another embedder; null if all are done. */
  async findNextDocument({ last_number: last, embedder }: DocumentReindexing): Promise<string | null> {
    // coalesce reads the chunks, which can be all of the tenant's, only when there is no document after the last one.
    const sql = `SELECT coalesce(
        (SELECT doc_id FROM documents WHERE number > $1 ORDER BY number LIMIT 1),
        (SELECT doc_id FROM chunks JOIN documents ON number = document_number WHERE embedder <> $2 LIMIT 1)
      ) AS doc_id`;
    const [next] = await this.database.query<{ doc_id: string | null }>(sql, [last, embedder]);
    return next!.doc_id;
  }

  /** Counts a document. False if another replica has counted it, or it has ended. */
  async advance({ id, last_number: last }: DocumentReindexing, number: number): Promise<boolean> {
    const sql = `UPDATE document_reindexings
      SET done = done + 1, total = greatest(total, done + 1), last_number = greatest(last_number, $3), failures = 0
      WHERE id = $1 AND last_number = $2 AND state = 'running' RETURNING id`;
    return (await this.database.query(sql, [id, last, number])).length > 0;
  }

  /** Counts a failed attempt. Returns how many failed since the last success. */
  async recordFailure(id: string): Promise<number> {
    const sql = `UPDATE document_reindexings SET failures = failures + 1 WHERE id = $1 AND state = 'running' RETURNING failures`;
    const [row] = await this.database.query<Pick<DocumentReindexing, 'failures'>>(sql, [id]);
    return row?.failures ?? 0;
  }

  /** The error is null if all documents are done. */
  async finish(id: string, error: string | null): Promise<void> {
    const sql = `UPDATE document_reindexings SET state = CASE WHEN $2::text IS NULL THEN 'completed' ELSE 'failed' END, error = $2,
        total = CASE WHEN $2 IS NULL THEN done ELSE total END, finished_at = now()
      WHERE id = $1 AND state = 'running'`;
    await this.database.query(sql, [id, error]);
  }

  /** The document keeps its times: for its readers nothing has changed. */
  async setPrepared(docId: string, digest: string, { chunks }: PreparedChunks): Promise<void> {
    const sql = `UPDATE documents SET digest = decode($2, 'hex'), chunks = $3 WHERE doc_id = $1`;
    await this.database.query(sql, [docId, digest, chunks.length]);
  }

  private async selectOne(condition: string, values: readonly unknown[]): Promise<DocumentReindexing | null> {
    const sql = `SELECT ${columns} FROM document_reindexings WHERE ${condition}`;
    const [found] = await this.database.query<DocumentReindexing>(sql, values);
    return found ?? null;
  }
}
