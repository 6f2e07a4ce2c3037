/** Maximum length of a document's text, in UTF-16 units. */
export const maxTextCharacters = 10_000_000;

/** Postgres refuses U+0000, text has no use for the other C0 controls, and a lone surrogate has no UTF-8. */
const nonTextCharacter = /[\p{Cc}--[\t\n\v\f\r\u0080-\u009F]]|\p{Surrogate}/v;
const nonTextCharacters = new RegExp(nonTextCharacter, 'gv');

/** Where the text has a character that a document must not have; -1 if it has none. */
export function findNonTextCharacter(text: string): number {
  return text.search(nonTextCharacter);
}

/** For text extracted from PDF or HTML: replaces every character that a document must not have by a space. */
export function replaceNonTextCharacters(text: string): string {
  return text.replace(nonTextCharacters, ' ');
}

/** Why the text cannot be a document, as the end of a sentence that begins with the file's name; null if it can. */
export function findTextRefusal(text: string): string | null {
  if (text.length > maxTextCharacters) return `has more than ${maxTextCharacters} characters of text`;
  const offset = findNonTextCharacter(text);
  if (offset >= 0)
    return `has the control character or lone surrogate ${codePointLabel(text, offset)} at offset ${offset}`;
  return text.trim() === '' ? 'has no text; scanned pages need OCR first' : null;
}

/** `U+0000` */
export function codePointLabel(text: string, offset: number): string {
  return `U+${text.codePointAt(offset)!.toString(16).toUpperCase().padStart(4, '0')}`;
}
