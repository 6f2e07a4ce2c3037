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

describe('canonical JSON', () => {
  it('has its keys in the order of their code units, at every depth', () => {
    const value = { b: 1, a: [{ z: 1, é: 2, B: 3 }], ab: {} };
    expect(canonicalJson(value)).toBe('{"a":[{"B":3,"z":1,"é":2}],"ab":{},"b":1}');
  });

  it('does not depend on the order in which keys were written', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(canonicalJson(reversed(value))).toBe(canonicalJson(value));
      }),
    );
  });

  it('is JSON of the same value', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  it('keeps the key __proto__', () => {
    expect(canonicalJson(JSON.parse('{"b":1,"__proto__":2}'))).toBe('{"__proto__":2,"b":1}');
  });

  it('is the same for the same values and for no others', () => {
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

  it('takes nothing for null', () => {
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
