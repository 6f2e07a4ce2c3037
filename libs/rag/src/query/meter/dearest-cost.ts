import type { Model } from '#tenancy';
import type { ModelPrompt } from '../../llm/chain/model-answer.js';
import { costUsd } from '../cost.js';

/** What a chat protocol may put around two messages, in tokens. */
const framing = 16;

/** A model that may be asked, so many times, with one prompt. */
export interface PossibleCalls {
  readonly model: Model;
  readonly prompt: ModelPrompt;
  readonly calls: number;
}

/** The most that all of these calls can cost: a token is at least one byte, and no answer is longer than it may be. */
export function dearestCostUsd(possible: readonly PossibleCalls[]): number {
  return possible.reduce((sum, { model, prompt: { request }, calls }) => {
    const input = Buffer.byteLength(request.system) + Buffer.byteLength(request.user) + framing;
    return sum + calls * costUsd(model, input, request.maxTokens);
  }, 0);
}
