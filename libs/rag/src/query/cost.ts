import type { Model } from '#settings';
import type { ModelPrompt } from '../llm/fallback/model-answer.js';
import type { TokenUsage } from '../llm/generation.js';
import { framingTokens } from '../llm/token-estimate.js';

const nanoPerMillionth = 1e3;
const nanoPerUsd = 1e9;

/** The cost of a call in USD by the catalogue's prices. Rounded half up to the nano-dollar, the unit of metering. */
export function costUsd(
  model: Pick<Model, 'input_usd_per_mtok' | 'output_usd_per_mtok'>,
  { promptTokens, completionTokens }: Pick<TokenUsage, 'promptTokens' | 'completionTokens'>,
): number {
  // Tokens times USD per million tokens is the cost in millionths of a dollar.
  const millionths = promptTokens * model.input_usd_per_mtok + completionTokens * model.output_usd_per_mtok;
  return Math.round(millionths * nanoPerMillionth) / nanoPerUsd;
}

/** The sum of costs, to the nano-dollar. */
export function sumUsd(...costs: readonly number[]): number {
  return Math.round(costs.reduce((sum, cost) => sum + cost, 0) * nanoPerUsd) / nanoPerUsd;
}

/** A model that a query may call, up to `maxAttempts` times with the same prompt. */
export interface PossibleAttempts {
  readonly model: Model;
  readonly prompt: ModelPrompt;
  readonly maxAttempts: number;
}

/** Upper bound of the cost of all these calls in USD: a token is at least one byte, and an answer has at most `maxTokens`. */
export function maxCostUsd(possible: readonly PossibleAttempts[]): number {
  return possible.reduce((sum, { model, prompt: { request }, maxAttempts }) => {
    const promptTokens = Buffer.byteLength(request.system) + Buffer.byteLength(request.user) + framingTokens;
    return sum + maxAttempts * costUsd(model, { promptTokens, completionTokens: request.maxTokens });
  }, 0);
}
