import { createHash } from 'node:crypto';
import { documentIdPattern } from '../document.request.js';

const maxTitleCharacters = 300;
const maxNameCharactersInId = 150;

/**
 * The id of a document that was uploaded without one: the file's name where it can be an id, else what of it can, and a digest of
 * the whole. So the same name is the same document, and two names are two.
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

/** The name as a title: a text like any other, whatever path or markup it looks like. */
export function documentTitleOfFile(name: string): string {
  const characters = [
    ...name
      .toWellFormed()
      .replace(/\p{Cc}+/gu, ' ')
      .trim(),
  ];
  return characters.slice(0, maxTitleCharacters).join('').trim() || 'untitled';
}
