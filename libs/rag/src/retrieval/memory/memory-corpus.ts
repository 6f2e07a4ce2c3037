import { analyseQuestion } from '../../analysis/analyse-question.js';
import type { Candidate, ChunkKey, SearchQuery, SearchResult, StoredChunk } from '../vector-store.js';
import type { CorpusOutline } from './corpus-outline.js';
import type { InvertedIndex } from './words/inverted-index.js';
import { keywordScores } from './words/keyword-scores.js';
import type { PackedStrings } from './packed-strings.js';
import { Scratch } from './scratch.js';
import { topPlaces } from './vectors/top-places.js';
import type { VectorMatrix } from './vectors/vector-matrix.js';

/** Of the objects of a corpus, without its data. */
const objectBytes = 2_048;
const similarityLists = new Scratch((length) => new Float64Array(length));

/** What a corpus consists of. Everything is by the places of the outline. */
export interface CorpusParts {
  /** Another one after each change of the tenant's documents. */
  readonly version: number;
  /** Length of all chunks together, for BM25. */
  readonly length: number;
  /** The languages in which the documents were analysed. */
  readonly languages: readonly string[];
  /** How many chunks have a vector of the process's embedder. */
  readonly embedded: number;
  readonly outline: CorpusOutline;
  readonly texts: PackedStrings;
  /** Length of each chunk, for BM25. */
  readonly lengths: Uint32Array;
  /** The `lengthNorm` of each chunk. */
  readonly norms: Float64Array;
  readonly index: InvertedIndex;
  /** null if a chunk has no vector of the process's embedder: then none are compared. */
  readonly vectors: VectorMatrix | null;
}

/** The candidates of a search. */
interface ComparedPlaces {
  /** How many vectors the question's was compared with. */
  readonly compared: number;
  readonly places: readonly number[];
  /** The similarity of each of the places; null if none was compared. */
  readonly dense: Float64Array | null;
}

/**
 * All documents of a tenant in memory, as they were at one moment: it answers a search without the database, with the same scores.
 * It never changes.
 */
export class MemoryCorpus {
  readonly bytes: number;

  constructor(readonly parts: CorpusParts) {
    const { outline, texts, lengths, norms, index, vectors } = parts;
    const listBytes = lengths.byteLength + norms.byteLength + (vectors?.bytes ?? 0);
    this.bytes = objectBytes + outline.bytes + texts.bytes + index.bytes + listBytes;
  }

  get version(): number {
    return this.parts.version;
  }

  get chunks(): number {
    return this.parts.outline.chunks;
  }

  /** Length of its vectors; 0 without vectors. */
  get dimensions(): number {
    return this.parts.vectors?.dimensions ?? 0;
  }

  search({ question, language, vector, depth }: SearchQuery): Promise<SearchResult> {
    const words = analyseQuestion(question, { language, corpusLanguages: this.parts.languages });
    const sparse = keywordScores(this.parts, words.terms);
    const bySparse = topPlaces(sparse, depth, 0);
    const { compared, places, dense } = this.compare(vector, { depth, bySparse });
    const candidates = places.map((place): Candidate => {
      const { document_number, position } = this.parts.outline.keyAt(place);
      return {
        document_number,
        position,
        sparse: sparse[place]!,
        dense: dense === null ? null : dense[place]!,
      };
    });
    const { chunks } = this;
    return Promise.resolve({ candidates, chunks, language: words.language, compared, failure: null });
  }

  /** Adds the nearest chunks to those at the places `bySparse`, and compares them all. */
  private compare(
    vector: Float32Array | null,
    { depth, bySparse }: { readonly depth: number; readonly bySparse: readonly number[] },
  ): ComparedPlaces {
    const { vectors, embedded } = this.parts;
    const isOfOtherLength = vectors !== null && vector?.length !== vectors.dimensions;
    if (vector === null || isOfOtherLength) return { compared: 0, places: bySparse, dense: null };
    if (vectors === null) return { compared: embedded, places: bySparse, dense: null };
    const dense = similarityLists.take(this.chunks);
    const nearest = vectors.nearest(vector, depth);
    const { all, added } = joinAscending(nearest.places, bySparse);
    nearest.places.forEach((place, at) => (dense[place] = nearest.similarities[at]!));
    const similarities = vectors.similarities(vector, added);
    added.forEach((place, at) => (dense[place] = similarities[at]!));
    return { compared: embedded, places: all, dense };
  }

  /** The chunks with these keys, in their order, without those that do not exist. */
  read(_tenantId: string, keys: readonly ChunkKey[]): Promise<StoredChunk[]> {
    const { outline, texts } = this.parts;
    const chunks = keys.flatMap((key) => {
      const place = outline.placeOf(key);
      return place === -1 ? [] : [{ ...key, ...outline.documentAt(place), text: texts.at(place) }];
    });
    return Promise.resolve(chunks);
  }
}

/** `added` are the numbers that only the second list has. */
function joinAscending(
  first: readonly number[],
  second: readonly number[],
): { readonly all: readonly number[]; readonly added: readonly number[] } {
  const all: number[] = [];
  const added: number[] = [];
  for (let a = 0, b = 0; a < first.length || b < second.length;) {
    const x = first[a] ?? Infinity;
    const y = second[b] ?? Infinity;
    all.push(Math.min(x, y));
    if (y < x) added.push(y);
    if (x <= y) a += 1;
    if (y <= x) b += 1;
  }
  return { all, added };
}
