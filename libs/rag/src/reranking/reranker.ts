/** A chunk as a reranker gets it. */
export interface Passage {
  readonly title: string;
  readonly text: string;
  /** The score of retrieval, 0 to 1. */
  readonly score: number;
}

/**
 * Scores retrieved chunks against the question, more precisely than retrieval can afford.
 *
 * ```ts
 * const passages = [{ title: 'Lease', text: 'The rent is due on the first.', score: 0.6 }];
 * const scores = await reranker.score('When is the rent due?', passages, AbortSignal.timeout(3000));
 * ```
 */
export abstract class Reranker {
  /**
   * One score from 0 to 1 for each passage, in their order; higher is better. null: the service did not score this passage. An empty
   * list for an empty list.
   *
   * @throws Error of any kind if the service fails; the caller then keeps the order of retrieval
   */
  abstract score(
    question: string,
    passages: readonly Passage[],
    signal: AbortSignal,
  ): Promise<(number | null)[]>;
}
