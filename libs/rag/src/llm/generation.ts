/** One request to one model. Every value is within the limits of that model. */
export interface GenerationRequest {
  /** Catalogue id; it is also the provider's name of the model. */
  readonly model: string;
  /** Empty: no system message is sent. */
  readonly system: string;
  readonly user: string;
  /** null: none is sent, because the model accepts none. */
  readonly temperature: number | null;
  readonly maxTokens: number;
  /** Remaining time of this attempt. The caller's signal also ends the attempt. */
  readonly timeoutMs: number;
  /** The parts of `system` and `user`. The sandbox answers from it; other providers send only the two texts. */
  readonly context: GenerationContext;
}

/** Question and passages of a prompt. */
export interface GenerationContext {
  readonly question: string;
  /** The chunks in the prompt, best first. */
  readonly passages: readonly string[];
}

/** Why the model stopped. `other` covers reasons that a provider adds later. */
export type FinishReason = 'stop' | 'length' | 'content_filter' | 'other';

/** The answer of a model. */
export interface Generation {
  readonly text: string;
  /** The provider's count, by which it bills. */
  readonly promptTokens: number;
  readonly completionTokens: number;
  readonly finishReason: FinishReason;
  /** True: the service sent no token counts (some omit them in a stream), so these are upper estimates. */
  readonly isUsageEstimated: boolean;
}
