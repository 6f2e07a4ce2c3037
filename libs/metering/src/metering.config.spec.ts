import { MeteringConfig } from './metering.config.js';

describe('MeteringConfig', () => {
  it.each([
    [undefined, 30_000],
    ['100', 100],
  ])('reads QUERY_DEADLINE_MS=%s as %d ms', (value, queryDeadlineMs) => {
    expect(new MeteringConfig({ QUERY_DEADLINE_MS: value })).toMatchObject({ queryDeadlineMs });
  });

  it('refuses a deadline below 100 ms', () => {
    expect(() => new MeteringConfig({ QUERY_DEADLINE_MS: '99' })).toThrow('QUERY_DEADLINE_MS must be');
  });
});
