import type { ChunkKey, StoredChunk } from '../vector-store.js';
import { PackedStrings } from './packed-strings.js';

/** A document of a corpus, without its text. */
export interface OutlineDocument {
  readonly number: number;
  readonly doc_id: string;
  readonly title: string;
  /** A JSON object. */
  readonly metadata: string;
  /** Number of its chunks; their positions are 1 to this number. */
  readonly chunks: number;
  /** Another one after each change of the document. */
  readonly revision: number;
}

/**
 * The documents of a corpus in the order of their numbers. It gives each chunk a place: all chunks of the first document, then those of
 * the second, and so on. So the order of the places is the order of documents and positions.
 */
export class CorpusOutline {
  private readonly numbers: Uint32Array;
  private readonly revisions: Float64Array;
  /** The place of each document's first chunk, and the number of all chunks. */
  private readonly firstPlaces: Uint32Array;
  /** Id, title and metadata of each document. */
  private readonly names: PackedStrings;

  /** @param documents In the order of their numbers. */
  constructor(documents: readonly OutlineDocument[]) {
    this.numbers = Uint32Array.from(documents, ({ number }) => number);
    this.revisions = Float64Array.from(documents, ({ revision }) => revision);
    this.firstPlaces = new Uint32Array(documents.length + 1);
    const nameBytes = documents.reduce((sum, one) => sum + Buffer.byteLength(namesOf(one).join('')), 0);
    this.names = new PackedStrings(documents.length * namesPerDocument, nameBytes);
    for (const [index, document] of documents.entries()) {
      this.firstPlaces[index + 1] = this.firstPlaces[index]! + document.chunks;
      for (const [at, name] of namesOf(document).entries())
        this.names.set(index * namesPerDocument + at, name);
    }
  }

  get chunks(): number {
    return this.firstPlaces.at(-1)!;
  }

  get bytes(): number {
    const { numbers, revisions, firstPlaces, names } = this;
    return numbers.byteLength + revisions.byteLength + firstPlaces.byteLength + names.bytes;
  }

  /** The place of a chunk; -1 if there is none with this key. */
  placeOf({ document_number: number, position }: ChunkKey): number {
    const index = lastAtMost(this.numbers, number);
    if (index === -1 || this.numbers[index] !== number) return -1;
    const place = this.firstPlaces[index]! + position - 1;
    return place < this.firstPlaces[index + 1]! ? place : -1;
  }

  keyAt(place: number): ChunkKey {
    const index = this.indexOfPlace(place);
    return { document_number: this.numbers[index]!, position: place - this.firstPlaces[index]! + 1 };
  }

  documentAt(place: number): Pick<StoredChunk, 'doc_id' | 'title' | 'metadata'> {
    const first = this.indexOfPlace(place) * namesPerDocument;
    return {
      doc_id: this.names.at(first),
      title: this.names.at(first + 1),
      metadata: JSON.parse(this.names.at(first + 2)) as StoredChunk['metadata'],
    };
  }

  /** For each place of this outline the place of the same chunk in `next`; -1 where the document was changed or deleted. */
  placesIn(next: CorpusOutline): Int32Array {
    const places = new Int32Array(this.chunks).fill(-1);
    for (const [index, number] of this.numbers.entries()) {
      const nextIndex = lastAtMost(next.numbers, number);
      const isSame =
        next.numbers[nextIndex] === number && next.revisions[nextIndex] === this.revisions[index];
      if (!isSame) continue;
      const [from, to, target] = [
        this.firstPlaces[index]!,
        this.firstPlaces[index + 1]!,
        next.firstPlaces[nextIndex]!,
      ];
      for (let place = from; place < to; place += 1) places[place] = target + place - from;
    }
    return places;
  }

  /** Whether this outline has the document, as it is. */
  has({ number, revision }: Pick<OutlineDocument, 'number' | 'revision'>): boolean {
    const index = lastAtMost(this.numbers, number);
    return this.numbers[index] === number && this.revisions[index] === revision;
  }

  private indexOfPlace(place: number): number {
    return lastAtMost(this.firstPlaces, place);
  }
}

const namesPerDocument = 3;

function namesOf({ doc_id: id, title, metadata }: OutlineDocument): readonly string[] {
  return [id, title, metadata];
}

/** The index of the last of the ascending values that is at most `value`; -1 if all are higher. */
function lastAtMost(values: Uint32Array, value: number): number {
  let [low, high] = [0, values.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (values[middle]! <= value) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
