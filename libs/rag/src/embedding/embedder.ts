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

/** How `Embedder.embed` treats its texts. */
export interface EmbedOptions {
  /** Some models embed a question in another way than the passages that answer it. Default: `passage`. */
  readonly purpose?: 'question' | 'passage';
  /** Ends the work. `embed` then rejects with the signal's reason. */
  readonly signal?: AbortSignal;
}

/**
 * Turns texts into vectors. The cosine of two vectors says how similar the meaning of their texts is.
 *
 * Vectors of two embedders cannot be compared. `id` identifies the model, must never change for it, and is stored with each vector.
 * `calibration` maps a cosine of this model to a probability of relevance (see `fuse`).
 *
 * ```ts
 * const [vector] = await embedder.embed(['When is the rent due?'], { purpose: 'question' });
 * ```
 */
export abstract class Embedder {
  abstract readonly id: string;
  abstract readonly calibration: Calibration;

  /** How many texts one call of `embed` should get, so that the caller can report progress and stop between two calls. */
  abstract get batchSize(): number;

  /** False if vectors of texts in this language (ISO 639-1) say little about their meaning. */
  knowsLanguage(_language: string): boolean {
    return true;
  }

  /** How many batches of uploads it should get at the same time. Questions come in addition and must not wait for many of them. */
  readonly uploadsAtOnce: number = 4;

  /**
   * One vector of unit length for each text, in order; an empty list for an empty list. A text of any length is embedded to its end.
   *
   * @throws UpstreamError `upstream-failed` or `upstream-timeout` when the embedding service does not answer, or refuses the texts
   */
  abstract embed(texts: readonly string[], options?: EmbedOptions): Promise<Float32Array[]>;

  /** Releases threads and connections. `embed` must not be called afterwards. */
  close(): Promise<void> {
    return Promise.resolve();
  }
}

/** The vector scaled to length 1, so that an inner product of two is their cosine. A zero vector stays as it is. */
export function unitVector(vector: ArrayLike<number>): Float32Array {
  const unit = new Float32Array(vector);
  const norm = normOf(unit);
  // oxlint-disable-next-line typescript/prefer-for-of -- an iterator takes several times as long
  if (norm > 0) for (let index = 0; index < unit.length; index += 1) unit[index]! /= norm;
  return unit;
}

/** The length of the vector; not finite if a number is not. The squares of 32-bit numbers, and their sums, fit into 64 bits. */
export function normOf(vector: Float32Array): number {
  let sum = 0;
  // oxlint-disable-next-line typescript/prefer-for-of -- an iterator takes several times as long
  for (let index = 0; index < vector.length; index += 1) sum += vector[index]! * vector[index]!;
  return Math.sqrt(sum);
}

/** A text that is embedded in parts: the mean of their unit vectors, weighted, scaled to length 1. */
export function poolVectors(parts: readonly { readonly vector: Float32Array; readonly weight: number }[]) {
  const sum = new Float32Array(parts[0]!.vector.length);
  for (const { vector, weight } of parts) {
    for (const [index, value] of vector.entries()) sum[index]! += value * weight;
  }
  return unitVector(sum);
}

/** A blank text becomes `.`: models refuse it or return no vector for it, which would shift the other vectors of a batch. */
export function orPeriod(text: string): string {
  return text.trim() === '' ? '.' : text;
}
