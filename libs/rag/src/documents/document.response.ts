import { Flag, JsonObject, ListOf, Text, Time, Whole } from '#http';
import type { AddedDocument } from './documents.service.js';

const exampleText =
  '# Refunds\n\nYou can have your money back within 14 days. Write to us with your order number.';

export class AddedDocumentResponse {
  @Text({ example: 'refund-policy' })
  doc_id!: string;

  @Text({ example: 'Refund policy' })
  title!: string;

  @Whole({ min: 1, description: 'How many chunks it was cut into', example: 1 })
  chunks!: number;

  @Flag({ description: 'It was there already, exactly so', example: false })
  unchanged!: boolean;
}

/** Of a form with several files, in their order. */
export class AddedDocumentsResponse {
  @ListOf(() => AddedDocumentResponse)
  items!: AddedDocumentResponse[];
}

/** One document is answered as it is, several as a list. */
export function addedAnswer(added: readonly AddedDocument[]): AddedDocumentResponse | AddedDocumentsResponse {
  const items = added.map(({ docId, title, chunks, outcome }) => ({
    doc_id: docId,
    title,
    chunks,
    unchanged: outcome === 'unchanged',
  }));
  return items.length === 1 ? items[0]! : { items };
}

export class DocumentSummary {
  @Text({ example: 'refund-policy' })
  doc_id!: string;

  @Text({ example: 'Refund policy' })
  title!: string;

  @JsonObject({ example: { language: 'en', year: 2026 } })
  metadata!: Record<string, unknown>;

  @Whole({ min: 1, example: 1 })
  chunks!: number;

  @Time()
  created_at!: string;

  @Time({ description: 'When it was last replaced' })
  updated_at!: string;
}

export class DocumentResponse extends DocumentSummary {
  @Text({ example: exampleText })
  text!: string;
}
