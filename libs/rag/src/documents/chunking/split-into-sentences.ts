/** Handles abbreviations and scripts. The locale is fixed, so that every host splits alike. */
const segmenter = new Intl.Segmenter('en', { granularity: 'sentence' });

/** A line break inside a paragraph, which is only white space. A line break before a list item or table row is not one. */
const softLineEnd = /(?<!\n)\n(?!\n|[ \t]*(?:[-*+|>]|\d{1,3}[.)])[ \t])/g;

/** Each segment carries a copy of the whole input, so the memory grows with the square of the input. */
const maxSegmenterInput = 4_000;

/**
 * Splits the text after each sentence; the pieces joined are the text. A sentence of more than `maxLength` UTF-16 units is split
 * further: after a clause if possible, else between words, else between characters.
 */
export function splitIntoSentences(text: string, maxLength: number): string[] {
  const joined = text.replace(softLineEnd, ' ');
  const pieces: string[] = [];
  for (const [from, to] of sentenceBounds(joined))
    pieces.push(...splitLongSentence(text.slice(from, to), maxLength));
  return pieces;
}

/** Every remaining line break ends a sentence, so each line is processed alone. */
function* sentenceBounds(text: string): Generator<[from: number, to: number]> {
  let from = 0;
  while (from < text.length) {
    const lineEnd = text.indexOf('\n', from);
    const end = lineEnd < 0 ? text.length : lineEnd + 1;
    yield* boundsInLine(text, from, end);
    from = end;
  }
}

/** Processes a long line in parts. The last sentence of a part may be incomplete, so it begins the next part. */
function* boundsInLine(text: string, start: number, end: number): Generator<[from: number, to: number]> {
  let from = start;
  while (from < end) {
    const to = Math.min(end, alignToCharacter(text, from + maxSegmenterInput));
    const starts = Array.from(segmenter.segment(text.slice(from, to)), ({ index }) => from + index);
    const whole = to === end || starts.length === 1 ? [...starts, to] : starts;
    for (const [at, bound] of whole.entries()) if (at > 0) yield [whole[at - 1]!, bound];
    from = whole.at(-1)!;
  }
}

function alignToCharacter(text: string, end: number): number {
  return /[\uD800-\uDBFF]/.test(text[end - 1] ?? '') ? end - 1 : end;
}

function splitLongSentence(sentence: string, maxLength: number): string[] {
  const pieces: string[] = [];
  let from = 0;
  while (sentence.length - from > maxLength) {
    const end = from + findBreak(sentence.slice(from, from + maxLength));
    pieces.push(sentence.slice(from, end));
    from = end;
  }
  return [...pieces, sentence.slice(from)];
}

const breakPatterns = [/^[^]*[.?!]\s+/, /^[^]*[;:,)]\s+/, /^[^]*\s/];

/** Where to split a piece that is too long. A split in the first half would make pieces too small. */
function findBreak(piece: string): number {
  for (const pattern of breakPatterns) {
    const end = pattern.exec(piece)?.[0].length ?? 0;
    if (end > piece.length / 2) return end;
  }
  return /[\uD800-\uDBFF]$/.test(piece) ? piece.length - 1 : piece.length;
}
