/** A question that a tenant keeps, with what has to be in its answer. */
export interface GoldenQuestion {
  readonly id: string;
  readonly question: string;
  /** Ids of documents that must be among the sources. */
  readonly expect_sources: readonly string[];
  /** What the answer must say, whatever its case and spacing. */
  readonly expect_phrases: readonly string[];
}

export type NewGoldenQuestion = Omit<GoldenQuestion, 'id'>;
