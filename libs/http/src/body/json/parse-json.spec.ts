import { isLargeJson, parseJson, parseLargeJson } from './parse-json.js';

const long = 'The rent is "due" on the first.\n'.repeat(50_000);

describe('parseJson and parseLargeJson', () => {
  it('return the value of a large text, also behind a byte order mark', async () => {
    const value = { title: 'Lease', text: long, metadata: { pages: [1, 2, null], constructor: 'x' } };
    const text = JSON.stringify(value);
    expect(isLargeJson(text)).toBe(true);
    expect(await parseLargeJson(text)).toEqual(value);
    expect(parseJson(text)).toEqual(value);
    expect(await parseLargeJson(`\ufeff${text}`)).toEqual(value);
  });

  it.each([
    ['is no JSON', `{"text": "${'x'.repeat(2_000_000)}"`, 'The body is not valid JSON.'],
    ['has a member __proto__', `{"text": "x", "a": [{"__proto__": {}}]}`, '__proto__'],
    ['has a constructor with prototype', `{"constructor": {"prototype": {}}}`, '__proto__'],
  ])('refuse a text that %s', async (_what, text, message) => {
    const error = { fieldErrors: [{ field: '', rule: 'type', message: expect.stringContaining(message) }] };
    await expect(parseLargeJson(text)).rejects.toMatchObject(error);
    expect(() => parseJson(text)).toThrow(expect.objectContaining(error));
  });

  it('parse several texts at the same time, each to its own value', async () => {
    const texts = [1, 2, 3, 4].map((number) => JSON.stringify({ number, text: long }));
    const values = await Promise.all(texts.map(parseLargeJson));
    expect(values.map((value) => (value as { number: number }).number)).toEqual([1, 2, 3, 4]);
  });
});
