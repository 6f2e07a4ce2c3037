import { type FieldError, InvalidInputError } from '#kernel';

type MetadataValue = string | number | boolean;

/**
 * Conditions on the metadata of documents: a document must have every field, with one of its values. Types count: the text "2026" is not
 * the number 2026.
 */
export type MetadataFilter = Readonly<Record<string, readonly MetadataValue[]>>;

const maxFields = 10;
const maxValues = 50;
const maxCharacters = 500;

/**
 * The filter that a request describes: each field has a value or a list of values.
 *
 * @throws InvalidInputError with every error
 */
export function parseMetadataFilter(given: Readonly<Record<string, unknown>>): MetadataFilter {
  const fields = Object.entries(given).map(([name, value]) => [name, [value].flat()] as const);
  const errors = fields.flatMap(([name, values]) => findErrors(`filter.${name}`, values));
  if (fields.length > maxFields) errors.push(tooMany('filter', maxFields, 'fields'));
  if (errors.length > 0) throw new InvalidInputError(errors);
  return Object.fromEntries(fields) as MetadataFilter;
}

function findErrors(field: string, values: readonly unknown[]): FieldError[] {
  if (values.length === 0)
    return [{ field, rule: 'min', min: 1, value: [], message: `${field} must have at least one value.` }];
  if (values.length > maxValues) return [tooMany(field, maxValues, 'values')];
  return values.flatMap((value) => {
    const message = `${field} must be a string, a number or a boolean, or a list of them.`;
    if (!['string', 'number', 'boolean'].includes(typeof value))
      return [{ field, rule: 'type' as const, value, message }];
    return typeof value === 'string' && value.length > maxCharacters ? [tooLong(field, value)] : [];
  });
}

function tooMany(field: string, max: number, what: string): FieldError {
  return { field, rule: 'too_many', max, message: `${field} must have at most ${max} ${what}.` };
}

function tooLong(field: string, value: string): FieldError {
  const message = `${field} has a value of more than ${maxCharacters} characters; shorten it.`;
  return { field, rule: 'max_length', max_length: maxCharacters, value, message };
}
