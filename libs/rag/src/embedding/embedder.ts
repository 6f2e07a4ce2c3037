import type { Calibration } from './calibration.js';

/**
 * Turns texts into vectors whose cosine says how alike in meaning two texts are.
 *
 * Two embedders' vectors cannot be compared, so `id` names the model for good and is stored beside each vector. `calibration`
 * says what a cosine of this model is worth as evidence (see `fuse`).
 */
export abstract class Embedder {
  abstract readonly id: string;
  abstract readonly calibration: Calibration;

  /**
   * One vector of unit length for each text, in order; none for none.
   *
   * @throws DomainError `upstream-failed` or `upstream-timeout` when the service that embeds does not answer
   */
  abstract embed(texts: readonly string[]): Promise<Float32Array[]>;

  /** Lets go of what it holds; it is not asked again. */
  close(): Promise<void> {
    return Promise.resolve();
  }
}

/** The vector at length 1, so that a product of two is their cosine. One without direction stays as it is. */
export function unitVector(vector: ArrayLike<number>): Float32Array {
  const unit = Float32Array.from(vector);
  const length = Math.hypot(...unit);
  return length === 0 ? unit : unit.map((value) => value / length);
}
