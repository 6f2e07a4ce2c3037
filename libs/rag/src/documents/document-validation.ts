import { type FieldError, isPlainObject } from '#kernel';
import type { DocumentRequest } from './document.request.js';
import { codePointLabel, findNonTextCharacter } from './text-rules.js';

const nonTitleCharacter = /\p{Cc}|\p{Surrogate}/u;

/** All errors of title and metadata that the field declarations of `DocumentRequest` do not cover. */
export function findDocumentErrors({ title, metadata }: DocumentRequest): FieldError[] {
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
