import { createHash } from 'node:crypto';
import { documentIdPattern } from '../document.request.js';

const maxTitleCharacters = 300;
const maxNameCharactersInId = 150;

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

/** The file name as a title, without control characters and at most 300 characters long. Paths and markup are plain text. */
export function documentTitleOfFile(name: string): string {
  const characters = [
    ...name
      .toWellFormed()
      .replace(/\p{Cc}+/gu, ' ')
      .trim(),
  ];
  return characters.slice(0, maxTitleCharacters).join('').trim() || 'untitled';
}
