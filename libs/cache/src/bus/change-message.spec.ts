import { changeOf } from '../../testing/change-bus.contract.js';
import { decodeChanges, encodeChanges } from './change-message.js';

describe('encodeChanges and decodeChanges', () => {
  it('decodes a message to what was encoded', () => {
    const [text] = encodeChanges({ from: 'me', at: 5, changes: [changeOf('a', 1)] });
    expect(decodeChanges(text!)).toEqual({ from: 'me', at: 5, changes: [changeOf('a', 1)] });
  });

  it('carries deletions', () => {
    const gone = { ...changeOf('a', 2), gone: true } as const;
    const [text] = encodeChanges({ from: 'me', at: null, changes: [gone, changeOf('b', 1)] });
    expect(decodeChanges(text!)?.changes).toEqual([gone, changeOf('b', 1)]);
  });

  it.each(['"gone":false', '"gone":null', '"gone":"yes"', '"who":"x"'])(
    'does not read %s as a deletion',
    (member) => {
      const text = `{"from":"me","changes":[{"kind":"plan","key":"a","version":1,${member}}]}`;
      expect(decodeChanges(text)?.changes).toEqual([changeOf('a', 1)]);
    },
  );

  it('puts at most 500 changes into one message', () => {
    const changes = Array.from({ length: 1_001 }, (_, index) => changeOf(String(index), 1));
    const messages = encodeChanges({ from: 'me', at: null, changes }).map(
      (text) => decodeChanges(text)!.changes,
    );
    expect(messages.map(({ length }) => length)).toEqual([500, 500, 1]);
    expect(messages.flat()).toEqual(changes);
  });

  it('accepts members that a newer release adds', () => {
    const text = '{"from":"me","at":5,"changes":[{"kind":"k","key":"a","version":1,"who":"x"}]}';
    expect(decodeChanges(text)?.changes).toHaveLength(1);
  });

  it.each([
    'no json',
    '',
    'null',
    '[]',
    '7',
    '{}',
    '{"from":"me"}',
    '{"changes":[]}',
    '{"from":1,"changes":[]}',
    '{"from":"me","changes":{}}',
    '{"from":"me","changes":[null]}',
    '{"from":"me","changes":[{"kind":"k","key":"a"}]}',
    '{"from":"me","changes":[{"kind":"k","key":1,"version":1}]}',
    '{"from":"me","changes":[{"kind":"k","key":"a","version":"1"}]}',
    '{"from":"me","changes":[{"kind":"k","key":"a","version":0}]}',
    '{"from":"me","changes":[{"kind":"k","key":"a","version":1.5}]}',
    '{"from":"me","changes":[{"kind":"k","key":"a","version":1e300}]}',
  ])('rejects the message %s', (text) => {
    expect(decodeChanges(text)).toBeNull();
  });
});
