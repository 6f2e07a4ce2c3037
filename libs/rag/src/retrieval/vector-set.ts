import type { ChunkKey } from './vector-store.js';

/** Which vectors of a tenant. */
export interface VectorsWanted {
  readonly tenantId: string;
  readonly embedder: string;
  readonly dimensions: number;
}

/** A vector as Postgres sends arrays, under the stamp of the tenant's corpus. */
export interface SentVector extends ChunkKey {
  readonly sent: Buffer;
  readonly stamp: string;
}

/** What one vector has in common with each of a set. */
export interface Similarities {
  /** Of so many chunks at most, in no order; of equal ones those whose keys come first. */
  best(depth: number): ChunkKey[];
  /** null: the chunk has no vector in the set. */
  of(key: ChunkKey): number | null;
}

/** A tenant's vectors in memory, all as they were under one stamp of its corpus. */
export class VectorSet {
  private readonly places: ReadonlyMap<string, number>;

  constructor(
    readonly wanted: VectorsWanted,
    readonly stamp: string,
    /** In their order. */
    private readonly keys: readonly ChunkKey[],
    private readonly values: Float32Array,
  ) {
    this.places = new Map(keys.map((key, place) => [nameOf(key), place]));
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
      best: (depth) => bestOf(scores, depth).map((place) => this.keys[place]!),
      of: (key) => scores[this.places.get(nameOf(key)) ?? -1] ?? null,
    };
  }

  private scores(vector: Float32Array): Float64Array {
    const { values, count } = this;
    const scores = new Float64Array(count);
    for (let place = 0, at = 0; place < count; place += 1) {
      let sum = 0;
      for (let index = 0; index < vector.length; index += 1, at += 1)
        sum += Math.fround(values[at]! * vector[index]!);
      scores[place] = sum;
    }
    return scores;
  }
}

/** A set that comes in page by page. */
export class VectorSetDraft {
  private readonly keys: ChunkKey[] = [];
  private readonly stamps = new Set<string>();
  private readonly values: Float32Array;

  constructor(
    private readonly wanted: VectorsWanted,
    private readonly count: number,
  ) {
    this.values = new Float32Array(count * wanted.dimensions);
  }

  get last(): ChunkKey | undefined {
    return this.keys.at(-1);
  }

  /** False when something has changed since the page before. */
  add(page: readonly SentVector[]): boolean {
    for (const { stamp } of page) this.stamps.add(stamp);
    if (this.stamps.size > 1 || this.keys.length + page.length > this.count) return false;
    for (const { document_number, position, sent } of page) {
      copyInto(this.values, this.keys.length * this.wanted.dimensions, sent);
      this.keys.push({ document_number, position });
    }
    return true;
  }

  /** Null when something is missing. */
  finish(): VectorSet | null {
    const [stamp] = this.stamps;
    if (stamp === undefined || this.keys.length < this.count) return null;
    return new VectorSet(this.wanted, stamp, this.keys, this.values);
  }
}

function nameOf({ document_number: number, position }: ChunkKey): string {
  return `${number}#${position}`;
}

/** Places of the highest scores. */
function bestOf(scores: Float64Array, depth: number): number[] {
  const places = [...scores.keys()];
  if (scores.length <= depth) return places;
  const least = scores.toSorted()[scores.length - depth]!;
  const above = places.filter((place) => scores[place]! > least);
  const equal = places.filter((place) => scores[place] === least);
  return [...above, ...equal.slice(0, depth - above.length)];
}

/** Five words of 4 bytes, then each element: its length, and itself with the highest byte first (Postgres' `array_send`). */
const [headBytes, elementBytes, lengthBytes] = [20, 8, 4];

function copyInto(values: Float32Array, from: number, sent: Buffer): void {
  const count = (sent.length - headBytes) / elementBytes;
  for (let index = 0; index < count; index += 1)
    values[from + index] = sent.readFloatBE(headBytes + index * elementBytes + lengthBytes);
}
