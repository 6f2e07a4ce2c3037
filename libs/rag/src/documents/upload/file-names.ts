import { createHash } from 'node:crypto';
import { documentIdPattern, maxTitleCharacters } from '../document.request.js';

const maxNameCharactersInId = 150;

/** The encoded words of e-mail headers (RFC 2047), in which .NET and some mail programs send names: `=?utf-8?B?w7wudHh0?=`. */
const encodedName = /^(?:=\?[\w-]+\?[BQ]\?[^?]*\?=\s*)+$/i;
const encodedWord = /=\?([\w-]+)\?([BQ])\?([^?]*)\?=\s*/gi;

/** Systems send the same file name in different forms: macOS `ü` as two characters, others as one; .NET encoded. */
export function normalizeFileName(name: string): string {
  const decoded = encodedName.test(name) ? name.replace(encodedWord, decodeWord) : name;
  return decoded.normalize('NFC');
}

function decodeWord(word: string, charset: string, encoding: string, content: string): string {
  const bytes = /B/i.test(encoding) ? Buffer.from(content, 'base64') : quotedBytes(content);
  try {
    return new TextDecoder(charset, { fatal: true }).decode(bytes);
  } catch {
    return word;
  }
}

function toCharacter(_code: string, hex: string): string {
  return String.fromCharCode(Number.parseInt(hex, 16));
}

function quotedBytes(content: string): Buffer {
  return Buffer.from(content.replaceAll('_', ' ').replace(/=([0-9a-f]{2})/gi, toCharacter), 'latin1');
}

/**
 * The id of a document that was uploaded without an id: the file name if it is a valid id, else its valid characters and a digest of
 * the whole name. So the same name is always the same document, and different names are different documents.
 */
export function documentIdOfFile(name: string): string {
  if (documentIdPattern.test(name)) return name;
  const readable = name
    .replace(/^.*[/\\]/s, '')
    .replace(/[^A-Za-z0-9._-]+/g, '-')
    .slice(0, maxNameCharactersInId);
  const digest = createHash('sha256').update(name).digest('hex').slice(0, 12);
  return `${readable}-${digest}`;
}

/** A title of at most 300 characters without control characters. Paths and markup are plain text. */
export function toDocumentTitle(text: string): string {
  const characters = [
    ...text
      .slice(0, 4 * maxTitleCharacters)
      .toWellFormed()
      .replace(/\p{Cc}+/gu, ' ')
      .trim(),
  ];
  return characters.slice(0, maxTitleCharacters).join('').trim() || 'untitled';
}
