import { dotProductsModule } from './dot-products.wasm.js';

/** The types of Node have no WebAssembly. */
declare const WebAssembly: {
  readonly Module: new (bytes: Buffer) => object;
  readonly Memory: new (pages: { readonly initial: number }) => { readonly buffer: ArrayBuffer };
  readonly Instance: new (module: object, imports: object) => { readonly exports: object };
};

/** Its parameters are in `dot-products.wat`. */
type DotProducts = (...parameters: number[]) => void;

const pageBytes = 65_536;
const valueBytes = Float32Array.BYTES_PER_ELEMENT;
const compiledModule = new WebAssembly.Module(Buffer.from(dotProductsModule, 'base64'));

/**
 * Rows of numbers in a memory of their own, where the processor's SIMD instructions multiply them with a vector. Those sum in another
 * order than `similarity`, so the products are approximate. The memory is outside of the JavaScript heap.
 */
export class VectorScan {
  /** The rows one after the other, each with `rowLength` numbers. */
  readonly rows: Float32Array;
  private readonly query: Float32Array;
  private readonly scores: Float32Array;
  private readonly dotProducts: DotProducts;

  /**
   * @param rowLength A multiple of 16.
   * @throws RangeError when the system gives no memory
   */
  constructor(
    private readonly count: number,
    private readonly rowLength: number,
  ) {
    const values = rowLength + count * rowLength + count;
    const memory = new WebAssembly.Memory({ initial: Math.ceil((values * valueBytes) / pageBytes) });
    this.query = new Float32Array(memory.buffer, 0, rowLength);
    this.rows = new Float32Array(memory.buffer, rowLength * valueBytes, count * rowLength);
    this.scores = new Float32Array(memory.buffer, this.rows.byteOffset + this.rows.byteLength, count);
    const { exports } = new WebAssembly.Instance(compiledModule, { env: { memory } });
    ({ dotProducts: this.dotProducts } = exports as { dotProducts: DotProducts });
  }

  get bytes(): number {
    return this.rows.buffer.byteLength;
  }

  /** The product with each row, until the next call. */
  products(vector: Float32Array): Float32Array {
    this.query.fill(0);
    this.query.set(vector);
    const { query, rows, scores } = this;
    const size = this.rowLength * valueBytes;
    this.dotProducts(query.byteOffset, rows.byteOffset, this.count, size, scores.byteOffset);
    return scores;
  }
}
