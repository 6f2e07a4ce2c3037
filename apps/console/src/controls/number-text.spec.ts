import { parseNumber, stepNumber } from './number-text.js';

describe('parseNumber', () => {
  it.each([
    ['0.3', 0.3],
    ['0,3', 0.3],
    [' 12 ', 12],
    ['1.', 1],
    ['', ''],
    ['warm', 'warm'],
    ['1 000', '1 000'],
  ])('reads %j as %j', (text, expected) => expect(parseNumber(text)).toBe(expected));
});

describe('stepNumber', () => {
  it('steps by 0.1 without errors of binary fractions, and stays within the bounds', () => {
    const bounds = { isWhole: false, min: 0, max: 2 };
    expect(stepNumber(0.2, 1, bounds)).toBe(0.3);
    expect(stepNumber(2, 1, bounds)).toBe(2);
    expect(stepNumber(0, -1, bounds)).toBe(0);
  });

  it('steps whole numbers by 1, and begins at the lowest value where there is no number', () => {
    expect(stepNumber(5, -1, { isWhole: true, min: 1, max: 20 })).toBe(4);
    expect(stepNumber('', 1, { isWhole: true, min: 1, max: 20 })).toBe(2);
  });
});
