import { type ChunkKey, chunkKeyText } from './vector-store.js';

/** Selects vectors of a tenant. */
export interface VectorSetKey {
  readonly tenantId: string;
  readonly embedder: string;
  readonly dimensions: number;
}

/** A row of `vectorPageSql`. */
export interface VectorRow extends ChunkKey {
  /** The vector in Postgres' binary format of arrays. */
  readonly vector_bytes: Buffer;
  readonly corpus_version: string;
}

/** The similarities of one vector to all vectors of a set. */
export interface Similarities {
  /** The `depth` most similar chunks, in no particular order. Among equals, the lower keys win. */
  nearest(depth: number): ChunkKey[];
  /** null if the chunk has no vector in the set. */
  similarityOf(key: ChunkKey): number | null;
}

/** A tenant's vectors in memory, all of one version of its corpus. */
export class VectorSet {
  private readonly indexByChunk: ReadonlyMap<string, number>;

  constructor(
    readonly key: VectorSetKey,
    readonly corpusVersion: string,
    /** In ascending order. */
    private readonly keys: readonly ChunkKey[],
    private readonly values: Float32Array,
  ) {
    this.indexByChunk = new Map(keys.map((chunkKey, index) => [chunkKeyText(chunkKey), index]));
  }

  get count(): number {
    return this.keys.length;
  }

  get bytes(): number {
    return this.values.byteLength;
  }

  /** Inner products. Bit for bit the results of `attune_similarity` in a Postgres without the `vector` extension. */
  similarities(vector: Float32Array): Similarities {
    const scores = this.scores(vector);
    return {
      nearest: (depth) => topIndexes(scores, depth).map((index) => this.keys[index]!),
      similarityOf: (key) => scores[this.indexByChunk.get(chunkKeyText(key)) ?? -1] ?? null,
    };
  }

  private scores(vector: Float32Array): Float64Array {
    const { values, count } = this;
    const scores = new Float64Array(count);
    for (let row = 0, offset = 0; row < count; row += 1) {
      let sum = 0;
      for (let index = 0; index < vector.length; index += 1, offset += 1)
        sum += Math.fround(values[offset]! * vector[index]!);
      scores[row] = sum;
    }
    return scores;
  }
}

/** Builds a set from pages. */
export class VectorSetBuilder {
  private readonly keys: ChunkKey[] = [];
  private readonly corpusVersions = new Set<string>();
  private readonly values: Float32Array;

  constructor(
    private readonly key: VectorSetKey,
    private readonly count: number,
  ) {
    this.values = new Float32Array(count * key.dimensions);
  }

  get lastKey(): ChunkKey | undefined {
    return this.keys.at(-1);
  }

  /** False if the corpus has changed since the previous page. */
  add(page: readonly VectorRow[]): boolean {
    for (const row of page) this.corpusVersions.add(row.corpus_version);
    if (this.corpusVersions.size > 1 || this.keys.length + page.length > this.count) return false;
    for (const { document_number, position, vector_bytes: bytes } of page) {
      decodeVector(this.values, this.keys.length * this.key.dimensions, bytes);
      this.keys.push({ document_number, position });
    }
    return true;
  }

  /** null if vectors are missing. */
  build(): VectorSet | null {
    const [corpusVersion] = this.corpusVersions;
    if (corpusVersion === undefined || this.keys.length < this.count) return null;
    return new VectorSet(this.key, corpusVersion, this.keys, this.values);
  }
}

/** Indexes of the highest scores. */
function topIndexes(scores: Float64Array, depth: number): number[] {
  const indexes = [...scores.keys()];
  if (scores.length <= depth) return indexes;
  const threshold = scores.toSorted()[scores.length - depth]!;
  const above = indexes.filter((index) => scores[index]! > threshold);
  const equal = indexes.filter((index) => scores[index] === threshold);
  return [...above, ...equal.slice(0, depth - above.length)];
}

/** Format of Postgres' `array_send`: a head of five 4-byte words, then for each element its length and its big-endian value. */
const [headBytes, elementBytes, lengthBytes] = [20, 8, 4];

function decodeVector(values: Float32Array, from: number, bytes: Buffer): void {
  const count = (bytes.length - headBytes) / elementBytes;
  for (let index = 0; index < count; index += 1)
    values[from + index] = bytes.readFloatBE(headBytes + index * elementBytes + lengthBytes);
}
