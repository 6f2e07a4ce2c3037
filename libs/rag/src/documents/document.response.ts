import { BooleanField, JsonObjectField, ArrayField, StringField, DateTimeField, IntegerField } from '#http';
import type { AddedDocument } from './documents.service.js';

const exampleText =
  '# Refunds\n\nYou can have your money back within 14 days. Write to us with your order number.';

export class AddedDocumentResponse {
  @StringField({ example: 'refund-policy' })
  doc_id!: string;

  @StringField({ example: 'Refund policy' })
  title!: string;

  @IntegerField({ min: 1, description: 'How many chunks it was cut into', example: 1 })
  chunks!: number;

  @BooleanField({ description: 'It was there already, exactly so', example: false })
  unchanged!: boolean;
}

/** Of a form with several files, in their order. */
export class AddedDocumentsResponse {
  @ArrayField(() => AddedDocumentResponse)
  items!: AddedDocumentResponse[];
}

/** One document is answered as it is, several as a list. */
export function toAddedResponse(
  added: readonly AddedDocument[],
): AddedDocumentResponse | AddedDocumentsResponse {
  const items = added.map(({ docId, title, chunks, outcome }) => ({
    doc_id: docId,
    title,
    chunks,
    unchanged: outcome === 'unchanged',
  }));
  return items.length === 1 ? items[0]! : { items };
}

export class DocumentSummary {
  @StringField({ example: 'refund-policy' })
  doc_id!: string;

  @StringField({ example: 'Refund policy' })
  title!: string;

  @JsonObjectField({ example: { language: 'en', year: 2026 } })
  metadata!: Record<string, unknown>;

  @IntegerField({ min: 1, example: 1 })
  chunks!: number;

  @DateTimeField()
  created_at!: string;

  @DateTimeField({ description: 'When it was last replaced' })
  updated_at!: string;
}

export class DocumentResponse extends DocumentSummary {
  @StringField({ example: exampleText })
  text!: string;
}
