/** One question to one model, in the model's own terms: every value is one that it takes. */
export interface GenerationRequest {
  /** Id in the catalogue, which is the provider's own name of the model. */
  readonly model: string;
  /** Empty: no system message. */
  readonly system: string;
  readonly user: string;
  /** null: the model takes none, and none is sent. */
  readonly temperature: number | null;
  readonly maxTokens: number;
  /** What is left of this attempt's time. The caller's signal ends the attempt as well. */
  readonly timeoutMs: number;
  /** What `system` and `user` were made of. The sandbox answers from it; the real providers send only the two texts. */
  readonly context: GenerationContext;
}

export interface GenerationContext {
  readonly question: string;
  /** The chunks in the prompt, best first. */
  readonly passages: readonly string[];
}

/** Why the model stopped. `other` covers what a provider adds later. */
export type FinishReason = 'stop' | 'length' | 'content_filter' | 'other';

export interface Generation {
  readonly text: string;
  /** As the provider counted and bills them. */
  readonly promptTokens: number;
  readonly completionTokens: number;
  readonly finishReason: FinishReason;
  /** The service told no tokens, which some leave out of a stream: these are estimates, rather too high. */
  readonly isUsageEstimated: boolean;
}
