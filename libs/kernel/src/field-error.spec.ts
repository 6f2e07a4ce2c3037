import { InvalidInputError, truncateValue } from './field-error.js';

describe('truncateValue', () => {
  it.each([
    [null, null],
    [undefined, null],
    [0, 0],
    [false, false],
    ['', ''],
    [{ a: 1 }, { a: 1 }],
    [['a'], ['a']],
    [Number.NaN, 'NaN'],
    [Number.POSITIVE_INFINITY, 'Infinity'],
  ])('truncateValue turns %j into %j', (value, truncated) => {
    expect(truncateValue(value)).toEqual(truncated);
  });

  it('returns at most 200 characters', () => {
    expect(truncateValue('x'.repeat(201))).toBe('x'.repeat(200));
    expect(truncateValue({ a: 'x'.repeat(500) })).toBe(`{"a":"${'x'.repeat(194)}`);
    expect(truncateValue(Array.from({ length: 1000 }, (_, at) => at))).toHaveLength(200);
  });

  it('returns JSON for every value', () => {
    const values = ['\ud83d'.repeat(3), `${'x'.repeat(199)}😀`, { __proto__: 1 }, [Number.NaN]];
    for (const value of values) expect(() => JSON.stringify(truncateValue(value))).not.toThrow();
  });

  it('returns null for a value nested deeper than the stack', () => {
    const deep: unknown = JSON.parse('['.repeat(100_000) + ']'.repeat(100_000));
    expect(() => truncateValue(deep)).not.toThrow();
  });
});

describe('InvalidInputError', () => {
  it('has the message of the only error, or the number of errors', () => {
    const fault = { field: 'a', rule: 'type', message: 'a must be a string.' } as const;
    expect(new InvalidInputError([fault]).message).toBe('a must be a string.');
    expect(new InvalidInputError([fault, fault]).message).toContain('2 fields');
  });

  it('lists every error with its value shortened', () => {
    const error = new InvalidInputError([
      { field: 'a', rule: 'max_length', message: 'Too long.', value: 'x'.repeat(999), max_length: 3 },
    ]);
    expect(error).toMatchObject({
      slug: 'invalid-input',
      details: {
        errors: [
          { field: 'a', rule: 'max_length', message: 'Too long.', value: 'x'.repeat(200), max_length: 3 },
        ],
      },
    });
  });
});
