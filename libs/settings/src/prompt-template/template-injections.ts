import {
  findInjectionsInFoldedText,
  findInjections,
  removeOverlaps,
} from '../prompt-injection/find-injections.js';
import { type TextSpan, foldText, revealUnicodeTags } from '../prompt-injection/fold-text.js';
import type { PromptVariables } from '../definition/prompt-variables.js';
import type { TemplatePiece } from './parse-template.js';

/** Suspicious text: a span of the variable's value, or of the template if `variable` is absent. */
export interface InjectionSpan extends TextSpan {
  readonly variable?: string;
}

/** Replaces text that is not known yet. No phrase contains this word, and folding never produces it. */
const unknownTextMarker = ' \uffff ';
/** Longer than any phrase with a separator between its letters, in folded characters. */
const maxPatternLength = 160;

/** Suspicious text in each variable's value. */
export function findInjectionsInValues(variables: PromptVariables): InjectionSpan[] {
  return Object.entries(variables).flatMap(([variable, value]) =>
    findInjections(String(value)).map((span) => ({ variable, ...span })),
  );
}

/**
 * Suspicious text in the template with its variables filled in, without text inside one value (`findInjectionsInValues` finds that).
 * Text that begins or ends inside a value is reported at the value's placeholder.
 */
export function findInjectionsInTemplate(
  pieces: readonly TemplatePiece[],
  variables: PromptVariables,
): InjectionSpan[] {
  const spans = findSpans(pieces, variables);
  const texts = [
    ...pieces.map((piece) => (piece.kind === 'text' ? piece.text : '')),
    ...Object.values(variables),
  ];
  if (texts.every((text) => revealUnicodeTags(String(text)) === null)) return spans;
  const revealedPieces = pieces.map((piece) =>
    piece.kind === 'text' ? { ...piece, text: revealTags(piece.text) } : piece,
  );
  const revealedVariables = Object.fromEntries(
    Object.entries(variables).map(([name, value]) => [name, revealTags(String(value))]),
  );
  return removeOverlaps([...spans, ...findSpans(revealedPieces, revealedVariables)]);
}

function findSpans(pieces: readonly TemplatePiece[], variables: PromptVariables): TextSpan[] {
  const joined = new FoldedTemplate(variables);
  for (const piece of pieces) joined.add(piece);
  return findInjectionsInFoldedText(joined)
    .filter((span) => !joined.isWithinOneValue(span))
    .map((span) => joined.sourceSpan(span));
}

function revealTags(text: string): string {
  return revealUnicodeTags(text) ?? text;
}

interface AddedPiece {
  readonly origin: (i: number) => TextSpan;
  readonly value: TemplatePiece | null;
  readonly isDisguised: (i: number) => boolean;
}

/** The template with its variables filled in, folded. It contains only both ends of a long value, so values do not make it long. */
class FoldedTemplate {
  text = '';
  /** A character is also disguised if a word is put together from two pieces. */
  readonly disguised: boolean[] = [];
  /** The place of each character in the source: its own place, or the whole placeholder. */
  private readonly origins: TextSpan[] = [];
  private readonly values: (TemplatePiece | null)[] = [];
  private readonly foldedValues = new Map<string, string>();

  constructor(private readonly variables: PromptVariables) {}

  add(piece: TemplatePiece): void {
    if (piece.kind === 'placeholder') {
      const whole = { from: piece.at, to: piece.at + piece.name.length + 2 };
      return this.append(this.foldedValue(piece.name), {
        origin: () => whole,
        value: piece,
        isDisguised: () => false,
      });
    }
    const { text, origins, disguised } = foldText(piece.text);
    const end = piece.text.length;
    this.append(text, {
      origin: (i) => ({ from: piece.at + origins[i]!, to: piece.at + (origins[i + 1] ?? end) }),
      value: null,
      isDisguised: (i) => disguised[i]!,
    });
  }

  sourceSpan({ from, to }: TextSpan): TextSpan {
    return { from: this.origins[from]!.from, to: this.origins[to - 1]!.to };
  }

  isWithinOneValue({ from, to }: TextSpan): boolean {
    return this.values[from] !== null && this.values[from] === this.values[to - 1];
  }

  private append(text: string, piece: AddedPiece): void {
    const isFirst = this.text === '';
    this.text += text;
    for (let i = 0; i < text.length; i++) {
      this.disguised.push((i === 0 && !isFirst) || piece.isDisguised(i));
      this.origins.push(piece.origin(i));
      this.values.push(piece.value);
    }
  }

  private foldedValue(name: string): string {
    if (!Object.hasOwn(this.variables, name)) return unknownTextMarker;
    const cached = this.foldedValues.get(name);
    if (cached !== undefined) return cached;
    const whole = foldText(String(this.variables[name])).text.replace(/ +/g, ' ');
    const ends =
      whole.length <= 2 * maxPatternLength
        ? whole
        : whole.slice(0, maxPatternLength) + unknownTextMarker + whole.slice(-maxPatternLength);
    this.foldedValues.set(name, ends);
    return ends;
  }
}
