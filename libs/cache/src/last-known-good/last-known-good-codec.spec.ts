import { decodeLastKnownGood, encodeLastKnownGood, maxEntryBytes } from './last-known-good-codec.js';

describe('a copy as text', () => {
  it.each([null, 0, '', [], { version: 9 }, { ['__proto__']: { a: 1 } }])('comes back: %j', (value) => {
    expect(decodeLastKnownGood(encodeLastKnownGood({ version: 7, value })!)).toEqual({ version: 7, value });
  });

  it('begins with its version', () => {
    expect(encodeLastKnownGood({ version: 12, value: { a: 1 } })).toBe('{"version":12,"value":{"a":1}}');
  });

  it('is understood when a newer release adds members', () => {
    expect(decodeLastKnownGood('{"version":1,"at":5,"value":2}')).toEqual({ version: 1, value: 2 });
  });

  it('is at most so long', () => {
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
  ])('is refused when it reads %s', (text) => {
    expect(decodeLastKnownGood(text)).toBeNull();
  });
});
