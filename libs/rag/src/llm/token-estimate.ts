import type { ConversationTurn, GenerationRequest } from './generation.js';

const asciiPerToken = 3;
const tokensPerNonAscii = 2;
const beyondAscii = /[^\0-\x7f]/;
/** Tokens that a chat protocol adds around two messages, for roles and separators. */
export const framingTokens = 16;

/**
 * Upper estimate of a prompt's tokens, for models whose tokenizer is not available. English has about four characters a token, and
 * most other scripts at most one token a character. This counts three characters a token and two tokens a character, so a prompt
 * that fits by this estimate really fits, except for text of rare symbols.
 */
export function estimatePromptTokens(...texts: readonly string[]): number {
  return texts.reduce((sum, text) => sum + estimateTextTokens(text), framingTokens);
}

/** Tokens that a chat protocol adds around one more message. */
export const turnFramingTokens = 8;

/** Upper estimate of the tokens of a turn before the question. */
export function estimateTurnTokens({ content }: ConversationTurn): number {
  return estimateTextTokens(content) + turnFramingTokens;
}

/** Upper estimate of the tokens of a whole request. */
export function estimateRequestTokens({
  system,
  user,
  history,
}: Pick<GenerationRequest, 'system' | 'user' | 'history'>): number {
  return history.reduce((sum, turn) => sum + estimateTurnTokens(turn), estimatePromptTokens(system, user));
}

/** Upper estimate of the tokens of a text, without the framing. */
export function estimateTextTokens(text: string): number {
  if (!beyondAscii.test(text)) return Math.ceil(text.length / asciiPerToken);
  let nonAscii = 0;
  let ascii = 0;
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index);
    if (unit <= 0x7f) ascii += 1;
    // The second half of a surrogate pair belongs to the character before it.
    else if (unit < 0xdc00 || unit > 0xdfff) nonAscii += 1;
  }
  return Math.ceil(ascii / asciiPerToken) + nonAscii * tokensPerNonAscii;
}
