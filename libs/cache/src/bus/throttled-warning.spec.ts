import { ThrottledWarning } from './throttled-warning.js';

describe('ThrottledWarning', () => {
  it('warns once in ten seconds, and then counts the suppressed warnings', () => {
    const lines: string[] = [];
    let now = 50_000;
    const warning = new ThrottledWarning({ warn: (line: string) => lines.push(line) }, { now: () => now });
    warning.warn('first');
    warning.warn('second');
    warning.warn('third');
    now += 10_000;
    warning.warn('fourth');
    warning.warn('fifth');
    expect(lines).toEqual(['first', 'fourth (and 2 warnings before)']);
  });
});
