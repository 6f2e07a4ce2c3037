import { findInFolded, findSuspicious, withoutOverlaps } from './suspicious/suspicious.js';
import { type Span, fold, withTagsShown } from './suspicious/folding.js';
import type { TemplatePiece } from './template-source.js';

/** Values of a tenant's `prompt_variables`, by name. */
export type PromptVariables = Readonly<Record<string, string | number | boolean>>;

/** Suspicious text, as a span of the variable's value, or of the template itself where `variable` is absent. */
export interface TemplateSuspicion extends Span {
  readonly variable?: string;
}

/** What stands in for text unknown at this time: a word that no pattern has and folding never yields. */
const unknownText = ' \uffff ';
/** More folded characters than any pattern, spelt with a character between its letters, has. */
const longestPattern = 160;

/** Suspicious text in each variable's value. */
export function suspicionsInValues(variables: PromptVariables): TemplateSuspicion[] {
  return Object.entries(variables).flatMap(([variable, value]) =>
    findSuspicious(String(value)).map((span) => ({ variable, ...span })),
  );
}

/**
 * Suspicious text in the template with its variables filled in, except what lies within one value. What starts inside a value and goes
 * on behind it is told at the value's placeholder.
 */
export function suspicionsInTemplate(
  pieces: readonly TemplatePiece[],
  variables: PromptVariables,
): TemplateSuspicion[] {
  const spans = spansIn(pieces, variables);
  const texts = [
    ...pieces.map((piece) => (piece.kind === 'text' ? piece.text : '')),
    ...Object.values(variables),
  ];
  if (texts.every((text) => withTagsShown(String(text)) === null)) return spans;
  const shown = pieces.map((piece) =>
    piece.kind === 'text' ? { ...piece, text: tagsShown(piece.text) } : piece,
  );
  const shownVariables = Object.fromEntries(
    Object.entries(variables).map(([name, value]) => [name, tagsShown(String(value))]),
  );
  return withoutOverlaps([...spans, ...spansIn(shown, shownVariables)]);
}

function spansIn(pieces: readonly TemplatePiece[], variables: PromptVariables): Span[] {
  const joined = new JoinedText(variables);
  for (const piece of pieces) joined.add(piece);
  return findInFolded(joined.text)
    .filter((span) => !joined.isWithinOneValue(span))
    .map((span) => joined.sourceSpan(span));
}

function tagsShown(text: string): string {
  return withTagsShown(text) ?? text;
}

/** The rendered template, folded; of long values only both ends, so that its length does not grow with them. */
class JoinedText {
  text = '';
  /** Where in the source each character comes from: its own place, or the whole placeholder. */
  private readonly origins: Span[] = [];
  private readonly values: (TemplatePiece | null)[] = [];
  private readonly foldedValues = new Map<string, string>();

  constructor(private readonly variables: PromptVariables) {}

  add(piece: TemplatePiece): void {
    if (piece.kind === 'placeholder') {
      const whole = { from: piece.at, to: piece.at + piece.name.length + 2 };
      return this.append(this.valueOf(piece.name), () => whole, piece);
    }
    const { text, origins } = fold(piece.text);
    const end = piece.text.length;
    this.append(
      text,
      (i) => ({ from: piece.at + origins[i]!, to: piece.at + (origins[i + 1] ?? end) }),
      null,
    );
  }

  sourceSpan({ from, to }: Span): Span {
    return { from: this.origins[from]!.from, to: this.origins[to - 1]!.to };
  }

  isWithinOneValue({ from, to }: Span): boolean {
    return this.values[from] !== null && this.values[from] === this.values[to - 1];
  }

  private append(text: string, origin: (i: number) => Span, value: TemplatePiece | null): void {
    this.text += text;
    for (let i = 0; i < text.length; i++) {
      this.origins.push(origin(i));
      this.values.push(value);
    }
  }

  private valueOf(name: string): string {
    if (!Object.hasOwn(this.variables, name)) return unknownText;
    const known = this.foldedValues.get(name);
    if (known !== undefined) return known;
    const whole = fold(String(this.variables[name])).text.replace(/ +/g, ' ');
    const ends =
      whole.length <= 2 * longestPattern
        ? whole
        : whole.slice(0, longestPattern) + unknownText + whole.slice(-longestPattern);
    this.foldedValues.set(name, ends);
    return ends;
  }
}
