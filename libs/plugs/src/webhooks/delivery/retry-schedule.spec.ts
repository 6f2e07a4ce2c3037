import { readFileSync } from 'node:fs';
import { disabledAfter, failingAfter, nextDelayMs, readRetryAfter } from './retry-schedule.js';

const [second, minute, hour] = [1_000, 60_000, 3_600_000];

function format(ms: number): string {
  if (ms < minute) return `${ms / second} s`;
  return ms < hour ? `${ms / minute} min` : `${ms / hour} h`;
}

describe('nextDelayMs', () => {
  it('follows the table of Standard Webhooks: nine retries within 75 hours and a half, then none', () => {
    const delays = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10].map((failed) => nextDelayMs(failed, 0));
    expect(delays).toEqual([
      5_000,
      300_000,
      hour / 2,
      2 * hour,
      5 * hour,
      10 * hour,
      14 * hour,
      20 * hour,
      24 * hour,
      null,
    ]);
  });

  it('spreads deliveries that failed together over a tenth of the delay', () => {
    expect(nextDelayMs(2, 0.5)).toBeCloseTo(315_000);
    expect(nextDelayMs(2, 1)).toBeCloseTo(330_000);
  });

  it('waits for as long as the receiver asks, and never less than the table says', () => {
    expect(nextDelayMs(1, 0, 60_000)).toBe(60_000);
    expect(nextDelayMs(2, 0, 60_000)).toBe(300_000);
    expect(nextDelayMs(1, 0, 999 * hour)).toBe(24 * hour);
    expect(nextDelayMs(10, 0, 60_000)).toBeNull();
  });
});

describe('the guide to webhooks', () => {
  const guide = readFileSync('docs/guide/webhooks.md', 'utf8');

  it('names the delay of each attempt', () => {
    const delays = [...Array(10).keys()].map((failed) => format(nextDelayMs(failed, 0)!));
    expect(guide).toContain(`after ${delays.slice(0, -1).join(', ')} and ${delays.at(-1)!}`);
  });

  it('says when a webhook is failing, and when it is disabled', () => {
    expect(guide).toContain(`none has succeeded for ${failingAfter}.`);
    expect(guide).toContain(`nothing has succeeded for ${disabledAfter}.`);
  });
});

describe('readRetryAfter', () => {
  const now = Date.parse('2026-11-23T09:30:00Z');

  it.each([
    ['120', 120_000],
    [' 0 ', 0],
    ['Mon, 23 Nov 2026 09:31:00 GMT', 60_000],
    ['Mon, 23 Nov 2026 09:29:00 GMT', 0],
    ['999999999', 24 * hour],
    ['soon', 0],
    ['-5', 0],
    ['', 0],
    [null, 0],
  ])('reads %j as %s ms', (header, expected) => {
    expect(readRetryAfter(header, now)).toBe(expected);
  });
});
