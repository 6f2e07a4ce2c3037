import { Injectable } from '@nestjs/common';
import { Database } from '#database';
import { TenantNotFoundError } from '#kernel';
import { analyserVersion } from '../analysis/analyser-version.js';
import type { CorpusEntity, DocumentEntity } from '../retrieval/corpus.entity.js';

/** A document without its text. */
export type DocumentRecord = Omit<DocumentEntity, 'tenant_id' | 'text'>;

/** Which documents a list has. */
export interface DocumentSelection {
  /** A part of the id or the title, in any case. */
  readonly q?: string;
  /** Values of metadata, as texts: each field must have one of its values. */
  readonly filter?: Readonly<Record<string, string | readonly string[]>>;
}

/** A document to be inserted or to replace the one with its id. */
export interface NewDocument {
  readonly docId: string;
  readonly title: string;
  readonly text: string;
  readonly metadata: Record<string, unknown>;
  readonly digest: string;
  /** Number of chunks. */
  readonly chunks: number;
}

const columns = `doc_id, number, title, metadata, encode(digest, 'hex') AS digest, chunks, created_at, updated_at`;

/** Documents as rows. Every method runs in the open transaction, for its tenant. */
@Injectable()
export class DocumentsRepository {
  constructor(private readonly database: Database) {}

  /**
   * Locks the tenant's documents against other writers until the transaction ends. Returns their number.
   *
   * @throws TenantNotFoundError when the tenant was deleted while this waited for the lock
   */
  async lockCorpus(): Promise<number> {
    await this.database.query(
      'INSERT INTO corpora (tenant_id, analyser) VALUES (attune_current_tenant(), $1) ON CONFLICT (tenant_id) DO NOTHING',
      [analyserVersion],
    );
    const [corpus] = await this.database.query<Pick<CorpusEntity, 'documents'>>(
      'SELECT documents FROM corpora FOR UPDATE',
    );
    if (!corpus) throw new TenantNotFoundError();
    return corpus.documents;
  }

  async count(): Promise<number> {
    const [corpus] = await this.database.query<Pick<CorpusEntity, 'documents'>>(
      'SELECT documents FROM corpora',
    );
    return corpus?.documents ?? 0;
  }

  async find(docId: string): Promise<DocumentRecord | null> {
    const sql = `SELECT ${columns} FROM documents WHERE doc_id = $1`;
    const [document] = await this.database.query<DocumentRecord>(sql, [docId]);
    return document ?? null;
  }

  async findWithText(docId: string): Promise<(DocumentRecord & { readonly text: string }) | null> {
    const sql = `SELECT ${columns}, text FROM documents WHERE doc_id = $1`;
    const [document] = await this.database.query<DocumentRecord & { text: string }>(sql, [docId]);
    return document ?? null;
  }

  /** Newest first; `before` is the number of the last document of the previous page, or null. */
  list(selection: DocumentSelection, limit: number, before: number | null): Promise<DocumentRecord[]> {
    const sql = `SELECT ${columns} FROM documents
      WHERE ${selectionSql} AND ($3::bigint IS NULL OR number < $3) ORDER BY number DESC LIMIT $4`;
    return this.database.query<DocumentRecord>(sql, [...selectionValues(selection), before, limit]);
  }

  async countSelected(selection: DocumentSelection): Promise<number> {
    const sql = `SELECT count(*)::int AS total FROM documents WHERE ${selectionSql}`;
    const [row] = await this.database.query<{ total: number }>(sql, selectionValues(selection));
    return row!.total;
  }

  /** Returns the new document's number. */
  async insert(document: NewDocument): Promise<number> {
    const sql = `
      WITH counted AS (
        UPDATE corpora SET documents = documents + 1, last_number = last_number + 1 RETURNING last_number
      )
      INSERT INTO documents (tenant_id, doc_id, number, title, text, metadata, digest, chunks)
      SELECT attune_current_tenant(), $1, last_number, $2, $3, $4, decode($5, 'hex'), $6 FROM counted
      RETURNING number`;
    const [row] = await this.database.query<{ number: number }>(sql, toParameters(document));
    return row!.number;
  }

  /** Writes an event for the webhooks of the transaction's tenant for each of these documents, which could not be indexed. */
  async tellOfFailure(docIds: readonly string[], reason: string): Promise<void> {
    await this.database.query('SELECT attune_tell_of_failed_documents($1, $2)', [docIds, reason]);
  }

  async replace(document: NewDocument): Promise<void> {
    const sql = `UPDATE documents
      SET title = $2, text = $3, metadata = $4, digest = decode($5, 'hex'), chunks = $6, updated_at = now()
      WHERE doc_id = $1`;
    await this.database.query(sql, toParameters(document));
  }

  async edit({ docId, title, metadata, digest }: Omit<NewDocument, 'text' | 'chunks'>): Promise<void> {
    const sql = `UPDATE documents SET title = $2, metadata = $3, digest = decode($4, 'hex'), updated_at = now() WHERE doc_id = $1`;
    await this.database.query(sql, [docId, title, JSON.stringify(metadata), digest]);
  }

  async delete(docId: string): Promise<void> {
    await this.database.query('DELETE FROM documents WHERE doc_id = $1', [docId]);
    await this.database.query('UPDATE corpora SET documents = documents - 1');
  }
}

/** $1 patterns for id and title, $2 the values of each field as lists. */
const selectionSql = `(doc_id ILIKE ANY ($1::text[]) OR title ILIKE ANY ($1::text[])) AND NOT EXISTS (
  SELECT FROM jsonb_each($2::jsonb) AS wanted (field, allowed) WHERE NOT coalesce(allowed ? (metadata ->> field), false))`;

function selectionValues({ q = '', filter = {} }: DocumentSelection): unknown[] {
  const lists = Object.entries(filter).map(([field, values]) => [field, [values].flat()] as const);
  const patterns = casesOf(q).map((text) => `%${text.replace(/[\\%_]/g, '\\$&')}%`);
  return [patterns, JSON.stringify(Object.fromEntries(lists))];
}

/** A database with the locale C knows only the cases of English letters, so the usual ones of all others are written out. */
function casesOf(text: string): string[] {
  const lower = text.toLowerCase();
  const capitalised = lower.replace(/(?<!\p{L})\p{L}/gu, (letter) => letter.toUpperCase());
  return [...new Set([text, lower, text.toUpperCase(), capitalised])];
}

function toParameters({ docId, title, text, metadata, digest, chunks }: NewDocument): unknown[] {
  return [docId, title, text, JSON.stringify(metadata), digest, chunks];
}
