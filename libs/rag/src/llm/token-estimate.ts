const asciiPerToken = 3;
const tokensPerNonAscii = 2;
/** Roles and separators that a chat protocol puts around two messages. */
const framingTokens = 16;

/**
 * How many tokens a prompt takes at most, for a model whose tokenizer we do not have. English runs at four characters a token and
 * most other scripts at one token a character or less; this counts three and two, so that a prompt which fits by it really fits,
 * save for text made of rare symbols.
 */
export function estimatePromptTokens(...texts: readonly string[]): number {
  return texts.reduce((sum, text) => sum + estimateTextTokens(text), framingTokens);
}

/** The same for a text alone. */
export function estimateTextTokens(text: string): number {
  let nonAscii = 0;
  let ascii = 0;
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index);
    if (unit <= 0x7f) ascii += 1;
    // The second half of a pair belongs to the character before it.
    else if (unit < 0xdc00 || unit > 0xdfff) nonAscii += 1;
  }
  return Math.ceil(ascii / asciiPerToken) + nonAscii * tokensPerNonAscii;
}
