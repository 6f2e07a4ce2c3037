import { JsonObjectField, StringField } from '#http';

/** `.` and `..` cannot be asked for again: a URL's path has another meaning for them. */
export const documentIdPattern = /^(?!\.{1,2}$)[A-Za-z0-9._-]{1,200}$/;

/** UTF-16 units of text. */
export const maxTextCharacters = 10_000_000;

export class DocumentRequest {
  @StringField({
    optional: true,
    pattern: documentIdPattern,
    patternHint: '1 to 200 of A-Z a-z 0-9 . _ -, not . or ..',
    description: 'Made up unless given; an id that is known replaces that document',
    example: 'refund-policy',
  })
  id?: string;

  @StringField({ min: 1, max: 300, example: 'Refund policy' })
  title!: string;

  @StringField({
    min: 1,
    max: maxTextCharacters,
    description: 'Text or Markdown. Tabs and line ends are the only control characters',
    example: '# Refunds\n\nYou can have your money back within 14 days. Write to us with your order number.',
  })
  text!: string;

  @JsonObjectField({
    optional: true,
    description: 'Flat: strings, numbers, booleans and nulls. At most 4 KiB as JSON',
    example: { language: 'en', year: 2026 },
  })
  metadata?: Record<string, unknown>;
}
