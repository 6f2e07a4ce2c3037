import { JsonObjectField, StringField } from '#http';
import { maxTextCharacters } from './text-rules.js';

/** `.` and `..` are not allowed: a URL cannot address them. */
export const documentIdPattern = /^(?!\.{1,2}$)[A-Za-z0-9._-]{1,200}$/;

/** Maximum length of a title, in code points. */
export const maxTitleCharacters = 300;

/** Maximum size of metadata as JSON. */
export const maxMetadataBytes = 4096;

export class DocumentRequest {
  @StringField({
    optional: true,
    pattern: documentIdPattern,
    patternHint: '1 to 200 of A-Z a-z 0-9 . _ -, not . or ..',
    description:
      'Generated if omitted, so that each request adds a document. An existing id replaces that document',
    example: 'refund-policy',
  })
  id?: string;

  @StringField({ min: 1, max: maxTitleCharacters, example: 'Refund policy' })
  title!: string;

  @StringField({
    min: 1,
    max: maxTextCharacters,
    description: 'Text or Markdown. The only control characters are tabs and line breaks',
    example: '# Refunds\n\nYou can have your money back within 14 days. Write to us with your order number.',
  })
  text!: string;

  @JsonObjectField({
    optional: true,
    maxBytes: maxMetadataBytes,
    description: 'A flat object of strings, numbers, booleans and nulls. At most 4 KiB as JSON',
    example: { language: 'en', year: 2026 },
  })
  metadata?: Record<string, unknown>;
}
