/** A question that a tenant keeps, with what its answer must contain. */
export interface GoldenQuestion {
  readonly id: string;
  readonly question: string;
  /** Ids of documents that must be among the sources. */
  readonly expect_sources: readonly string[];
  /** Phrases that the answer must contain. Case and spacing do not matter. */
  readonly expect_phrases: readonly string[];
}

export type NewGoldenQuestion = Omit<GoldenQuestion, 'id'>;
