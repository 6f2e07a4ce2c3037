import type { ReasoningEffort } from '#settings';

/** What a user or the service said before the question. */
export interface ConversationTurn {
  readonly role: 'user' | 'assistant';
  readonly content: string;
}

/** One request to one model. Every value is within the limits of that model. */
export interface GenerationRequest {
  /** The server's name of the model. */
  readonly model: string;
  /** Empty: no system message is sent. */
  readonly system: string;
  readonly user: string;
  /** The turns before, oldest first; the first one is a user's. */
  readonly history: readonly ConversationTurn[];
  /** null: none is sent, because the model accepts none. */
  readonly temperature: number | null;
  readonly maxTokens: number;
  /** null: none is sent. */
  readonly reasoningEffort: ReasoningEffort | null;
  /** Further members of the request's body; the others take precedence. */
  readonly extraBody: Readonly<Record<string, unknown>>;
  /** The parts of `system` and `user`. The sandbox answers from it; other providers send only the two texts. */
  readonly context: GenerationContext;
}

/** Question and passages of a prompt. */
interface GenerationContext {
  readonly question: string;
  /** The chunks in the prompt, best first. */
  readonly passages: readonly string[];
}

export const finishReasons = ['stop', 'length', 'content_filter'] as const;

/** Why the model stopped. */
export type FinishReason = (typeof finishReasons)[number];

/** What a provider bills for one call. */
export interface TokenUsage {
  /** All tokens of the prompt, with those that a cache had. */
  readonly promptTokens: number;
  /** Of the prompt: read from the provider's cache. */
  readonly cachedPromptTokens: number;
  /** Of the prompt: written into the provider's cache. */
  readonly cacheWriteTokens: number;
  /** All tokens that the model wrote, with its reasoning. */
  readonly completionTokens: number;
  /** Of the completion: reasoning, as far as the provider counts it apart. */
  readonly reasoningTokens: number;
}

/** The answer of a model. The token counts are the provider's, by which it bills. */
export interface Generation extends TokenUsage {
  /** Without the model's reasoning. Never empty. */
  readonly text: string;
  readonly finishReason: FinishReason;
  /** True: the service sent no complete token counts, so the missing ones are upper estimates. */
  readonly isUsageEstimated: boolean;
  /** What else differs from what the request asked for, one sentence each. */
  readonly deviations: readonly string[];
}

/** A piece of an answer while the model writes it. Reasoning is a sign of life, and no part of the answer. */
export interface GenerationPiece {
  readonly kind: 'text' | 'reasoning';
  readonly text: string;
}
