import { valueText } from './value-text.js';

it('values read as they are in JSON, texts without quotes, and nothing as "not set"', () => {
  expect(['gpt-4o', 0.2, false, { tone: 'warm' }, null, undefined].map((value) => valueText(value))).toEqual([
    'gpt-4o',
    '0.2',
    'false',
    '{"tone":"warm"}',
    'not set',
    'not set',
  ]);
});

it('a long text is cut to the length, with a sign that it goes on', () => {
  expect(valueText('abcdefgh', 5)).toBe('abcd…');
  expect(valueText('abcde', 5)).toBe('abcde');
});
