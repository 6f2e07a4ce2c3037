/** Strings in one buffer, outside of the JavaScript heap. Each is set once, in any order. */
export class PackedStrings {
  private readonly buffer: Buffer;
  private readonly starts: Uint32Array;
  private readonly ends: Uint32Array;
  private length = 0;

  /** @param byteLength Length of all strings together, in UTF-8. */
  constructor(count: number, byteLength: number) {
    this.buffer = Buffer.allocUnsafeSlow(byteLength);
    this.starts = new Uint32Array(count);
    this.ends = new Uint32Array(count);
  }

  get bytes(): number {
    return this.buffer.byteLength + this.starts.byteLength + this.ends.byteLength;
  }

  /** @throws RangeError when the strings are longer than announced */
  set(index: number, value: string): void {
    const written = this.buffer.write(value, this.length);
    if (written < Buffer.byteLength(value)) throw new RangeError('The strings do not fit into the buffer.');
    this.claim(index, written);
  }

  /** Copies a string of another list. */
  copy(index: number, from: PackedStrings, fromIndex: number): void {
    const { buffer, starts, ends } = from;
    this.claim(index, buffer.copy(this.buffer, this.length, starts[fromIndex], ends[fromIndex]));
  }

  at(index: number): string {
    return this.buffer.toString('utf8', this.starts[index], this.ends[index]);
  }

  byteLengthAt(index: number): number {
    return this.ends[index]! - this.starts[index]!;
  }

  private claim(index: number, byteLength: number): void {
    this.starts[index] = this.length;
    this.length += byteLength;
    this.ends[index] = this.length;
  }
}
