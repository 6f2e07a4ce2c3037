import fc from 'fast-check';
import { canonicalJson, isPlainObject, isJsonEqual, tryParseJson } from './canonical-json.js';

/** The same value with the keys of its objects in another order. */
function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (!isPlainObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toReversed()
      .map(([key, inner]) => [key, reversed(inner)]),
  );
}

describe('canonicalJson', () => {
  it('sorts keys by code unit at every depth', () => {
    const value = { b: 1, a: [{ z: 1, é: 2, B: 3 }], ab: {} };
    expect(canonicalJson(value)).toBe('{"a":[{"B":3,"z":1,"é":2}],"ab":{},"b":1}');
  });

  it('returns the same text for every order of the keys', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(canonicalJson(reversed(value))).toBe(canonicalJson(value));
      }),
    );
  });

  it('returns JSON of the same value', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  it('keeps the key __proto__', () => {
    expect(canonicalJson(JSON.parse('{"b":1,"__proto__":2}'))).toBe('{"__proto__":2,"b":1}');
  });

  it('returns equal text for equal values only', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (one, other) => {
        expect(isJsonEqual(one, reversed(one))).toBe(true);
        expect(isJsonEqual(one, other)).toBe(canonicalJson(one) === canonicalJson(other));
      }),
    );
    expect(isJsonEqual({ a: 1 }, { a: '1' })).toBe(false);
    expect(isJsonEqual([1, 2], [2, 1])).toBe(false);
    expect(isJsonEqual(0, false)).toBe(false);
  });

  it('treats undefined as null', () => {
    expect(isJsonEqual(undefined, null)).toBe(true);
    expect(isJsonEqual(undefined, false)).toBe(false);
  });
});

describe('tryParseJson', () => {
  it.each(['', '{', 'no json'])('returns undefined for the text %j', (text) => {
    expect(tryParseJson(text)).toBeUndefined();
  });

  it('returns the value of a JSON text', () => {
    expect(tryParseJson('{"a":[1,null]}')).toEqual({ a: [1, null] });
  });
});
