import { formatMs, formatRatio, formatUsd } from './format.js';

it.each([
  [0, '$0.00'],
  [12.4, '$12.40'],
  [0.0301, '$0.0301'],
  [0.000012345, '$0.0000123'],
  [-0.5, '-$0.50'],
])('%d dollars are written as %s', (usd, text) => expect(formatUsd(usd)).toBe(text));

it.each([
  [0.014, '0.01 ms'],
  [611.4, '611 ms'],
  [4210, '4.21 s'],
])('%d milliseconds are written as %s', (ms, text) => expect(formatMs(ms)).toBe(text));

it('scores have two digits, so that they line up', () => {
  expect([0.4, 0.827, 0].map((score) => formatRatio(score))).toEqual(['0.40', '0.83', '0.00']);
});
