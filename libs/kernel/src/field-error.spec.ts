import fc from 'fast-check';
import { type FieldError, InvalidInputError, toReportedErrors, truncateValue } from './field-error.js';

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

  it('truncateValue returns the beginning of the JSON, or the value if its JSON is short', () => {
    fc.assert(
      fc.property(fc.oneof(fc.array(fc.jsonValue()), fc.dictionary(fc.string(), fc.jsonValue())), (value) => {
        const text = JSON.stringify(value);
        expect(truncateValue(value)).toEqual(text.length <= 200 ? value : text.slice(0, 200));
      }),
    );
  });

  it('truncateValue reads no more of a large value than it returns', () => {
    let reads = 0;
    const counted = new Proxy([] as number[], {
      get: (target, name) => {
        reads += 1;
        return name === 'length' ? 1_000_000 : (Reflect.get(target, name) ?? 1);
      },
    });
    expect(truncateValue({ name: 'x'.repeat(300), list: counted })).toBe(`{"name":"${'x'.repeat(191)}`);
    expect(reads).toBe(0);
  });

  it('truncateValue cuts a value that is nested deeper than the stack', () => {
    const deep: unknown = JSON.parse('['.repeat(100_000) + ']'.repeat(100_000));
    expect(truncateValue(deep)).toBe('['.repeat(200));
  });
});

describe('toReportedErrors', () => {
  const unknown = (at: number): FieldError => ({
    field: `list.${at}`,
    rule: 'enum',
    message: 'Unknown.',
    value: 'v'.repeat(500),
    allowed: Array.from({ length: 200 }, (_, index) => `${'name'.repeat(25)}${index}`),
  });
  const errors = Array.from({ length: 5000 }, (_, at) => unknown(at));

  it('toReportedErrors returns the first 100 errors in less than 100 KB', () => {
    const reported = toReportedErrors(errors);
    expect(reported.map(({ field }) => field)).toEqual(errors.slice(0, 100).map(({ field }) => field));
    expect(JSON.stringify(reported).length).toBeLessThan(100_000);
  });

  it('toReportedErrors keeps a list of allowed values at the first error that has it', () => {
    const other = { ...unknown(2), allowed: ['a'] };
    const reported = toReportedErrors([unknown(0), unknown(1), other]);
    expect(reported.map(({ allowed }) => allowed?.length)).toEqual([200, undefined, 1]);
  });

  it('InvalidInputError says how many errors there are and that not all are listed', () => {
    const { message, details } = new InvalidInputError(errors);
    expect(message).toBe('5000 fields are not valid; see errors for each. It lists the first 100.');
    expect(details['errors']).toHaveLength(100);
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
