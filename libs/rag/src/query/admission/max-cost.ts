import type { Model } from '#tenancy';
import type { ModelPrompt } from '../../llm/fallback/model-answer.js';
import { costUsd } from '../cost.js';

/** What a chat protocol may put around two messages, in tokens. */
const framingTokens = 16;

/** A model that may be asked, so many times, with one prompt. */
export interface PossibleAttempts {
  readonly model: Model;
  readonly prompt: ModelPrompt;
  readonly maxAttempts: number;
}

/** The most that all of these calls can cost: a token is at least one byte, and no answer is longer than it may be. */
export function maxCostUsd(possible: readonly PossibleAttempts[]): number {
  return possible.reduce((sum, { model, prompt: { request }, maxAttempts: calls }) => {
    const inputTokens = Buffer.byteLength(request.system) + Buffer.byteLength(request.user) + framingTokens;
    return sum + calls * costUsd(model, inputTokens, request.maxTokens);
  }, 0);
}
