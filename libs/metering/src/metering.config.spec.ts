import { MeteringConfig } from './metering.config.js';

describe('MeteringConfig', () => {
  it.each([
    [undefined, 30_000],
    ['100', 100],
  ])('reads QUERY_DEADLINE_MS=%s as %d ms', (value, queryDeadlineMs) => {
    expect(new MeteringConfig({ QUERY_DEADLINE_MS: value })).toMatchObject({ queryDeadlineMs });
  });

  it.each([
    [{}, 30_000, 300_000],
    [{ QUERY_DEADLINE_MS: '4000' }, 4_000, 300_000],
    [{ QUERY_DEADLINE_MS: '600000' }, 600_000, 600_000],
    [{ STREAM_SILENCE_MS: '9000', STREAM_DEADLINE_MS: '60000' }, 9_000, 60_000],
  ])('reads the times of a stream from %j', (variables, streamSilenceMs, streamDeadlineMs) => {
    const config = new MeteringConfig(variables);
    expect(config).toMatchObject({ streamSilenceMs, streamDeadlineMs });
    expect(config.maxQueryMs).toBe(Math.max(config.queryDeadlineMs, streamDeadlineMs));
  });

  it('refuses a STREAM_DEADLINE_MS that is less than QUERY_DEADLINE_MS', () => {
    expect(() => new MeteringConfig({ STREAM_DEADLINE_MS: '29999' })).toThrow(
      'STREAM_DEADLINE_MS must not be less than QUERY_DEADLINE_MS',
    );
  });

  it('refuses a deadline below 100 ms', () => {
    expect(() => new MeteringConfig({ QUERY_DEADLINE_MS: '99' })).toThrow('QUERY_DEADLINE_MS must be');
  });
});
