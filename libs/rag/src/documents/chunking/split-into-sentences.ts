/** The segmenter knows abbreviations and scripts; `en` is fixed so that every host cuts alike. */
const segmenter = new Intl.Segmenter('en', { granularity: 'sentence' });

/** A line end inside a paragraph, which is mere white space; a list item or a table row still begins anew. */
const softLineEnd = /(?<!\n)\n(?!\n|[ \t]*(?:[-*+|>]|\d{1,3}[.)])[ \t])/g;

/** The segmenter hands out a copy of all it was given with each sentence: given much, it would take the memory of its square. */
const maxSegmenterInput = 4_000;

/**
 * The text cut after each sentence; put together again, the pieces give the text. A sentence of more than `longest` UTF-16 units
 * is cut further, at the best place there is: after the end of a clause, between words, or else anywhere but inside a character.
 */
export function splitIntoSentences(text: string, maxLength: number): string[] {
  const joined = text.replace(softLineEnd, ' ');
  const pieces: string[] = [];
  for (const [from, to] of sentenceBounds(joined))
    pieces.push(...splitLongSentence(text.slice(from, to), maxLength));
  return pieces;
}

/** A line end that is left ends a sentence, so that each line can be looked at by itself. */
function* sentenceBounds(text: string): Generator<[from: number, to: number]> {
  let from = 0;
  while (from < text.length) {
    const lineEnd = text.indexOf('\n', from);
    const end = lineEnd < 0 ? text.length : lineEnd + 1;
    yield* boundsInLine(text, from, end);
    from = end;
  }
}

/** Of a long line a part at a time; its last sentence may go on, and begins the next part. */
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

/** Where to cut a piece that is too long. A cut in its first half would leave crumbs. */
function findBreak(piece: string): number {
  for (const pattern of breakPatterns) {
    const end = pattern.exec(piece)?.[0].length ?? 0;
    if (end > piece.length / 2) return end;
  }
  return /[\uD800-\uDBFF]$/.test(piece) ? piece.length - 1 : piece.length;
}
