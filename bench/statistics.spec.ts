import { median, percentile, ratios, rotate, medianWithRange } from './statistics.js';

const oneToHundred = Array.from({ length: 100 }, (_, index) => 100 - index);

describe('statistics', () => {
  it.each([
    [[3], 3],
    [[9, 1, 5], 5],
    [[10, 9, 2, 1], 5.5],
    [[100, 20, 3], 20],
  ])('median of %j is %d', (values, expected) => {
    expect(median(values)).toBe(expected);
  });

  it.each([
    [0.5, 50],
    [0.99, 99],
    [1, 100],
    [0, 1],
  ])('percentile %d of 1 to 100 is %d', (share, expected) => {
    expect(percentile(oneToHundred, share)).toBe(expected);
  });

  it('percentile returns the largest of few values as their 99th percentile', () => {
    expect(percentile([1, 2, 30], 0.99)).toBe(30);
  });

  it('ratios compares values within rounds', () => {
    expect(ratios([10, 40], [5, 10])).toEqual([2, 4]);
    expect(() => ratios([1], [1, 2])).toThrow('1 rounds cannot be compared with 2.');
  });

  it('medianWithRange of ratios shows the median of the ratios, not the ratio of the medians', () => {
    expect(medianWithRange(ratios([10, 40, 9], [5, 10, 9]), 1)).toBe('2.0 (1.0–4.0)');
  });

  it('median and percentile throw if there is no value', () => {
    expect(() => median([])).toThrow('no value');
    expect(() => percentile([], 0.5)).toThrow('no value');
  });

  it('rotate puts each item first once', () => {
    const orders = [0, 1, 2, 3].map((round) => rotate(['a', 'b', 'c'], round).join(''));
    expect(orders).toEqual(['abc', 'bca', 'cab', 'abc']);
  });
});
