import type { GenerationRequest, TokenUsage } from '../generation.js';
import { estimateRequestTokens, estimateTextTokens } from '../token-estimate.js';
import type { TokenCounts } from './token-counts.js';

export interface CountedUsage extends TokenUsage {
  readonly isUsageEstimated: boolean;
}

/**
 * What the service bills. A count that it did not send is estimated from the texts, rather too high than too low. Some services leave
 * reasoning out of the completion and count it only in the total, so the greater of both counts.
 */
export function toTokenUsage(
  counts: TokenCounts,
  request: Pick<GenerationRequest, 'system' | 'user' | 'history' | 'maxTokens'>,
  writtenText: string,
): CountedUsage {
  // No prompt has no tokens, and no text has none: such a zero is no count.
  const promptTokens = counts.promptTokens || estimateRequestTokens(request);
  const completionCount = completionTokensOf(counts, writtenText);
  const completionTokens = completionCount ?? Math.min(estimateTextTokens(writtenText), request.maxTokens);
  const cachedPromptTokens = Math.min(counts.cachedPromptTokens ?? 0, promptTokens);
  return {
    promptTokens,
    cachedPromptTokens,
    cacheWriteTokens: Math.min(counts.cacheWriteTokens ?? 0, promptTokens - cachedPromptTokens),
    completionTokens,
    reasoningTokens: Math.min(counts.reasoningTokens ?? 0, completionTokens),
    isUsageEstimated: !counts.promptTokens || counts.completionTokens === null || completionCount === null,
  };
}

function completionTokensOf(
  { promptTokens, completionTokens, totalTokens, reasoningTokens }: TokenCounts,
  writtenText: string,
): number | null {
  const remainder = promptTokens && totalTokens ? Math.max(0, totalTokens - promptTokens) : 0;
  const count = Math.max(withReasoning(completionTokens ?? 0, reasoningTokens ?? 0), remainder);
  return count === 0 && (completionTokens === null || writtenText !== '') ? null : count;
}

/** More reasoning than completion: it was counted apart. */
function withReasoning(completionTokens: number, reasoningTokens: number): number {
  return reasoningTokens > completionTokens ? completionTokens + reasoningTokens : completionTokens;
}
