import { estimatedTokens } from './estimated-tokens.js';

describe('estimated tokens', () => {
  it('are a third of the ASCII characters and twice the others, and a little for the framing', () => {
    expect(estimatedTokens('')).toBe(16);
    expect(estimatedTokens('abcdef')).toBe(18);
    expect(estimatedTokens('租金😀')).toBe(22);
  });

  it('add up over the texts', () => {
    expect(estimatedTokens('abc', 'def')).toBe(18);
  });
});
