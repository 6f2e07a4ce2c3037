import { variableNamePattern } from '../definition/prompt-variables.js';

/** A piece of a template: text, or the place of a value. `at` is where it starts in the source, in UTF-16 units. */
export type TemplatePiece =
  | { readonly kind: 'text'; readonly text: string; readonly at: number }
  | { readonly kind: 'placeholder'; readonly name: string; readonly at: number };

/** A brace that is neither doubled nor part of a placeholder, or a placeholder whose name is not one. */
export interface BraceError {
  readonly at: number;
  readonly message: string;
}

const bracePattern = /\{\{|\}\}|\{([^{}]*)\}|[{}]/g;

/**
 * Splits a template at its placeholders `{name}` and its literal braces `{{` and `}}`, reading from the left. Goes on behind a fault,
 * with the brace as text, so that one call finds them all.
 */
export function parseTemplate(source: string): { pieces: TemplatePiece[]; errors: BraceError[] } {
  const pieces: TemplatePiece[] = [];
  const faults: BraceError[] = [];
  let parsedUpTo = 0;
  for (const match of source.matchAll(bracePattern)) {
    const at = match.index;
    if (at > parsedUpTo) pieces.push({ kind: 'text', text: source.slice(parsedUpTo, at), at: parsedUpTo });
    const read = readBrace(match[0], match[1], at);
    pieces.push(read.piece);
    if (read.fault !== undefined) faults.push({ at, message: read.fault });
    parsedUpTo = at + match[0].length;
  }
  if (parsedUpTo < source.length)
    pieces.push({ kind: 'text', text: source.slice(parsedUpTo), at: parsedUpTo });
  return { pieces, errors: faults };
}

function readBrace(
  braceText: string,
  name: string | undefined,
  at: number,
): { piece: TemplatePiece; fault?: string } {
  if (name !== undefined && variableNamePattern.test(name))
    return { piece: { kind: 'placeholder', name, at } };
  if (braceText === '{{' || braceText === '}}') return { piece: { kind: 'text', text: braceText[0]!, at } };
  return { piece: { kind: 'text', text: braceText, at }, fault: braceErrorMessage(braceText, name) };
}

function braceErrorMessage(braceText: string, name: string | undefined): string {
  if (name !== undefined) {
    const excerpt = braceText.length > 40 ? `${braceText.slice(0, 39)}…}` : braceText;
    return `${excerpt} is no placeholder: a name is made of a-z, 0-9 and _ and starts with a letter or _. Write {{ and }} for literal braces.`;
  }
  return `This ${braceText} has no partner. Write ${braceText}${braceText} for a literal brace.`;
}
