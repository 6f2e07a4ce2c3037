import { median, percentile, ratios, rotate, medianWithRange } from './statistics.js';

const oneToHundred = Array.from({ length: 100 }, (_, index) => 100 - index);

describe('statistics', () => {
  it.each([
    [[3], 3],
    [[9, 1, 5], 5],
    [[10, 9, 2, 1], 5.5],
    [[100, 20, 3], 20],
  ])('the median of %j is %d', (values, expected) => {
    expect(median(values)).toBe(expected);
  });

  it.each([
    [0.5, 50],
    [0.99, 99],
    [1, 100],
    [0, 1],
  ])('the percentile %d of 1 to 100 is %d', (share, expected) => {
    expect(percentile(oneToHundred, share)).toBe(expected);
  });

  it('takes the largest of few values for their 99th percentile', () => {
    expect(percentile([1, 2, 30], 0.99)).toBe(30);
  });

  it('takes ratios within rounds', () => {
    expect(ratios([10, 40], [5, 10])).toEqual([2, 4]);
    expect(() => ratios([1], [1, 2])).toThrow('1 rounds cannot be compared with 2.');
  });

  it('shows the median of the ratios, not the ratio of the medians', () => {
    expect(medianWithRange(ratios([10, 40, 9], [5, 10, 9]), 1)).toBe('2.0 (1.0–4.0)');
  });

  it('refuses to sum up nothing', () => {
    expect(() => median([])).toThrow('no value');
    expect(() => percentile([], 0.5)).toThrow('no value');
  });

  it('lets each begin once', () => {
    const orders = [0, 1, 2, 3].map((round) => rotate(['a', 'b', 'c'], round).join(''));
    expect(orders).toEqual(['abc', 'bca', 'cab', 'abc']);
  });
});
