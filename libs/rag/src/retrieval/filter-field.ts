import { JsonObjectField } from '#http';

/** The field `filter` of a request; `parseMetadataFilter` reads it. */
export function FilterField(): PropertyDecorator {
  return JsonObjectField({
    optional: true,
    maxBytes: 16_384,
    description:
      'Searches only documents with this metadata: every field must have the value, or one of the values in a list. A value is a string, a number or a boolean, and types count. At most 10 fields of at most 50 values.',
    example: { language: 'en', year: [2025, 2026] },
  });
}
