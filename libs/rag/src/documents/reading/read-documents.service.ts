import { Injectable } from '@nestjs/common';
import { type Page, decodeCursor, isIntegerString, toPage, withTotal } from '#http';
import { type DocumentListQuery, toDocumentSelection } from '../document-list.request.js';
import { documentIdPattern } from '../document.request.js';
import type { DocumentResponse, DocumentSummary } from '../document.response.js';
import type { DocumentRecord } from '../documents.repository.js';
import { DocumentsService, documentNotFound } from '../documents.service.js';

/** Reads documents as answers show them, for the tenant and for platform admins. */
@Injectable()
export class ReadDocumentsService {
  constructor(private readonly documents: DocumentsService) {}

  /** Newest first. @throws InvalidInputError when the filter or the cursor is wrong. */
  async list(tenantId: string, query: DocumentListQuery): Promise<Page<DocumentSummary>> {
    const { limit, cursor, include } = query;
    const selection = toDocumentSelection(query);
    const before = cursor === undefined ? null : Number(decodeCursor(cursor, isIntegerString)[0]);
    const rows = await this.documents.list(tenantId, selection, { limit: limit + 1, before });
    const page = toPage(rows, limit, { item: toSummary, keys: ({ number }) => [String(number)] });
    return include === undefined ? page : withTotal(page, await this.documents.count(tenantId, selection));
  }

  /** @throws NotFoundError when the tenant has no such document. */
  async get(tenantId: string, id: string): Promise<DocumentResponse> {
    assertDocumentId(id);
    const document = await this.documents.get(tenantId, id);
    return { ...toSummary(document), text: document.text };
  }
}

/** An invalid id cannot be the id of a document, so it is 404 and not 400. */
export function assertDocumentId(id: string): void {
  if (!documentIdPattern.test(id)) throw documentNotFound();
}

/** The document without its text. */
export function toSummary({
  doc_id,
  title,
  metadata,
  chunks,
  created_at,
  updated_at,
}: DocumentRecord): DocumentSummary {
  return {
    doc_id,
    title,
    metadata,
    chunks,
    created_at: created_at.toISOString(),
    updated_at: updated_at.toISOString(),
  };
}
