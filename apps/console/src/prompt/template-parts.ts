import type { FieldError } from '../api/problem.js';
import { findPlaceholders } from './template.js';

/** A piece of the template that is drawn in one way. `from` is its place in the text, in UTF-16 units. */
export interface TemplatePart {
  readonly from: number;
  readonly text: string;
  readonly isPlaceholder: boolean;
  readonly isFault: boolean;
}

type ErrorPlace = Pick<FieldError, 'offset'>;

interface Range {
  readonly from: number;
  readonly to: number;
}

/** Splits the template at its placeholders, at what the API refuses, and at `cuts`. The parts together are the whole text. */
export function splitTemplate(
  template: string,
  errors: readonly ErrorPlace[],
  cuts: readonly number[] = [],
): readonly TemplatePart[] {
  const placeholders = findPlaceholders(template);
  const faults = errors.map((error) => faultyRange(template, error));
  const edges = [...placeholders, ...faults].flatMap(({ from, to }) => [from, to]);
  const places = [...new Set([0, ...edges, ...cuts, template.length])].toSorted((a, b) => a - b);
  return places.slice(0, -1).map((from, index) => ({
    from,
    text: template.slice(from, places[index + 1]),
    isPlaceholder: isInside(placeholders, from),
    isFault: isInside(faults, from),
  }));
}

const isInside = (ranges: readonly Range[], place: number): boolean =>
  ranges.some(({ from, to }) => from <= place && place < to);

/** The word at the offset of an error; without an offset, the first word. */
function faultyRange(template: string, { offset = 0 }: ErrorPlace): Range {
  const from = Math.min(offset, Math.max(template.length - 1, 0));
  const word = /^\{?\w*\}?/.exec(template.slice(from))?.[0].length ?? 0;
  return { from, to: Math.min(from + Math.max(word, 1), template.length) };
}
