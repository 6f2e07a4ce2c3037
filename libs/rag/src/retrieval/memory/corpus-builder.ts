import { setImmediate as nextTurn } from 'node:timers/promises';
import { averageLengthOf, lengthNorm } from '../keywords/bm25.js';
import type { CorpusOutline } from './corpus-outline.js';
import { decodeVector, vectorLength } from './vectors/decode-vector.js';
import { InvertedIndexBuilder, bytesPerPosting } from './words/inverted-index.js';
import { type CorpusParts, MemoryCorpus } from './memory-corpus.js';
import { PackedStrings } from './packed-strings.js';
import { VectorMatrix } from './vectors/vector-matrix.js';

/** A chunk as the database has it. */
export interface CorpusChunk {
  readonly document_number: number;
  readonly position: number;
  /** The chunk's length for BM25. */
  readonly length: number;
  readonly text: string;
  /** The vector in the format of `array_send`; null if another embedder made it. */
  readonly vector: Buffer | null;
  readonly lexemes: readonly string[];
  /** How often each lexeme occurs in the chunk. */
  readonly frequencies: readonly number[];
}

/** What a corpus will hold. It is known before the chunks are read. */
export interface CorpusSize {
  readonly chunks: number;
  /** How many chunks have a vector of this embedder. */
  readonly embedded: number;
  readonly textBytes: number;
  /** Of the metadata of all documents. */
  readonly metadataBytes: number;
  /** Length of all chunks together, for BM25: an upper bound of the number of postings. */
  readonly length: number;
  /** Length of the vectors; 0 if some chunks have none of this embedder. */
  readonly dimensions: number;
}

/** Chunks that are copied without a break. */
const sliceLength = 500;
/** Of outline, texts and lengths, per chunk. */
const bytesPerChunk = 40;

/** An upper bound of the bytes of a corpus, as long as lexemes and names of documents are not very long. */
export function estimateBytes({ chunks, textBytes, metadataBytes, length, dimensions }: CorpusSize): number {
  const vectorBytes = VectorMatrix.bytesOf(chunks, dimensions);
  return chunks * bytesPerChunk + textBytes + metadataBytes + length * bytesPerPosting + vectorBytes;
}

/** Puts a corpus together from rows of the database, and from an older version of the same corpus. */
export class CorpusBuilder {
  private readonly texts: PackedStrings;
  private readonly lengths: Uint32Array;
  private readonly index: InvertedIndexBuilder;
  private readonly vectors: VectorMatrix | null;

  constructor(
    private readonly outline: CorpusOutline,
    private readonly size: CorpusSize,
  ) {
    const { chunks, textBytes, length, dimensions } = size;
    this.texts = new PackedStrings(chunks, textBytes);
    this.lengths = new Uint32Array(chunks);
    this.index = new InvertedIndexBuilder(length);
    this.vectors = dimensions === 0 ? null : new VectorMatrix(chunks, dimensions);
  }

  /** @throws RangeError when the chunk is none of the outline, or does not fit */
  add(chunk: CorpusChunk): void {
    const place = this.outline.placeOf(chunk);
    if (place === -1) throw new RangeError('A chunk belongs to no document of the corpus.');
    this.texts.set(place, chunk.text);
    this.lengths[place] = chunk.length;
    for (const [at, lexeme] of chunk.lexemes.entries()) this.index.add(lexeme, place, chunk.frequencies[at]!);
    if (this.vectors) this.addVector(this.vectors, place, chunk.vector);
  }

  /** Copies the chunks of documents that did not change. The vectors of both corpora have the same length. */
  async copyUnchanged({ parts }: MemoryCorpus): Promise<void> {
    const places = parts.outline.placesIn(this.outline);
    for (let from = 0; from < places.length; from += sliceLength) {
      for (let old = from; old < Math.min(from + sliceLength, places.length); old += 1)
        if (places[old] !== -1) this.copyChunk(parts, old, places[old]!);
      await nextTurn();
    }
    await parts.index.forEach((lexeme, postings) => this.index.addAll(lexeme, postings, places));
  }

  async build(head: Pick<CorpusParts, 'version' | 'length' | 'languages'>): Promise<MemoryCorpus> {
    const { outline, texts, lengths, vectors } = this;
    const { embedded } = this.size;
    const averageLength = averageLengthOf({ chunks: outline.chunks, length: head.length });
    const norms = Float64Array.from(lengths, (length) => lengthNorm(length, averageLength));
    const index = await this.index.build();
    return new MemoryCorpus({ ...head, embedded, outline, texts, lengths, norms, index, vectors });
  }

  private copyChunk({ texts, lengths, vectors }: MemoryCorpus['parts'], from: number, to: number): void {
    this.texts.copy(to, texts, from);
    this.lengths[to] = lengths[from]!;
    if (!this.vectors || !vectors) return;
    this.vectors.rowAt(to).set(vectors.rowAt(from));
    this.vectors.measure(to);
  }

  private addVector(vectors: VectorMatrix, place: number, bytes: Buffer | null): void {
    if (bytes === null || vectorLength(bytes) !== vectors.dimensions)
      throw new RangeError('A vector has another length.');
    decodeVector(bytes, vectors.rowAt(place));
    vectors.measure(place);
  }
}
