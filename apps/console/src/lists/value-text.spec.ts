import { valueText } from './value-text.js';

it.each([
  ['gpt-4o', 'gpt-4o'],
  [0.2, '0.2'],
  [false, 'off'],
  [true, 'on'],
  [{ tone: 'warm', year: 2026 }, 'tone: warm, year: 2026'],
  [{}, 'none'],
  [['eu', 'us'], 'eu, us'],
  [{ limits: { max: 2 } }, 'limits: {"max":2}'],
  [null, 'not set'],
  [undefined, 'not set'],
  ['', 'not set'],
])('the value %j is written as "%s"', (value, text) => {
  expect(valueText(value)).toBe(text);
});

it('a long text is cut to the length, with a sign that it goes on', () => {
  expect(valueText('abcdefgh', 5)).toBe('abcd…');
  expect(valueText('abcde', 5)).toBe('abcde');
});
