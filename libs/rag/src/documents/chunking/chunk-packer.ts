import { linesOf } from './split-into-sections.js';
import { splitLongSentence } from './split-into-sentences.js';

/** In UTF-16 units. */
const maxChunkCharacters = 1200;
const overlapCharacters = 150;
/** A longer header is not repeated: it would leave no room for rows. */
const maxRepeatedHeaderCharacters = 600;

/** Collects sentences and tables into chunks of at most 1,200 characters. Every method returns the chunks that it completes. */
export class ChunkPacker {
  private pieces: string[] = [];
  private length = 0;
  /** The first of the pieces that the next chunk may repeat. The rows of a table mean nothing without its header. */
  private repeatableFrom = 0;

  /** Adds a sentence of at most 1,050 characters. The next chunk begins with the last sentences of the completed one. */
  *add(sentence: string): Generator<string> {
    if (this.length + sentence.length > maxChunkCharacters) yield this.complete(this.overlap());
    this.append(sentence);
  }

  /** Adds a table: whole if a chunk has room for it, else in parts with the header on top of each. */
  *addTable({ header, rows }: { readonly header: string; readonly rows: string }): Generator<string> {
    const isWhole = header.length + rows.length <= maxChunkCharacters;
    if (!isWhole || this.length + header.length + rows.length > maxChunkCharacters) yield this.complete([]);
    const repeated = header.length <= maxRepeatedHeaderCharacters ? header : '';
    for (const piece of piecesOf(header)) yield* this.addRow(piece, '');
    for (const piece of piecesOf(rows)) yield* this.addRow(piece, repeated);
    this.repeatableFrom = this.pieces.length;
  }

  finish(): string {
    return this.complete([]);
  }

  private *addRow(row: string, header: string): Generator<string> {
    if (this.length + row.length > maxChunkCharacters) yield this.complete([header]);
    this.append(row);
  }

  private append(piece: string): void {
    this.pieces.push(piece);
    this.length += piece.length;
  }

  private complete(next: string[]): string {
    const chunk = this.pieces.join('');
    this.pieces = next;
    this.length = next.reduce((sum, { length }) => sum + length, 0);
    this.repeatableFrom = 0;
    return chunk;
  }

  /** The fewest last sentences that reach the length of the overlap. */
  private overlap(): string[] {
    let from = this.pieces.length;
    let length = 0;
    while (from > this.repeatableFrom && length < overlapCharacters) {
      from -= 1;
      length += this.pieces[from]!.length;
    }
    return this.pieces.slice(from);
  }
}

/** The lines with their line breaks; a line that is too long for a chunk in parts. */
function* piecesOf(rows: string): Generator<string> {
  for (const { start, end } of linesOf(rows))
    yield* splitLongSentence(rows.slice(start, end + 1), maxChunkCharacters - maxRepeatedHeaderCharacters);
}
