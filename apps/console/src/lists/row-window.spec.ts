import { rowWindowOf, rowsIn, scrollTopFor } from './row-window.js';

const seen = { height: 440, rowHeight: 44 };

describe('The window of rows', () => {
  it('the window covers what is seen, with spare rows on both sides, at every place', () => {
    for (let scrollTop = 0; scrollTop < 10_000; scrollTop += 7) {
      const { first, end } = rowWindowOf({ ...seen, scrollTop });
      expect(first).toBeLessThanOrEqual(Math.max(0, Math.floor(scrollTop / 44) - 6));
      expect(end).toBeGreaterThanOrEqual(Math.ceil((scrollTop + 440) / 44) + 5);
      expect(end - first).toBeLessThanOrEqual(26);
    }
  });

  it('a scroll within four rows keeps the window', () => {
    const windows = [0, 44, 100, 175].map((more) => rowWindowOf({ ...seen, scrollTop: 4400 + more }));
    expect(new Set(windows.map(({ first }) => first)).size).toBe(1);
  });
});

describe('The rows in the document', () => {
  it('the active row is among them, before or after the window, and once', () => {
    const window = { first: 10, end: 13 };
    expect(rowsIn(window, 100, 2)).toEqual([2, 10, 11, 12]);
    expect(rowsIn(window, 100, 11)).toEqual([10, 11, 12]);
    expect(rowsIn(window, 100, 50)).toEqual([10, 11, 12, 50]);
  });

  it('a list that became shorter has no row behind its end', () => {
    expect(rowsIn({ first: 10, end: 20 }, 12, 15)).toEqual([10, 11]);
    expect(rowsIn({ first: 10, end: 20 }, 0, -1)).toEqual([]);
  });
});

it('a row that is seen does not move the list, and one that is not is brought to the nearer edge', () => {
  const part = { ...seen, scrollTop: 1000 };
  expect(scrollTopFor(25, part, 36)).toBe(1000);
  expect(scrollTopFor(5, part, 36)).toBe(220);
  expect(scrollTopFor(40, part, 36)).toBe(36 + 41 * 44 - 440);
});
