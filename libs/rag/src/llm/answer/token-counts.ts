import { type Json, toRecord } from '../wire/json.js';

/** The token counts that a service sent. null: it did not send this one. */
export interface TokenCounts {
  readonly promptTokens: number | null;
  readonly completionTokens: number | null;
  /** Counts of prompt and completion together, from which a missing one follows. */
  readonly totalTokens: number | null;
  readonly cachedPromptTokens: number | null;
  readonly cacheWriteTokens: number | null;
  readonly reasoningTokens: number | null;
}

/** The largest window of the catalogue. A higher number is a mistake, and would use up the budget of a tenant with one query. */
const maxCount = 100_000_000;

export const noTokenCounts: TokenCounts = {
  promptTokens: null,
  completionTokens: null,
  totalTokens: null,
  cachedPromptTokens: null,
  cacheWriteTokens: null,
  reasoningTokens: null,
};

/** The counts of OpenAI's protocol, also under the names that other servers give to the same counts. */
export function parseOpenAiCounts(usage: Json): TokenCounts {
  const prompt = toRecord(usage['prompt_tokens_details'] ?? usage['input_tokens_details']);
  const completion = toRecord(usage['completion_tokens_details'] ?? usage['output_tokens_details']);
  return {
    promptTokens: firstCount(usage['prompt_tokens'], usage['input_tokens']),
    completionTokens: firstCount(usage['completion_tokens'], usage['output_tokens']),
    totalTokens: firstCount(usage['total_tokens']),
    cachedPromptTokens: firstCount(
      prompt['cached_tokens'],
      usage['prompt_cache_hit_tokens'],
      usage['cache_read_input_tokens'],
      usage['cached_tokens'],
    ),
    cacheWriteTokens: firstCount(
      prompt['cache_write_tokens'],
      prompt['cache_creation_tokens'],
      usage['cache_creation_input_tokens'],
    ),
    reasoningTokens: firstCount(completion['reasoning_tokens'], usage['reasoning_tokens']),
  };
}

/** The counts of Anthropic's protocol, which counts the tokens of its cache apart from `input_tokens`. */
export function parseAnthropicCounts(usage: Json): TokenCounts {
  const input = firstCount(usage['input_tokens']);
  const cached = firstCount(usage['cache_read_input_tokens']);
  const written = firstCount(usage['cache_creation_input_tokens']);
  const details = toRecord(usage['output_tokens_details']);
  return {
    promptTokens: input === null ? null : input + (cached ?? 0) + (written ?? 0),
    completionTokens: firstCount(usage['output_tokens']),
    totalTokens: null,
    cachedPromptTokens: cached,
    cacheWriteTokens: written,
    reasoningTokens: firstCount(details['thinking_tokens'], details['reasoning_tokens']),
  };
}

/** Counts of a stream come in several events, each for all of the answer so far: the later one counts. Zero tells nothing new. */
export function mergeCounts(earlier: TokenCounts, later: TokenCounts): TokenCounts {
  return {
    promptTokens: later.promptTokens || earlier.promptTokens,
    completionTokens: later.completionTokens || earlier.completionTokens,
    totalTokens: later.totalTokens || earlier.totalTokens,
    cachedPromptTokens: later.cachedPromptTokens || earlier.cachedPromptTokens,
    cacheWriteTokens: later.cacheWriteTokens || earlier.cacheWriteTokens,
    reasoningTokens: later.reasoningTokens || earlier.reasoningTokens,
  };
}

function firstCount(...values: readonly unknown[]): number | null {
  return values.find(isCount) ?? null;
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0 && (value as number) <= maxCount;
}
