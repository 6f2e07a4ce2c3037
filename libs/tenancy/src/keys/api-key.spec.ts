import fc from 'fast-check';
import { formatApiKey, generateApiKey, isMistyped, parseApiKey } from './api-key.js';

describe('generateApiKey', () => {
  it('makes keys of one length whose checksum is right, so that a scanner of secrets can be sure', () => {
    for (let count = 0; count < 200; count += 1) {
      const text = formatApiKey(generateApiKey());
      expect(text).toMatch(/^atn_[0-9a-f]{16}_[0-9a-f]{56}$/);
      expect(isMistyped(parseApiKey(text)!)).toBe(false);
    }
  });
});

describe('isMistyped', () => {
  it('isMistyped is true after any one character of a generated key was changed', () => {
    const text = formatApiKey(generateApiKey());
    const places = fc.integer({ min: 4, max: text.length - 1 }).filter((place) => text[place] !== '_');
    fc.assert(
      fc.property(places, fc.constantFrom(...'0123456789abcdef'), (place, character) => {
        const changed = text.slice(0, place) + character + text.slice(place + 1);
        expect(isMistyped(parseApiKey(changed)!)).toBe(changed !== text);
      }),
    );
  });

  it('isMistyped is true for a generated key without its last characters', () => {
    const text = formatApiKey(generateApiKey());
    for (const missing of [1, 2, 8, 20]) expect(isMistyped(parseApiKey(text.slice(0, -missing))!)).toBe(true);
  });
});
