import {
  NumberField,
  BooleanField,
  JsonObjectField,
  ArrayField,
  NumberOrKeywordField,
  EnumField,
  ObjectField,
  StringField,
  DateTimeField,
  IntegerField,
} from './field-decorators.js';
import { findFieldErrors, validateInput } from './validate-input.js';

class Inner {
  @StringField()
  name!: string;
}

class Input {
  @StringField({ optional: true, max: 3 })
  text?: string;

  @StringField({ optional: true, nullable: true, pattern: /^a+$/, patternHint: 'some a' })
  letters?: string | null;

  @IntegerField({ optional: true, min: 1, max: 9 })
  whole?: number;

  @NumberField({ optional: true, min: 0 })
  decimal?: number;

  @BooleanField({ optional: true })
  flag?: boolean;

  @EnumField(['x', 'y'], { optional: true })
  word?: string;

  @ArrayField('string', { optional: true, max: 2 })
  list?: string[];

  @ArrayField(['x', 'y'], { optional: true })
  words?: string[];

  @ObjectField(() => Inner, { optional: true })
  part?: Inner;

  @ArrayField(() => Inner, { optional: true })
  parts?: Inner[];

  @JsonObjectField({ optional: true })
  object?: object;

  @NumberOrKeywordField('unlimited', { optional: true, min: 0, max: 5 })
  budget?: number | 'unlimited';

  @DateTimeField({ optional: true })
  time?: string;
}

const brokenRules = (input: unknown): string[] =>
  findFieldErrors(Input, input).map(({ field, rule }) => `${field}: ${rule}`);
const parseJson = (text: string): unknown => JSON.parse(text);

