import { neighbourOf } from './focus-setting.js';

it('the changed settings are a circle, and the first step goes to the first or the last', () => {
  const names = ['a', 'b', 'c'];
  expect(neighbourOf(names, 'a', 1)).toBe('b');
  expect(neighbourOf(names, 'c', 1)).toBe('a');
  expect(neighbourOf(names, 'a', -1)).toBe('c');
  expect(neighbourOf(names, 'unchanged', 1)).toBe('a');
  expect(neighbourOf(names, undefined, -1)).toBe('c');
  expect(neighbourOf([], undefined, 1)).toBeUndefined();
});
