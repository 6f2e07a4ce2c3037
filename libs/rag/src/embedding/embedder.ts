/** Maps evidence of one side of a search to relevance: the log-odds are `intercept + slope × evidence`. */
export interface Calibration {
  readonly intercept: number;
  /** Above 0: more evidence means a higher probability. */
  readonly slope: number;
}

/** The probability, 0 to 1, that a chunk with this evidence is relevant. */
export function likelihood({ intercept, slope }: Calibration, evidence: number): number {
  return 1 / (1 + Math.exp(-(intercept + slope * evidence)));
}

/**
 * Turns texts into vectors. The cosine of two vectors says how similar the meaning of their texts is.
 *
 * Vectors of two embedders cannot be compared. `id` identifies the model, must never change for it, and is stored with each vector.
 * `calibration` maps a cosine of this model to a probability of relevance (see `fuse`).
 *
 * ```ts
 * const [vector] = await embedder.embed(['When is the rent due?']);
 * ```
 */
export abstract class Embedder {
  abstract readonly id: string;
  abstract readonly calibration: Calibration;

  /**
   * One vector of unit length for each text, in order; an empty list for an empty list.
   *
   * @throws UpstreamError `upstream-failed` or `upstream-timeout` when the embedding service does not answer
   */
  abstract embed(texts: readonly string[]): Promise<Float32Array[]>;

  /** Releases threads and connections. `embed` must not be called afterwards. */
  close(): Promise<void> {
    return Promise.resolve();
  }
}

/** The vector scaled to length 1, so that an inner product of two is their cosine. A zero vector stays as it is. */
export function unitVector(vector: ArrayLike<number>): Float32Array {
  const unit = Float32Array.from(vector);
  const length = Math.hypot(...unit);
  return length === 0 ? unit : unit.map((value) => value / length);
}
