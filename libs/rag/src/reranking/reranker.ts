/** A chunk as a reranker sees it. */
export interface Passage {
  readonly title: string;
  readonly text: string;
  /** What retrieval thinks of it, 0..1. */
  readonly score: number;
}

/**
 * Judges chunks that retrieval found against the question, more closely than retrieval can afford to.
 *
 * ```ts
 * const scores = await reranker.judge('When is rent due?', passages, AbortSignal.timeout(3000));
 * ```
 */
export abstract class Reranker {
  /**
   * A score in 0..1 for each passage, in their order; more is better. Without passages nothing is asked.
   *
   * @throws Error of any kind when it cannot; the caller keeps the retrieval order then
   */
  abstract score(question: string, passages: readonly Passage[], signal: AbortSignal): Promise<number[]>;
}
