import { type FieldOptions, StringField } from '#http';

/** At least one visible character. The only control characters are tabs and line breaks, which Windows writes with a return. */
const visibleText = /^(?=[\s\S]*[\p{L}\p{N}\p{P}\p{S}])(?:[\t\n\r]|[^\p{Cc}\p{Cs}])*$/u;

/** In characters. The tables of golden questions and requests check the same length: `migrations/0011-golden-questions.sql`, `migrations/0039-edits-reindexing-replay.sql`. */
export const maxQuestionLength = 4_000;

/** A field with a question about the tenant's documents. */
export function QuestionField(options: FieldOptions = {}): PropertyDecorator {
  return StringField({
    min: 1,
    max: maxQuestionLength,
    pattern: visibleText,
    patternHint: 'text that can be seen, without control characters other than tabs and line breaks',
    example: 'May I sell software that contains code under the GPL?',
    ...options,
  });
}
