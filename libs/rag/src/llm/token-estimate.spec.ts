import { estimatePromptTokens } from './token-estimate.js';

describe('estimated tokens', () => {
  it('are a third of the ASCII characters and twice the others, and a little for the framing', () => {
    expect(estimatePromptTokens('')).toBe(16);
    expect(estimatePromptTokens('abcdef')).toBe(18);
    expect(estimatePromptTokens('租金😀')).toBe(22);
  });

  it('add up over the texts', () => {
    expect(estimatePromptTokens('abc', 'def')).toBe(18);
  });
});
