import { type Fault, InvalidInputError, isPlainObject } from '#kernel';
import { type DocumentRequest, mostCharacters } from './document.request.js';

const mostMetadataBytes = 4096;

/** Postgres refuses U+0000, and no honest text has the other C0 controls; half a surrogate pair has no UTF-8. */
const notText = /[\p{Cc}--[\t\n\v\f\r\u0080-\u009F]]|\p{Surrogate}/v;
const everyNotText = new RegExp(notText, 'gv');
const notTitle = /\p{Cc}|\p{Surrogate}/u;

/** The text of a file that is no text itself: what stands in it and is none becomes a space. */
export function cleanText(text: string): string {
  return text.replace(everyNotText, ' ');
}

/** Why it cannot be a document's text, to follow the name of what it comes from; null when it can. */
export function textRefusal(text: string): string | null {
  if (text.length > mostCharacters) return `has more than ${mostCharacters} characters of text`;
  const offset = text.search(notText);
  if (offset >= 0) return `has the character ${pointAt(text, offset)} at offset ${offset}, which is no text`;
  return text.trim() === '' ? 'has no text; pages that are images must be recognised (OCR) first' : null;
}

/** @throws InvalidInputError with every fault that the declaration of the fields cannot tell. */
export function checkDocument({ title, text, metadata }: DocumentRequest): void {
  const faults = [
    ...textFaults('title', title, notTitle),
    ...textFaults('text', text, notText),
    ...metadataFaults(metadata ?? {}),
  ];
  if (faults.length > 0) throw new InvalidInputError(faults);
}

function textFaults(field: string, value: string, refused: RegExp): Fault[] {
  const offset = value.search(refused);
  if (offset >= 0) {
    const message = `${field} has the character ${pointAt(value, offset)}, which is no text.`;
    return [{ field, rule: 'pattern', offset, value, message }];
  }
  if (value.trim() !== '') return [];
  return [{ field, rule: 'pattern', value, message: `${field} must have something other than white space.` }];
}

function pointAt(text: string, offset: number): string {
  return `U+${text.codePointAt(offset)!.toString(16).toUpperCase().padStart(4, '0')}`;
}

function metadataFaults(metadata: Record<string, unknown>): Fault[] {
  const size = Buffer.byteLength(JSON.stringify(metadata));
  if (size > mostMetadataBytes) {
    const message = `metadata takes ${size} bytes as JSON; at most ${mostMetadataBytes} are possible.`;
    return [
      { field: 'metadata', rule: 'max_length', max_length: mostMetadataBytes, value: metadata, message },
    ];
  }
  return Object.entries(metadata).flatMap(([name, value]) => memberFaults(name, value));
}

function memberFaults(name: string, value: unknown): Fault[] {
  const field = `metadata.${name}`;
  if (isPlainObject(value) || Array.isArray(value)) {
    return [
      { field, rule: 'type', value, message: `${field} must be a string, a number, a boolean or null.` },
    ];
  }
  const isText = [name, value].every((part) => typeof part !== 'string' || !notText.test(part));
  if (isText) return [];
  return [{ field, rule: 'pattern', value, message: `${field} has a character that is no text.` }];
}
