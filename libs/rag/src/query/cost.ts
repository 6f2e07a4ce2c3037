import type { Model } from '#settings';
import type { ModelPrompt } from '../llm/fallback/model-answer.js';
import type { TokenUsage } from '../llm/generation.js';
import { framingTokens, turnFramingTokens } from '../llm/token-estimate.js';

const nanoPerMillionth = 1e3;
const nanoPerUsd = 1e9;

type Prices = Pick<
  Model,
  'input_usd_per_mtok' | 'output_usd_per_mtok' | 'cached_input_usd_per_mtok' | 'cache_write_usd_per_mtok'
>;
type BilledTokens = Omit<TokenUsage, 'reasoningTokens'>;

/**
 * The cost of a call in USD by the catalogue's prices. Tokens of the prompt that the provider's cache had, or was given, have prices of
 * their own; reasoning is output. Rounded half up to the nano-dollar, the unit of metering.
 */
export function costUsd(model: Prices, usage: BilledTokens): number {
  const { promptTokens, cachedPromptTokens, cacheWriteTokens, completionTokens } = usage;
  const cached = Math.min(cachedPromptTokens, promptTokens);
  const written = Math.min(cacheWriteTokens, promptTokens - cached);
  // Tokens times USD per million tokens is the cost in millionths of a dollar.
  const millionths =
    (promptTokens - cached - written) * model.input_usd_per_mtok +
    cached * (model.cached_input_usd_per_mtok ?? model.input_usd_per_mtok) +
    written * (model.cache_write_usd_per_mtok ?? model.input_usd_per_mtok) +
    completionTokens * model.output_usd_per_mtok;
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

/**
 * Upper bound of the cost of all these calls in USD: a token is at least one byte, each token of the prompt has the highest price of
 * input, and an answer has at most `maxTokens`.
 */
export function maxCostUsd(possible: readonly PossibleAttempts[]): number {
  return possible.reduce((sum, { model, prompt: { request }, maxAttempts }) => {
    const cost = costUsd(atHighestInputPrice(model), {
      promptTokens: maxPromptTokens(request),
      cachedPromptTokens: 0,
      cacheWriteTokens: 0,
      completionTokens: request.maxTokens,
    });
    return sum + maxAttempts * cost;
  }, 0);
}

function maxPromptTokens({ system, user, history, extraBody }: ModelPrompt['request']): number {
  const further = Object.keys(extraBody).length === 0 ? '' : JSON.stringify(extraBody);
  const texts = [system, user, further, ...history.map(({ content }) => content)];
  const framing = framingTokens + history.length * turnFramingTokens;
  return texts.reduce((sum, text) => sum + Buffer.byteLength(text), framing);
}

function atHighestInputPrice(model: Model): Prices {
  const { cached_input_usd_per_mtok: cached, cache_write_usd_per_mtok: written } = model;
  return { ...model, input_usd_per_mtok: Math.max(model.input_usd_per_mtok, cached ?? 0, written ?? 0) };
}
