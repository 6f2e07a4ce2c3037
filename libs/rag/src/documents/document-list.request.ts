import { EnumField, JsonObjectField, PageQuery, StringField } from '#http';
import { type FieldError, InvalidInputError } from '#kernel';
import { maxTitleCharacters } from './document.request.js';
import type { DocumentSelection } from './documents.repository.js';

const maxFilteredFields = 20;

/** The query of the list of documents. */
export class DocumentListQuery extends PageQuery {
  @StringField({
    optional: true,
    min: 1,
    max: maxTitleCharacters,
    description: 'A part of the id or the title, in any case',
    example: 'refund',
  })
  q?: string;

  @JsonObjectField({
    optional: true,
    maxBytes: 4096,
    description:
      'Values of metadata, as `filter[year]=2026`. Repeat a field for one of several values; a document must match every field. Numbers, ' +
      'true and false are compared as they are written in JSON',
    example: { year: '2026' },
  })
  filter?: Record<string, unknown>;

  @EnumField(['count'], {
    optional: true,
    description: '`count` adds `total`: how many documents match',
    example: 'count',
  })
  include?: 'count';
}

/** @throws InvalidInputError when the filter has too many fields, or a value that is no text */
export function toDocumentSelection({
  q,
  filter = {},
}: Pick<DocumentListQuery, 'q' | 'filter'>): DocumentSelection {
  const fields = Object.keys(filter);
  const errors: FieldError[] = fields.flatMap((name) => filterErrors(name, filter[name]));
  if (fields.length > maxFilteredFields) {
    const message = `filter must have at most ${maxFilteredFields} fields.`;
    errors.push({ field: 'filter', rule: 'too_many', max: maxFilteredFields, message });
  }
  if (errors.length > 0) throw new InvalidInputError(errors);
  return { ...(q !== undefined && { q }), filter: filter as Record<string, string | string[]> };
}

/** The parser of queries makes only texts and lists of texts. Everything else is refused here, so that this code does not depend on it. */
function filterErrors(name: string, value: unknown): FieldError[] {
  if ([value].flat().every((one) => typeof one === 'string')) return [];
  const field = `filter.${name}`;
  return [{ field, rule: 'type', value, message: `${field} must be a value or a repeated field.` }];
}
