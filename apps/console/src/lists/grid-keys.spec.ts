import { moveIn } from './grid-keys.js';

it('keys move within the grid and never out of it', () => {
  expect(['j', 'ArrowDown', 'k', 'PageDown', 'End', 'Home'].map((key) => moveIn(key, 5, 10))).toEqual([
    6, 6, 4, 9, 9, 0,
  ]);
  expect(moveIn('k', 0, 10)).toBe(0);
});

it('other keys, and keys in an empty grid, do not move', () => {
  expect(moveIn('a', 5, 10)).toBeNull();
  expect(moveIn('j', 0, 0)).toBeNull();
});
