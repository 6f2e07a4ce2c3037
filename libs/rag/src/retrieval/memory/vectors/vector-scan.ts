import { normOf } from '../../../embedding/embedder.js';
import { dotProductsModule } from './dot-products.wasm.js';
import { encodeVector } from './encode-vector.js';
import { thresholdOf } from './top-places.js';

/** The types of Node have no WebAssembly. */
declare const WebAssembly: {
  readonly Module: new (bytes: Buffer) => object;
  readonly Memory: new (pages: { readonly initial: number }) => { readonly buffer: ArrayBuffer };
  readonly Instance: new (module: object, imports: object) => { readonly exports: object };
};

/** Their parameters are in `dot-products.wat`. */
interface Products {
  codeProducts(...parameters: number[]): void;
  dotProducts(...parameters: number[]): void;
}

/** The scan adds so many numbers at a time. */
export const rowMultiple = 16;
const pageBytes = 65_536;
const valueBytes = Float32Array.BYTES_PER_ELEMENT;
const maxCode = 127;
/** So that a sum of products of codes has 32 bits. */
const maxQueryCodeOf = (rowLength: number): number =>
  Math.min(32_767, Math.floor((2 ** 31 - 1) / (maxCode * rowLength)));
/** The rounding error of one operation in 32 bits, doubled to be safe. */
const roundingError = 2 ** -23;
const compiledModule = new WebAssembly.Module(Buffer.from(dotProductsModule, 'base64'));

/**
 * Rows of numbers in a memory of their own, outside of the JavaScript heap, where the processor's SIMD instructions multiply them with a
 * vector. A first pass reads a copy of them in 8 bits, which is a quarter as long; a second one the rows that may be among the best.
 */
export class VectorScan {
  /** The rows one after the other, each with `rowLength` numbers. */
  readonly rows: Float32Array;
  /** A row is about its codes times its scale. */
  private readonly codes: Int8Array;
  private readonly scales: Float32Array;
  private readonly query: Float32Array;
  private readonly queryCodes: Int16Array;
  private readonly places: Uint32Array;
  private readonly scores: Float32Array;
  private readonly products: Products;
  private maxNorm = 0;
  /** How far a row is from its codes times its scale, at most. */
  private maxRest = 0;

  /** The size in memory. */
  static bytesOf(count: number, rowLength: number): number {
    const bytesPerRow = rowLength * (valueBytes + Int8Array.BYTES_PER_ELEMENT) + 3 * valueBytes;
    return count * bytesPerRow + rowLength * (valueBytes + Int16Array.BYTES_PER_ELEMENT);
  }

  /**
   * @param rowLength A multiple of `rowMultiple`.
   * @throws RangeError when the system gives no memory
   */
  constructor(
    private readonly count: number,
    private readonly rowLength: number,
  ) {
    const initial = Math.ceil(VectorScan.bytesOf(count, rowLength) / pageBytes);
    const memory = new WebAssembly.Memory({ initial });
    const { buffer } = memory;
    this.query = new Float32Array(buffer, 0, rowLength);
    this.rows = new Float32Array(buffer, endOf(this.query), count * rowLength);
    this.scales = new Float32Array(buffer, endOf(this.rows), count);
    this.places = new Uint32Array(buffer, endOf(this.scales), count);
    this.scores = new Float32Array(buffer, endOf(this.places), count);
    this.queryCodes = new Int16Array(buffer, endOf(this.scores), rowLength);
    this.codes = new Int8Array(buffer, endOf(this.queryCodes), count * rowLength);
    this.products = new WebAssembly.Instance(compiledModule, { env: { memory } }).exports as Products;
  }

  /** Call it after a row was written. */
  encode(place: number): void {
    const [from, to] = [place * this.rowLength, (place + 1) * this.rowLength];
    const row = this.rows.subarray(from, to);
    const { scale, rest } = encodeVector(row, maxCode, this.codes.subarray(from, to));
    this.scales[place] = scale;
    this.maxRest = Math.max(this.maxRest, rest);
    this.maxNorm = Math.max(this.maxNorm, normOf(row));
  }

  /**
   * The places of all rows that could be among the `depth` most similar ones, until the next call. If no product is wrong by more than E, a
   * row is not among them when its product is 2 E below the `depth`-th highest one.
   */
  propose(vector: Float32Array, depth: number): Uint32Array {
    this.query.fill(0);
    this.query.set(vector);
    const { places, scores } = this;
    const lowest = this.multiplyCodes(depth);
    let near = 0;
    for (let place = 0; place < this.count; place += 1) if (scores[place]! >= lowest) places[near++] = place;
    const lowestOfNear = this.multiplyRows(near, depth);
    let nearest = 0;
    for (let at = 0; at < near; at += 1) if (scores[at]! >= lowestOfNear) places[nearest++] = places[at]!;
    return places.subarray(0, nearest);
  }

  /**
   * Scores all places by their codes. Returns the lowest score that may belong to one of the best. The error is that of the rests, which the
   * product of the norms bounds (Cauchy–Schwarz), and of a few roundings.
   */
  private multiplyCodes(depth: number): number {
    const { query, queryCodes, codes, scales, scores, rowLength } = this;
    const coded = encodeVector(query, maxQueryCodeOf(rowLength), queryCodes);
    const lists = [queryCodes.byteOffset, codes.byteOffset, this.count, rowLength];
    this.products.codeProducts(...lists, scales.byteOffset, scores.byteOffset);
    const [queryNorm, maxCodedNorm] = [normOf(query), this.maxNorm + this.maxRest];
    const roundings = 8 * roundingError * maxCodedNorm * (queryNorm + coded.rest);
    const maxError = this.maxRest * queryNorm + maxCodedNorm * coded.rest + roundings;
    return thresholdOf(scores, depth) - (2 * maxError) / coded.scale;
  }

  /**
   * Scores the first `near` of the places by their rows, likewise. A sum of n products has at most n rounding errors of the sum of the
   * products' amounts. It is made of `rowLength / 16` products in each of 16 lanes, then of the lanes.
   */
  private multiplyRows(near: number, depth: number): number {
    const { query, rows, places, scores, rowLength } = this;
    const lists = [query.byteOffset, rows.byteOffset, places.byteOffset, near];
    this.products.dotProducts(...lists, rowLength * valueBytes, scores.byteOffset);
    const operations = rowLength / rowMultiple + 8;
    const maxError = operations * roundingError * this.maxNorm * normOf(query);
    return thresholdOf(scores.subarray(0, near), depth) - 2 * maxError;
  }
}

function endOf({ byteOffset, byteLength }: ArrayBufferView): number {
  return byteOffset + byteLength;
}
