import { variableNamePattern } from '../definition/prompt-variables.js';

/** A piece of a template: text, or a placeholder. `at` is its place in the source, in UTF-16 units. */
export type TemplatePiece =
  | { readonly kind: 'text'; readonly text: string; readonly at: number }
  | { readonly kind: 'placeholder'; readonly name: string; readonly at: number };

/** A single brace outside a placeholder, or a placeholder with an invalid name. */
export interface BraceError {
  readonly at: number;
  readonly message: string;
}

const bracePattern = /\{\{|\}\}|\{([^{}]*)\}|[{}]/g;

/**
 * Splits a template, from left to right, at its placeholders `{name}` and its literal braces `{{` and `}}`. After an error it continues
 * with the brace as text, so that one call finds every error.
 *
 * ```ts
 * parseTemplate('Hi {name}').pieces; // [{ kind: 'text', text: 'Hi ', at: 0 }, { kind: 'placeholder', name: 'name', at: 3 }]
 * ```
 */
export function parseTemplate(source: string): { pieces: TemplatePiece[]; errors: BraceError[] } {
  const pieces: TemplatePiece[] = [];
  const errors: BraceError[] = [];
  let parsedUpTo = 0;
  for (const match of source.matchAll(bracePattern)) {
    const at = match.index;
    if (at > parsedUpTo) pieces.push({ kind: 'text', text: source.slice(parsedUpTo, at), at: parsedUpTo });
    const read = readBrace(match[0], match[1], at);
    pieces.push(read.piece);
    if (read.error !== undefined) errors.push({ at, message: read.error });
    parsedUpTo = at + match[0].length;
  }
  if (parsedUpTo < source.length)
    pieces.push({ kind: 'text', text: source.slice(parsedUpTo), at: parsedUpTo });
  return { pieces, errors };
}

function readBrace(
  braceText: string,
  name: string | undefined,
  at: number,
): { piece: TemplatePiece; error?: string } {
  if (name !== undefined && variableNamePattern.test(name))
    return { piece: { kind: 'placeholder', name, at } };
  if (braceText === '{{' || braceText === '}}') return { piece: { kind: 'text', text: braceText[0]!, at } };
  return { piece: { kind: 'text', text: braceText, at }, error: braceErrorMessage(braceText, name) };
}

function braceErrorMessage(braceText: string, name: string | undefined): string {
  if (name !== undefined) {
    const excerpt = braceText.length > 40 ? `${braceText.slice(0, 39)}…}` : braceText;
    return `${excerpt} is not a placeholder: a name has only a-z, 0-9 and _ and begins with a letter or _. Write {{ and }} for literal braces.`;
  }
  return `This ${braceText} does not belong to a placeholder. Write ${braceText}${braceText} for a literal brace.`;
}
