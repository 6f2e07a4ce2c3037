import type { ConversationTurn } from '../../llm/generation.js';
import { estimateTurnTokens } from '../../llm/token-estimate.js';

/** The turns of a conversation that a prompt has room for. */
export interface FittedHistory {
  /** Oldest first; the first one is a user's. */
  readonly turns: readonly ConversationTurn[];
  readonly dropped: number;
}

/**
 * Keeps the newest turns that fit. Turns of an assistant before the first of a user are left out, because models refuse a conversation that
 * an assistant begins.
 */
export function fitHistory(
  history: readonly ConversationTurn[],
  { maxTurns, maxTokens }: { readonly maxTurns: number; readonly maxTokens: number },
): FittedHistory {
  const lowest = Math.max(0, history.length - maxTurns);
  let first = history.length;
  for (let left = maxTokens; first > lowest; first -= 1) {
    left -= estimateTurnTokens(history[first - 1]!);
    if (left < 0) break;
  }
  while (first < history.length && history[first]!.role === 'assistant') first += 1;
  return { turns: history.slice(first), dropped: first };
}
