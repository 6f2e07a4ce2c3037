import { checkInput, withoutInvalidFields } from '#http';
import { type FieldError, InvalidInputError, isPlainObject } from '#kernel';
import { DocumentRequest } from './document.request.js';
import { codePointLabel, findNonTextCharacter } from './text-rules.js';

const nonTitleCharacter = /\p{Cc}|\p{Surrogate}/u;

/**
 * The document that the body or the form describes. Whether its text can be split is not checked yet.
 *
 * @throws InvalidInputError with every error of the fields; where the declared fields have errors, those of title and metadata too.
 */
export function parseDocument(plain: unknown): DocumentRequest {
  const checked = checkInput(DocumentRequest, plain);
  const { instance, fieldErrors } = checked;
  if (fieldErrors.length === 0) return instance;
  const valid = { title: 'valid', text: '', ...withoutInvalidFields(checked) };
  throw new InvalidInputError([...fieldErrors, ...findDocumentErrors(valid)]);
}

/** All errors of title and metadata that the field declarations of `DocumentRequest` do not cover. */
export function findDocumentErrors({
  title,
  metadata,
}: Pick<DocumentRequest, 'title' | 'metadata'>): FieldError[] {
  return [
    ...titleErrors(title),
    ...Object.entries(metadata ?? {}).flatMap(([name, value]) => metadataValueErrors(name, value)),
  ];
}

function titleErrors(title: string): FieldError[] {
  const error = { field: 'title', rule: 'pattern', value: title } as const;
  const offset = title.search(nonTitleCharacter);
  if (offset >= 0) {
    const message = `title has the control character or lone surrogate ${codePointLabel(title, offset)}; remove it.`;
    return [{ ...error, offset, message }];
  }
  if (title.trim() !== '') return [];
  return [{ ...error, message: 'title must contain something other than white space.' }];
}

function metadataValueErrors(name: string, value: unknown): FieldError[] {
  const field = `metadata.${name}`;
  if (isPlainObject(value) || Array.isArray(value)) {
    return [
      { field, rule: 'type', value, message: `${field} must be a string, a number, a boolean or null.` },
    ];
  }
  const isText = [name, value].every((part) => typeof part !== 'string' || findNonTextCharacter(part) < 0);
  if (isText) return [];
  const message = `${field} has a control character or a lone surrogate; remove it.`;
  return [{ field, rule: 'pattern', value, message }];
}
