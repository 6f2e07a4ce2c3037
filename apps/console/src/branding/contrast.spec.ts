import { contrastRatio } from './contrast.js';

it.each([
  ['#000000', '#ffffff', 21],
  ['#ffffff', '#ffffff', 1],
  ['#767676', '#FFFFFF', 4.54],
  ['#007bff', '#ffffff', 3.98],
])('the contrast of %s and %s is %d', (first, second, ratio) =>
  expect(contrastRatio(first, second)).toBeCloseTo(ratio, 2),
);

it.each(['red', '#fff', '', '#12345g'])('%j has no contrast', (colour) =>
  expect(contrastRatio(colour, '#ffffff')).toBeNull(),
);
