/** How much one side's evidence says about relevance: the log-odds are `intercept + slope × evidence`. */
export interface Calibration {
  readonly intercept: number;
  /** Above 0: more evidence, more likely. */
  readonly slope: number;
}

/** The probability, in 0..1, that a chunk with this evidence is relevant. */
export function likelihood({ intercept, slope }: Calibration, evidence: number): number {
  return 1 / (1 + Math.exp(-(intercept + slope * evidence)));
}
