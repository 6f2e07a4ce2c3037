import { InvalidInputError } from '#kernel';
import { parseIfMatch } from './version-conflicts.js';

describe('parseIfMatch', () => {
  it.each([
    [undefined, null],
    ['*', null],
    [' * ', null],
    ['"7"', [7]],
    ['"7-1a2b3c4d"', [7]],
    ['"7", "9-00000000"', [7, 9]],
    ['"7","9"', [7, 9]],
    ['W/"7"', []],
    ['W/"7", "8"', [8]],
    ['"not-ours"', []],
    ['""', []],
    ['"7-1A2B3C4D"', []],
    ['"-7"', []],
    ['"7.0"', []],
    [`"${'9'.repeat(400)}"`, []],
  ])('reads %s as the versions %j', (header, versions) => {
    expect(parseIfMatch(header)).toEqual(versions);
  });

  it.each(['', '7', '"7', '7"', "'7'", 'w/"7"', '"7" "8"', '"7";', '*, "7"', '"ä"x', 'x'.repeat(5000)])(
    'refuses the malformed header %s',
    (header) => {
      expect(() => parseIfMatch(header)).toThrow(InvalidInputError);
    },
  );
});
