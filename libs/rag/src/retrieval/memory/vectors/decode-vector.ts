/** The binary format of Postgres' arrays: a head of five 4-byte words, then for each element its length and its big-endian value. */
const [headBytes, elementBytes, lengthBytes] = [20, 8, 4];

/** Length of a `real[]` in the format of `array_send`. */
export function vectorLength(bytes: Buffer): number {
  return Math.max(0, (bytes.length - headBytes) / elementBytes);
}

/** Writes the elements of a `real[]` in the format of `array_send` to `row`. */
export function decodeVector(bytes: Buffer, row: Float32Array): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset + headBytes + lengthBytes);
  for (let index = 0; index < row.length; index += 1) row[index] = view.getFloat32(index * elementBytes);
}
