/**
 * Memory that every search uses again. A search does not wait for anything, so no two need it at the same time, and lists of a corpus'
 * length would cost more to allocate and to collect than to fill. It grows to the length of the longest corpus.
 */
export class Scratch<A extends Float64Array | Uint32Array> {
  private list: A;

  constructor(private readonly allocate: (length: number) => A) {
    this.list = allocate(0);
  }

  /** A list with what the last user has left in it. It is valid until the next call. */
  take(length: number): A {
    if (length > this.list.length) this.list = this.allocate(length);
    return this.list.subarray(0, length) as A;
  }
}