describe('findFieldErrors and validateInput', () => {
  it.each([
    [{}],
    [{ text: '' }],
    [{ text: '😀😀😀' }],
    [{ text: 'a\nb' }],
    [{ letters: null }],
    [{ letters: 'aa' }],
    [{ whole: 1 }],
    [{ whole: 9 }],
    [{ decimal: 0.5 }],
    [{ flag: false }],
    [{ list: [] }],
    [{ list: ['a', 'b'] }],
    [{ words: ['x', 'x'] }],
    [{ part: { name: '' } }],
    [{ parts: [] }],
    [{ parts: [{ name: 'a' }] }],
    [{ object: {} }],
    [{ budget: 'unlimited' }],
    [{ budget: 5 }],
    [{ time: '2026-11-23T09:30:00Z' }],
    [{ time: '2028-02-29T23:59:59.999999+14:00' }],
    [Object.assign(Object.create(null) as object, { text: 'a' })],
  ])('findFieldErrors finds nothing wrong with %j', (input) => {
    expect(brokenRules(input)).toEqual([]);
  });

  it.each([
    [[], [': type']],
    [3, [': type']],
    [null, [': type']],
    ['x', [': type']],
    [{ other: 1 }, ['other: unknown_field']],
    [parseJson('{"constructor":1}'), ['constructor: unknown_field']],
    [parseJson('{"__proto__":{"text":1}}'), ['__proto__: unknown_field']],
    [parseJson('{"hasOwnProperty":1}'), ['hasOwnProperty: unknown_field']],
    [{ text: null }, ['text: type']],
    [{ text: 3 }, ['text: type']],
    [{ text: 'abcd' }, ['text: max_length']],
    [{ text: `a${'\ufe0f'.repeat(5000)}` }, ['text: max_length']],
    [{ text: 'a\0' }, ['text: pattern']],
    [{ text: '\ud800' }, ['text: pattern']],
    [{ text: '\u001b' }, ['text: pattern']],
    [{ letters: 'b' }, ['letters: pattern']],
    [{ whole: 0 }, ['whole: min']],
    [{ whole: 10 }, ['whole: max']],
    [{ whole: 1.5 }, ['whole: type']],
    [{ whole: '1' }, ['whole: type']],
    [parseJson('{"whole":1e400}'), ['whole: type']],
    [parseJson('{"decimal":1e400}'), ['decimal: type']],
    [{ whole: 2 ** 53 }, ['whole: type']],
    [{ decimal: Number.NaN }, ['decimal: type']],
    [{ flag: 1 }, ['flag: type']],
    [{ flag: 'true' }, ['flag: type']],
    [{ word: 'z' }, ['word: enum']],
    [{ word: 1 }, ['word: type']],
    [{ list: 'a' }, ['list: type']],
    [{ list: ['a', 1] }, ['list.1: type']],
    [{ list: ['a', 'b', 'c'] }, ['list: too_many']],
    [{ words: ['x', 'z'] }, ['words.1: enum']],
    [{ part: [] }, ['part: type']],
    [{ part: {} }, ['part.name: required']],
    [{ part: { name: 'x', q: 1 } }, ['part.q: unknown_field']],
    [{ parts: [1] }, ['parts.0: type']],
    [{ parts: [[]] }, ['parts.0: type']],
    [{ parts: {} }, ['parts: type']],
    [{ parts: [{ name: 'a' }, {}] }, ['parts.1.name: required']],
    [{ object: [] }, ['object: type']],
    [{ object: { a: { b: 'x\0' } } }, ['object: pattern']],
    [{ object: { 'a\0': 1 } }, ['object: pattern']],
    [{ budget: 6 }, ['budget: max']],
    [{ budget: 'high' }, ['budget: enum']],
    [{ budget: true }, ['budget: type']],
    [{ time: 'yesterday' }, ['time: pattern']],
    [{ time: '2026-13-01T00:00:00Z' }, ['time: pattern']],
    [{ time: '2030-02-30T00:00:00Z' }, ['time: pattern']],
    [{ time: '2030-04-31T00:00:00Z' }, ['time: pattern']],
    [{ time: '2029-02-29T00:00:00Z' }, ['time: pattern']],
    [{ time: '2030-01-01T24:00:00Z' }, ['time: pattern']],
    [{ time: '2030-01-01T00:00:60Z' }, ['time: pattern']],
    [{ time: '2030-01-01T00:00:00+24:00' }, ['time: pattern']],
    [{ time: '0000-01-01T00:00:00Z' }, ['time: pattern']],
    [{ time: '9999-12-31T23:59:59-23:00' }, ['time: pattern']],
    [{ time: 3 }, ['time: type']],
  ])('findFieldErrors reports the errors of %j', (input, expected) => {
    expect(brokenRules(input)).toEqual(expected);
  });

  it('findFieldErrors reports the value, the bounds and the allowed values', () => {
    expect(findFieldErrors(Input, { whole: 10, word: 'z', text: 'abcd' })).toMatchObject([
      { field: 'text', rule: 'max_length', value: 'abcd', max_length: 3 },
      { field: 'whole', rule: 'max', value: 10, min: 1, max: 9 },
      { field: 'word', rule: 'enum', value: 'z', allowed: ['x', 'y'] },
    ]);
  });

  it('validateInput returns an instance with the declared fields, and free JSON objects unchanged', () => {
    const object = parseJson('{"constructor":1,"__proto__":2,"a":{"b":1}}') as object;
    const input = validateInput(Input, { part: { name: 'n' }, object });
    expect(input).toBeInstanceOf(Input);
    expect(input.part).toBeInstanceOf(Inner);
    expect(Object.keys(input.object!)).toEqual(['constructor', '__proto__', 'a']);
  });

  it('findFieldErrors survives an object nested deeper than the stack', () => {
    const object = parseJson(`{"a":${'['.repeat(100_000)}${']'.repeat(100_000)}}`);
    expect(() => findFieldErrors(Input, { object })).not.toThrow();
  });

  it('findFieldErrors lists at most 100 errors', () => {
    const input = Object.fromEntries(Array.from({ length: 50_000 }, (_, at) => [`k${at}`, 1]));
    expect(findFieldErrors(Input, input)).toHaveLength(100);
  });

  it('findFieldErrors shortens long field names', () => {
    expect(findFieldErrors(Input, { ['k'.repeat(9999)]: 1 })[0]?.field).toHaveLength(200);
  });
});
