import { createHash } from 'node:crypto';
import { codePointLabel, findNonTextCharacter } from '../text-rules.js';
import { splitIntoChunks } from './split-into-chunks.js';

/** A text that can be stored, split into chunks. */
export interface PreparedText {
  readonly chunks: readonly string[];
  /** SHA-256 of the text. */
  readonly digest: string;
}

/** Why a text cannot be stored. The message is a whole sentence about the field `text`. */
export interface TextError {
  readonly rule: 'pattern' | 'too_many';
  readonly message: string;
  readonly offset?: number;
  readonly max?: number;
}

/** A text of 10,000,000 characters has fewer, unless it consists of very short sections. */
const maxChunks = 20_000;

/** Checks a text and splits it into chunks. */
export function prepareText(text: string): PreparedText | TextError {
  const offset = findNonTextCharacter(text);
  if (offset >= 0) {
    const message = `text has the control character or lone surrogate ${codePointLabel(text, offset)}; remove it.`;
    return { rule: 'pattern', offset, message };
  }
  const chunks: string[] = [];
  for (const chunk of splitIntoChunks(text)) {
    if (chunks.length === maxChunks) return tooManyChunksError();
    chunks.push(chunk.text);
  }
  if (chunks.length > 0) return { chunks, digest: createHash('sha256').update(text).digest('hex') };
  return { rule: 'pattern', message: 'text must contain something other than white space.' };
}

function tooManyChunksError(): TextError {
  const message = `text has so many short sections that it would give more than ${maxChunks} chunks; split it into several documents.`;
  return { rule: 'too_many', max: maxChunks, message };
}
