import { fromLines, toLines, typedValue } from './variables.js';

it('variables survive the way into lines and back', () => {
  const variables = { tone: 'dry', floor: 3, isOpen: true };
  expect(fromLines(toLines(variables))).toEqual(variables);
});

it('a line without a name is not sent, and of two lines with one name the last one counts', () => {
  const lines = [
    { name: 'tone', value: 'dry' },
    { name: ' tone ', value: 'warm' },
    { name: '  ', value: 'lost' },
  ];
  expect(fromLines(lines)).toEqual({ tone: 'warm' });
});

it.each([
  [3, '4', 4],
  [3, 'four', 'four'],
  [true, 'false', false],
  ['3', '4', '4'],
])('a value that was %j becomes %j typed as %j', (before, text, after) => {
  expect(typedValue(before, text)).toBe(after);
});
