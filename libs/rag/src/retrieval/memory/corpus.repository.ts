import type { Database } from '#database';
import { analyserVersion } from '../../analysis/analyser-version.js';
import type { ChunkKey } from '../vector-store.js';
import type { CorpusChunk } from './corpus-builder.js';
import type { OutlineDocument } from './corpus-outline.js';
import type { CorpusEntity } from '../corpus.entity.js';

/** What a corpus has beside its documents. */
export interface CorpusHead extends Pick<CorpusEntity, 'version' | 'analyser' | 'languages'> {
  /** Length of all chunks together, for BM25. */
  readonly length: number;
}

/** A document with the size of its chunks. */
export interface SizedDocument extends OutlineDocument {
  readonly text_bytes: number;
  /** Length of its chunks, for BM25. */
  readonly length: number;
  /** How many of its chunks have a vector of the given embedder. */
  readonly embedded: number;
  /** Length of its longest vector. */
  readonly dimensions: number;
}

/** Documents, and chunks, per statement: some milliseconds of work each. */
const pageSize = { documents: 500, chunks: 100 } as const;

/** Reads a tenant's corpus to be kept in memory. Every method runs in the open transaction, and all but `readVersions` for its tenant. */
export class CorpusRepository {
  constructor(private readonly database: Database) {}

  /** Of those of the tenants that have a corpus; in a transaction of the platform. */
  readVersions(tenantIds: readonly string[]): Promise<Pick<CorpusEntity, 'tenant_id' | 'version'>[]> {
    const sql = 'SELECT tenant_id, version::float8 AS version FROM corpora WHERE tenant_id = ANY($1)';
    return this.database.query(sql, [tenantIds]);
  }

  /** null if the tenant never had a document. */
  async readHead(): Promise<CorpusHead | null> {
    const [head] = await this.database.query<CorpusHead>(headSql);
    return head ?? null;
  }

  /** In the order of their numbers. */
  async *readDocuments(embedder: string): AsyncGenerator<SizedDocument[]> {
    for (let after = 0; ;) {
      const page = await this.database.query<SizedDocument>(documentPageSql, [
        embedder,
        after,
        pageSize.documents,
      ]);
      yield page;
      if (page.length < pageSize.documents) return;
      after = page.at(-1)!.number;
    }
  }

  /** The chunks of these documents, with the vectors of this embedder. */
  async *readChunks(embedder: string, documents: readonly SizedDocument[]): AsyncGenerator<CorpusChunk[]> {
    for (const group of toGroups(documents)) {
      const numbers = group.map(({ number }) => number);
      for (let after: ChunkKey = { document_number: 0, position: 0 }; ;) {
        const values = [embedder, numbers, after.document_number, after.position, pageSize.chunks];
        const page = await this.database.query<CorpusChunk>(chunkPageSql, values);
        yield page;
        if (page.length < pageSize.chunks) break;
        after = page.at(-1)!;
      }
    }
  }
}

/** Groups of about a page of chunks, so that a statement reads few rows that it does not return. */
function toGroups(documents: readonly SizedDocument[]): SizedDocument[][] {
  const groups: SizedDocument[][] = [];
  let chunks = Infinity;
  for (const document of documents) {
    if (chunks + document.chunks > pageSize.chunks) groups.push([]);
    chunks = (groups.at(-1)!.length === 0 ? 0 : chunks) + document.chunks;
    groups.at(-1)!.push(document);
  }
  return groups;
}

const headSql =
  'SELECT version::float8 AS version, analyser, languages, length::float8 AS length FROM corpora';

const documentPageSql = `
SELECT number, doc_id, title, metadata::text AS metadata, documents.chunks, documents.xmin::text::float8 + last_change AS revision, size.*
FROM documents CROSS JOIN LATERAL (
  SELECT max(chunks.xmin::text::float8) AS last_change, sum(octet_length(text))::float8 AS text_bytes, sum(length)::int AS length,
    count(*) FILTER (WHERE embedder = $1)::int AS embedded, max(cardinality(embedding)) AS dimensions
  FROM chunks WHERE document_number = number
) AS size
WHERE number > $2 ORDER BY number LIMIT $3`;

const chunkPageSql = `
SELECT document_number, position, length, text,
  CASE WHEN embedder = $1 THEN array_send(embedding) END AS vector,
  posted.lexemes, posted.frequencies
FROM (
  SELECT * FROM chunks WHERE document_number = ANY($2::int[]) AND (document_number, position) > ($3::int, $4::int)
  ORDER BY document_number, position LIMIT $5
) AS page CROSS JOIN LATERAL (
  SELECT coalesce(json_agg(substr(lexeme, 2)), '[]') AS lexemes, coalesce(json_agg(frequency), '[]') AS frequencies
  FROM postings WHERE postings.document_number = page.document_number AND postings.position = page.position AND left(lexeme, 1) = chr(${analyserVersion})
) AS posted
ORDER BY document_number, position`;
