const asciiPerToken = 3;
const tokensPerOther = 2;
/** Roles and separators that a chat protocol puts around two messages. */
const framing = 16;

/**
 * How many tokens a prompt takes at most, for a model whose tokenizer we do not have. English runs at four characters a token and
 * most other scripts at one token a character or less; this counts three and two, so that a prompt which fits by it really fits,
 * save for text made of rare symbols.
 */
export function estimatedTokens(...texts: readonly string[]): number {
  return texts.reduce((sum, text) => sum + tokensOf(text), framing);
}

/** The same for a text alone. */
export function tokensOf(text: string): number {
  let others = 0;
  let ascii = 0;
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    if (unit <= 0x7f) ascii += 1;
    // The second half of a pair belongs to the character before it.
    else if (unit < 0xdc00 || unit > 0xdfff) others += 1;
  }
  return Math.ceil(ascii / asciiPerToken) + others * tokensPerOther;
}
