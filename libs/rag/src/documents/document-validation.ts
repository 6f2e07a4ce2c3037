import { type FieldError, InvalidInputError, isPlainObject } from '#kernel';
import { type DocumentRequest, maxTextCharacters } from './document.request.js';

const maxMetadataBytes = 4096;

/** Postgres refuses U+0000, text has no use for the other C0 controls, and a lone surrogate has no UTF-8. */
const nonTextCharacter = /[\p{Cc}--[\t\n\v\f\r\u0080-\u009F]]|\p{Surrogate}/v;
const nonTextCharacters = new RegExp(nonTextCharacter, 'gv');
const nonTitleCharacter = /\p{Cc}|\p{Surrogate}/u;

/** For text extracted from PDF or HTML: replaces every character that a document must not have by a space. */
export function replaceNonTextCharacters(text: string): string {
  return text.replace(nonTextCharacters, ' ');
}

/** Why the text cannot be a document, as the end of a sentence that begins with the file's name; null if it can. */
export function findTextRefusal(text: string): string | null {
  if (text.length > maxTextCharacters) return `has more than ${maxTextCharacters} characters of text`;
  const offset = text.search(nonTextCharacter);
  if (offset >= 0)
    return `has the control character or lone surrogate ${codePointLabel(text, offset)} at offset ${offset}`;
  return text.trim() === '' ? 'has no text; scanned pages need OCR first' : null;
}

/** @throws InvalidInputError with all errors that the field declarations of `DocumentRequest` do not cover */
export function validateDocument({ title, text, metadata }: DocumentRequest): void {
  const errors = [
    ...textErrors('title', title, nonTitleCharacter),
    ...textErrors('text', text, nonTextCharacter),
    ...metadataErrors(metadata ?? {}),
  ];
  if (errors.length > 0) throw new InvalidInputError(errors);
}

function textErrors(field: string, value: string, forbidden: RegExp): FieldError[] {
  const offset = value.search(forbidden);
  if (offset >= 0) {
    const message = `${field} has the control character or lone surrogate ${codePointLabel(value, offset)}; remove it.`;
    return [{ field, rule: 'pattern', offset, value, message }];
  }
  if (value.trim() !== '') return [];
  return [
    { field, rule: 'pattern', value, message: `${field} must contain something other than white space.` },
  ];
}

function codePointLabel(text: string, offset: number): string {
  return `U+${text.codePointAt(offset)!.toString(16).toUpperCase().padStart(4, '0')}`;
}

function metadataErrors(metadata: Record<string, unknown>): FieldError[] {
  const size = Buffer.byteLength(JSON.stringify(metadata));
  if (size > maxMetadataBytes) {
    const message = `metadata has ${size} bytes as JSON; the maximum is ${maxMetadataBytes}.`;
    return [
      { field: 'metadata', rule: 'max_length', max_length: maxMetadataBytes, value: metadata, message },
    ];
  }
  return Object.entries(metadata).flatMap(([name, value]) => metadataValueErrors(name, value));
}

function metadataValueErrors(name: string, value: unknown): FieldError[] {
  const field = `metadata.${name}`;
  if (isPlainObject(value) || Array.isArray(value)) {
    return [
      { field, rule: 'type', value, message: `${field} must be a string, a number, a boolean or null.` },
    ];
  }
  const isText = [name, value].every((part) => typeof part !== 'string' || !nonTextCharacter.test(part));
  if (isText) return [];
  return [
    {
      field,
      rule: 'pattern',
      value,
      message: `${field} has a control character or a lone surrogate; remove it.`,
    },
  ];
}
