/** The segmenter knows abbreviations and scripts; `en` is fixed so that every host cuts alike. */
const segmenter = new Intl.Segmenter('en', { granularity: 'sentence' });

/** A line end inside a paragraph, which is mere white space; a list item or a table row still begins anew. */
const softLineEnd = /(?<!\n)\n(?!\n|[ \t]*(?:[-*+|>]|\d{1,3}[.)])[ \t])/g;

/**
 * The text cut after each sentence; put together again, the pieces give the text. A sentence of more than `longest` UTF-16 units
 * is cut further, at the best place there is: after the end of a clause, between words, or else anywhere but inside a character.
 */
export function sentencesOf(text: string, longest: number): string[] {
  const segments = [...segmenter.segment(text.replace(softLineEnd, ' '))];
  return segments.flatMap(({ index, segment }) =>
    piecesOf(text.slice(index, index + segment.length), longest),
  );
}

function piecesOf(sentence: string, longest: number): string[] {
  const pieces: string[] = [];
  let from = 0;
  while (sentence.length - from > longest) {
    const end = from + cutOf(sentence.slice(from, from + longest));
    pieces.push(sentence.slice(from, end));
    from = end;
  }
  return [...pieces, sentence.slice(from)];
}

const cuts = [/^[^]*[.?!]\s+/, /^[^]*[;:,)]\s+/, /^[^]*\s/];

/** Where to cut a piece that is too long. A cut in its first half would leave crumbs. */
function cutOf(piece: string): number {
  for (const cut of cuts) {
    const end = cut.exec(piece)?.[0].length ?? 0;
    if (end > piece.length / 2) return end;
  }
  return /[\uD800-\uDBFF]$/.test(piece) ? piece.length - 1 : piece.length;
}
