import { decodeLastKnownGood, encodeLastKnownGood, maxEntryBytes } from './last-known-good-codec.js';

describe('encodeLastKnownGood and decodeLastKnownGood', () => {
  it.each([null, 0, '', [], { version: 9 }, { ['__proto__']: { a: 1 } }])(
    'decodes the value %j to what was encoded',
    (value) => {
      expect(decodeLastKnownGood(encodeLastKnownGood({ version: 7, value })!)).toEqual({ version: 7, value });
    },
  );

  it('writes the version first', () => {
    expect(encodeLastKnownGood({ version: 12, value: { a: 1 } })).toBe('{"version":12,"value":{"a":1}}');
  });

  it('accepts members that a newer release adds', () => {
    expect(decodeLastKnownGood('{"version":1,"at":5,"value":2}')).toEqual({ version: 1, value: 2 });
  });

  it('rejects copies above maxEntryBytes', () => {
    const frame = '{"version":1,"value":""}'.length;
    const longest = encodeLastKnownGood({ version: 1, value: 'x'.repeat(maxEntryBytes - frame) });
    expect(longest).toHaveLength(maxEntryBytes);
    expect(encodeLastKnownGood({ version: 1, value: 'x'.repeat(maxEntryBytes - frame + 1) })).toBeNull();
    expect(decodeLastKnownGood(longest!.replace('x', 'é'))).toBeNull();
  });

  it.each([
    '',
    'no json',
    'null',
    '7',
    '[]',
    '{}',
    '{"version":1}',
    '{"value":1}',
    '{"version":"1","value":1}',
    '{"version":-1,"value":1}',
    '{"value":1,"version":1}',
    ' {"version":1,"value":1}',
    '{"version":1.5,"value":1}',
    '{"version":1e300,"value":1}',
    '{"version":9007199254740993,"value":1}',
    '{"version":1,"value":{"cut',
  ])('rejects the text %s', (text) => {
    expect(decodeLastKnownGood(text)).toBeNull();
  });
});
