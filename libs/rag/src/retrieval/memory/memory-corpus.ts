import { analyseQuestion } from '../../analysis/analyse-question.js';
import type { Candidate, ChunkKey, SearchQuery, SearchResult, StoredChunk } from '../vector-store.js';
import type { CorpusOutline } from './corpus-outline.js';
import type { InvertedIndex } from './words/inverted-index.js';
import { keywordScores } from './words/keyword-scores.js';
import type { PackedStrings } from './packed-strings.js';
import { topPlaces } from './vectors/top-places.js';
import type { VectorMatrix } from './vectors/vector-matrix.js';

/** Of the objects of a corpus, without its data. */
const objectBytes = 2_048;

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
    const { compared, dense } = this.compare(vector, { depth, places: bySparse });
    const candidates = [...new Set([...bySparse, ...dense.keys()])].map((place): Candidate => {
      const { document_number, position } = this.parts.outline.keyAt(place);
      return { document_number, position, sparse: sparse[place]!, dense: dense.get(place) ?? null };
    });
    const { chunks } = this;
    return Promise.resolve({ candidates, chunks, language: words.language, compared, failure: null });
  }

  /** The similarities of the nearest chunks, and of those at `places`. */
  private compare(
    vector: Float32Array | null,
    { depth, places }: { readonly depth: number; readonly places: readonly number[] },
  ): { readonly compared: number; readonly dense: ReadonlyMap<number, number> } {
    const { vectors, embedded } = this.parts;
    const isOfOtherLength = vectors !== null && vector?.length !== vectors.dimensions;
    if (vector === null || isOfOtherLength) return { compared: 0, dense: new Map() };
    if (vectors === null) return { compared: embedded, dense: new Map() };
    const dense = vectors.nearest(vector, depth);
    const others = places.filter((place) => !dense.has(place));
    const similarities = vectors.similarities(vector, others);
    for (const [at, place] of others.entries()) dense.set(place, similarities[at]!);
    return { compared: embedded, dense };
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
