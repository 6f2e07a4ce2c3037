import { estimatePromptTokens } from './token-estimate.js';

describe('estimatePromptTokens', () => {
  it('counts a third of the ASCII characters, twice all others, and the framing', () => {
    expect(estimatePromptTokens('')).toBe(16);
    expect(estimatePromptTokens('abcdef')).toBe(18);
    expect(estimatePromptTokens('租金😀')).toBe(22);
  });

  it('adds up the tokens of all texts', () => {
    expect(estimatePromptTokens('abc', 'def')).toBe(18);
  });
});
