export const degradationStages = ['retrieve', 'rerank', 'prompt', 'generate'] as const;

/** A stage that could not do what the configuration asks, and the reason. */
export interface Degradation {
  readonly stage: (typeof degradationStages)[number];
  readonly reason: string;
}
