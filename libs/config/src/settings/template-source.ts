/** A piece of a template: text, or the place of a value. `at` is where it starts in the source, in UTF-16 units. */
export type TemplatePiece =
  | { readonly kind: 'text'; readonly text: string; readonly at: number }
  | { readonly kind: 'placeholder'; readonly name: string; readonly at: number };

/** A brace that is neither doubled nor part of a placeholder, or a placeholder whose name is not one. */
export interface BraceFault {
  readonly at: number;
  readonly message: string;
}

const brace = /\{\{|\}\}|\{([^{}]*)\}|[{}]/g;
const variableName = /^[a-z_][a-z0-9_]*$/;

/**
 * Splits a template at its placeholders `{name}` and its literal braces `{{` and `}}`, reading from the left. Goes on behind a fault,
 * with the brace as text, so that one call finds them all.
 */
export function parseTemplate(source: string): { pieces: TemplatePiece[]; faults: BraceFault[] } {
  const pieces: TemplatePiece[] = [];
  const faults: BraceFault[] = [];
  let done = 0;
  for (const match of source.matchAll(brace)) {
    const at = match.index;
    if (at > done) pieces.push({ kind: 'text', text: source.slice(done, at), at: done });
    const read = readBrace(match[0], match[1], at);
    pieces.push(read.piece);
    if (read.fault !== undefined) faults.push({ at, message: read.fault });
    done = at + match[0].length;
  }
  if (done < source.length) pieces.push({ kind: 'text', text: source.slice(done), at: done });
  return { pieces, faults };
}

function readBrace(
  found: string,
  name: string | undefined,
  at: number,
): { piece: TemplatePiece; fault?: string } {
  if (name !== undefined && variableName.test(name)) return { piece: { kind: 'placeholder', name, at } };
  if (found === '{{' || found === '}}') return { piece: { kind: 'text', text: found[0]!, at } };
  return { piece: { kind: 'text', text: found, at }, fault: braceFault(found, name) };
}

function braceFault(found: string, name: string | undefined): string {
  if (name !== undefined) {
    const shown = found.length > 40 ? `${found.slice(0, 39)}…}` : found;
    return `${shown} is no placeholder: a name is made of a-z, 0-9 and _ and starts with a letter or _. Write {{ and }} for literal braces.`;
  }
  return `This ${found} has no partner. Write ${found}${found} for a literal brace.`;
}
