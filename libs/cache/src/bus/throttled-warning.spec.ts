import { ThrottledWarning } from './throttled-warning.js';

describe('SeldomWarning', () => {
  it('warns once in ten seconds and then counts what it kept back', () => {
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
