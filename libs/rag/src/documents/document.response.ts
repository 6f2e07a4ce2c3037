import { BooleanField, JsonObjectField, ArrayField, StringField, DateTimeField, IntegerField } from '#http';
import type { UploadedDocument } from './upload/document-upload.service.js';

const exampleText =
  '# Refunds\n\nYou can have your money back within 14 days. Write to us with your order number.';

export class AddedDocumentResponse {
  @StringField({ example: 'refund-policy' })
  doc_id!: string;

  @StringField({ example: 'Refund policy' })
  title!: string;

  @IntegerField({ min: 1, description: 'Number of its chunks', example: 1 })
  chunks!: number;

  @BooleanField({
    description: 'true: the same document existed already; nothing was changed',
    example: false,
  })
  unchanged!: boolean;

  @ArrayField('string', {
    description:
      'Sentences for people about what is in the file, but not in the document. Empty if nothing is missing',
    example: ['Page 3 has no text. If it is an image, its words are not in the document; run OCR first.'],
  })
  warnings!: string[];
}

/** The documents of a form with several files, in the order of the files. */
export class AddedDocumentsResponse {
  @ArrayField(() => AddedDocumentResponse)
  items!: AddedDocumentResponse[];
}

/** A single document as it is, several as a list. */
export function toAddedResponse(
  added: readonly UploadedDocument[],
): AddedDocumentResponse | AddedDocumentsResponse {
  const items = added.map(({ docId, title, chunks, outcome, warnings }) => ({
    doc_id: docId,
    title,
    chunks,
    unchanged: outcome === 'unchanged',
    warnings: [...warnings],
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

  @DateTimeField({ description: 'Time of creation or of the last change' })
  updated_at!: string;
}

export class DocumentResponse extends DocumentSummary {
  @StringField({ example: exampleText })
  text!: string;
}
