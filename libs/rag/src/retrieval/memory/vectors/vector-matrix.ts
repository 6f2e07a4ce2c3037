import { normOf } from '../../../embedding/embedder.js';
import { topPlaces } from './top-places.js';
import { VectorScan, rowMultiple } from './vector-scan.js';

const { fround } = Math;
/** Fewer numbers are compared without a scan: each one's memory reserves gigabytes of addresses. */
const minScanValues = 256 * 1024;

/** Places, ascending, with the similarity of each. */
export interface NearestPlaces {
  readonly places: readonly number[];
  readonly similarities: Float64Array;
}

/** The vectors of a corpus, by the places of its chunks. All have the same length. */
export class VectorMatrix {
  private readonly rowLength: number;
  /** null for a small matrix. */
  private readonly scan: VectorScan | null;
  private readonly values: Float32Array;

  /** An upper bound of the size in memory. */
  static bytesOf(count: number, dimensions: number): number {
    return VectorScan.bytesOf(count, rowLengthOf(dimensions));
  }

  constructor(
    readonly count: number,
    readonly dimensions: number,
  ) {
    this.rowLength = rowLengthOf(dimensions);
    const length = count * this.rowLength;
    this.scan = length < minScanValues ? null : new VectorScan(count, this.rowLength);
    this.values = this.scan?.rows ?? new Float32Array(length);
  }

  get bytes(): number {
    return this.values.buffer.byteLength;
  }

  /** The numbers of one vector, to be written once; then call `measure`. */
  rowAt(place: number): Float32Array {
    return this.values.subarray(place * this.rowLength, place * this.rowLength + this.dimensions);
  }

  /** Call it after a row was written. @throws RangeError when the row has a number that is not finite */
  measure(place: number): void {
    if (!Number.isFinite(normOf(this.rowAt(place))))
      throw new RangeError('A vector has a number that is not finite.');
    this.scan?.encode(place);
  }

  /**
   * The places of the `depth` most similar vectors, with their `similarities`. Among equals, the lower places win. The scan is
   * approximate: it proposes all that could be among them in view of its rounding errors, and the similarities decide.
   */
  nearest(vector: Float32Array, depth: number): NearestPlaces {
    const proposed =
      this.scan?.propose(vector, depth) ?? Uint32Array.from({ length: this.count }, (_, at) => at);
    const similarities = this.similarities(vector, proposed);
    const nearest = topPlaces(similarities, depth);
    return {
      places: nearest.map((at) => proposed[at]!),
      similarities: Float64Array.from(nearest, (at) => similarities[at]!),
    };
  }

  /**
   * The inner products with the vectors at these places. Each product is rounded to 32 bits and added in 64, in order: bit for bit the
   * results of `attune_similarity` in a Postgres without the `vector` extension. Four at a time, because an addition waits for the
   * one before.
   */
  similarities(vector: Float32Array, places: ArrayLike<number>): Float64Array {
    // With room for the last four.
    const similarities = new Float64Array(places.length + 3);
    const { values, rowLength, dimensions } = this;
    const rowOf = (at: number): number => places[Math.min(at, places.length - 1)]! * rowLength;
    for (let at = 0; at < places.length; at += 4) {
      let [a, b, c, d] = [rowOf(at), rowOf(at + 1), rowOf(at + 2), rowOf(at + 3)];
      let [sumA, sumB, sumC, sumD] = [0, 0, 0, 0];
      for (let index = 0; index < dimensions; index += 1) {
        const factor = vector[index]!;
        sumA += fround(values[a++]! * factor);
        sumB += fround(values[b++]! * factor);
        sumC += fround(values[c++]! * factor);
        sumD += fround(values[d++]! * factor);
      }
      similarities[at] = sumA;
      similarities[at + 1] = sumB;
      similarities[at + 2] = sumC;
      similarities[at + 3] = sumD;
    }
    return similarities.subarray(0, places.length);
  }
}

function rowLengthOf(dimensions: number): number {
  return Math.ceil(dimensions / rowMultiple) * rowMultiple;
}
