import { shortValue } from './short-value.js';

it.each([
  [null, 'inherited'],
  [0.2, '0.2'],
  [false, 'false'],
  ['gpt-4', 'gpt-4'],
  ['a\n\n b', 'a b'],
  [{ tone: 'calm' }, '{"tone":"calm"}'],
  ['x'.repeat(99), `${'x'.repeat(80)}…`],
])('the value %j is written as %s', (value, text) => expect(shortValue(value)).toBe(text));
