import { JsonObjectField, StringField } from '#http';
import { type FieldError, InvalidInputError } from '#kernel';
import { maxMetadataBytes, maxTitleCharacters } from '../document.request.js';
import { findDocumentErrors } from '../document-validation.js';

/** What can be changed of a document without its text. An absent field stays as it is. */
export class EditDocumentRequest {
  @StringField({ optional: true, min: 1, max: maxTitleCharacters, example: 'Refund policy 2026' })
  title?: string;

  @JsonObjectField({
    optional: true,
    maxBytes: maxMetadataBytes,
    description: 'Replaces all metadata of the document. Rules as for POST',
    example: { language: 'en', year: 2026 },
  })
  metadata?: Record<string, unknown>;
}

/** @throws InvalidInputError with what the field declarations do not cover */
export function assertValidEdit({ title = 'valid', metadata = {} }: EditDocumentRequest): void {
  const errors: FieldError[] = findDocumentErrors({ title, metadata });
  if (errors.length > 0) throw new InvalidInputError(errors);
}
