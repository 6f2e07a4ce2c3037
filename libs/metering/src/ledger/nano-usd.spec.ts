import fc from 'fast-check';
import { toNanoUsd } from './nano-usd.js';

describe('toNanoUsd', () => {
  it.each([
    [0, 0],
    [0.1 + 0.2, 300_000_000],
    [0.000_000_15, 150],
    [1_000_000, 1e15],
    [5e300, 1e15 + 1],
    [Infinity, 1e15 + 1],
  ])('toNanoUsd returns for $%d %d nano-dollars', (usd, nano) => {
    expect(toNanoUsd(usd)).toBe(nano);
  });

  it('toNanoUsd never returns less for a higher amount', () => {
    const amount = fc.double({ min: 0, max: 2e6, noNaN: true });
    fc.assert(
      fc.property(amount, amount, (a, b) => {
        expect(toNanoUsd(Math.min(a, b))).toBeLessThanOrEqual(toNanoUsd(Math.max(a, b)));
      }),
    );
  });

  it.each([-1e-12, Number.NaN])('toNanoUsd refuses %d', (usd) => {
    expect(() => toNanoUsd(usd)).toThrow(RangeError);
  });
});
