const { abs, fround, max, min, sqrt, trunc } = Math;

/** What is left of a vector when it is rounded to integers. */
export interface EncodedVector {
  /** The vector is about its codes times this. Above 0. */
  readonly scale: number;
  /** The length of the difference. */
  readonly rest: number;
}

/** Writes the vector as integers from -maxCode to maxCode to `codes`. */
export function encodeVector(
  vector: Float32Array,
  maxCode: number,
  codes: Int8Array | Int16Array,
): EncodedVector {
  let largest = 0;
  // oxlint-disable-next-line typescript/prefer-for-of -- an iterator takes several times as long
  for (let index = 0; index < vector.length; index += 1) largest = max(largest, abs(vector[index]!));
  const scale = fround(largest / maxCode) || 1;
  let rest = 0;
  for (let index = 0; index < vector.length; index += 1) {
    const exact = vector[index]! / scale;
    // Beyond the limit only if the numbers are so small that the scale has lost its precision.
    const amount = min(maxCode, trunc(abs(exact) + 0.5));
    const code = exact < 0 ? -amount : amount;
    codes[index] = code;
    const difference = vector[index]! - code * scale;
    rest += difference * difference;
  }
  return { scale, rest: sqrt(rest) };
}
