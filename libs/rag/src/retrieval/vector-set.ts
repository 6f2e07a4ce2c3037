import type { ChunkKey } from './vector-store.js';

/** Which vectors of a tenant. */
export interface VectorSetKey {
  readonly tenantId: string;
  readonly embedder: string;
  readonly dimensions: number;
}

/** A vector as Postgres sends arrays, under the stamp of the tenant's corpus. */
export interface VectorRow extends ChunkKey {
  readonly sent: Buffer;
  readonly stamp: string;
}

/** What one vector has in common with each of a set. */
export interface Similarities {
  /** Of so many chunks at most, in no order; of equal ones those whose keys come first. */
  nearest(depth: number): ChunkKey[];
  /** null: the chunk has no vector in the set. */
  similarityOf(key: ChunkKey): number | null;
}

/** A tenant's vectors in memory, all as they were under one stamp of its corpus. */
export class VectorSet {
  private readonly indexByChunk: ReadonlyMap<string, number>;

  constructor(
    readonly key: VectorSetKey,
    readonly corpusVersion: string,
    /** In their order. */
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

  /** Inner products, to the last bit as `attune_similarity` of a stock Postgres has them. */
  similarities(vector: Float32Array): Similarities {
    const scores = this.scores(vector);
    return {
      nearest: (depth) => topIndexes(scores, depth).map((place) => this.keys[place]!),
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

/** A set that comes in page by page. */
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

  /** False when something has changed since the page before. */
  add(page: readonly VectorRow[]): boolean {
    for (const { stamp } of page) this.corpusVersions.add(stamp);
    if (this.corpusVersions.size > 1 || this.keys.length + page.length > this.count) return false;
    for (const { document_number, position, sent } of page) {
      decodeVector(this.values, this.keys.length * this.key.dimensions, sent);
      this.keys.push({ document_number, position });
    }
    return true;
  }

  /** Null when something is missing. */
  build(): VectorSet | null {
    const [corpusVersion] = this.corpusVersions;
    if (corpusVersion === undefined || this.keys.length < this.count) return null;
    return new VectorSet(this.key, corpusVersion, this.keys, this.values);
  }
}

function chunkKeyText({ document_number: number, position }: ChunkKey): string {
  return `${number}#${position}`;
}

/** Places of the highest scores. */
function topIndexes(scores: Float64Array, depth: number): number[] {
  const indexes = [...scores.keys()];
  if (scores.length <= depth) return indexes;
  const threshold = scores.toSorted()[scores.length - depth]!;
  const above = indexes.filter((place) => scores[place]! > threshold);
  const equal = indexes.filter((place) => scores[place] === threshold);
  return [...above, ...equal.slice(0, depth - above.length)];
}

/** Five words of 4 bytes, then each element: its length, and itself with the highest byte first (Postgres' `array_send`). */
const [headBytes, elementBytes, lengthBytes] = [20, 8, 4];

function decodeVector(values: Float32Array, from: number, sent: Buffer): void {
  const count = (sent.length - headBytes) / elementBytes;
  for (let index = 0; index < count; index += 1)
    values[from + index] = sent.readFloatBE(headBytes + index * elementBytes + lengthBytes);
}
