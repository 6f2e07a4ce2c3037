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

function tokensOf(text: string): number {
  let others = 0;
  for (const character of text) if (character > '\u007f') others += 1;
  const ascii = text.replace(/[^\0-\u007f]/gu, '').length;
  return Math.ceil(ascii / asciiPerToken) + others * tokensPerOther;
}
