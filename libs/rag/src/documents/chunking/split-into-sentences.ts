/** Handles abbreviations and scripts. The locale is fixed, so that every host splits alike. */
const segmenter = new Intl.Segmenter('en', { granularity: 'sentence' });

/** A line break before a list item or a table row is no white space inside of a paragraph. */
const itemStart = /[ \t]*(?:[-*+|>]|\d{1,3}[.)])[ \t]/y;

/** Each segment carries a copy of the whole input, so the memory grows with the square of the input. */
const maxSegmenterInput = 4_000;

/** A line without any of these characters before its end is one sentence. */
const sentenceEnd = /[\p{Sentence_Terminal}\u0085\u2028\u2029]/u;

/**
 * Splits the text after each sentence; the pieces joined are the text. A sentence of more than `maxLength` UTF-16 units is split
 * further: after a clause if possible, else between words, else between characters. The time grows with the length of the text only.
 */
export function* splitIntoSentences(text: string, maxLength: number): Generator<string> {
  for (const [from, to] of sentenceBounds(text)) yield* splitLongSentence(text.slice(from, to), maxLength);
}

/** A line break that is not inside of a paragraph ends a sentence, so each such line is processed alone. */
function* sentenceBounds(text: string): Generator<[from: number, to: number]> {
  for (let from = 0; from < text.length;) {
    const end = endOfParagraphLine(text, from);
    if (isOneSentence(text.slice(from, end))) yield [from, end];
    else yield* boundsInLine(text, from, end);
    from = end;
  }
}

function endOfParagraphLine(text: string, from: number): number {
  let lineEnd = text.indexOf('\n', from);
  while (lineEnd >= 0 && isInsideParagraph(text, lineEnd)) lineEnd = text.indexOf('\n', lineEnd + 1);
  return lineEnd < 0 ? text.length : lineEnd + 1;
}

function isInsideParagraph(text: string, lineEnd: number): boolean {
  if (text[lineEnd - 1] === '\n' || text[lineEnd + 1] === '\n') return false;
  itemStart.lastIndex = lineEnd + 1;
  return !itemStart.test(text);
}

/**
 * Processes a long line in parts. The last sentence of a part may be incomplete, so it begins the next part, unless it is most of this
 * one: each part must bring the line forward.
 */
function* boundsInLine(text: string, start: number, end: number): Generator<[from: number, to: number]> {
  let from = start;
  while (from < end) {
    const to = Math.min(end, alignToCharacter(text, from + maxSegmenterInput));
    const part = text.slice(from, to).replaceAll('\n', ' ');
    const starts = Array.from(segmenter.segment(part), ({ index }) => from + index);
    const isLast = to === end || starts.at(-1)! - from < maxSegmenterInput / 2;
    const bounds = isLast ? [...starts, to] : starts;
    for (const [at, bound] of bounds.entries()) if (at > 0) yield [bounds[at - 1]!, bound];
    from = bounds.at(-1)!;
  }
}

/** Saves most calls of the segmenter, which take microseconds each. */
function isOneSentence(line: string): boolean {
  return !sentenceEnd.test(line.trimEnd().slice(0, -1));
}

function alignToCharacter(text: string, end: number): number {
  return /[\uD800-\uDBFF]/.test(text[end - 1] ?? '') ? end - 1 : end;
}

/** Splits after a clause if possible, else between words, else between characters. */
export function* splitLongSentence(sentence: string, maxLength: number): Generator<string> {
  let from = 0;
  while (sentence.length - from > maxLength) {
    const end = from + findBreak(sentence.slice(from, from + maxLength));
    yield sentence.slice(from, end);
    from = end;
  }
  yield sentence.slice(from);
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
