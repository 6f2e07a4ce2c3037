import { DatabaseConfig } from '#database';
import { StartupNotices } from '#http';
import { Clock } from '#kernel';
import { StartCodeService } from './start-code.service.js';

const minuteMs = 60_000;

class SetClock extends Clock {
  ms = 0;

  now(): number {
    return this.ms;
  }
}

/** A service that has started, and the code that it printed. */
function start(variables: Record<string, string> = {}) {
  const clock = new SetClock();
  const notices = new StartupNotices();
  const codes = new StartCodeService(notices, clock, new DatabaseConfig(variables));
  codes.onApplicationBootstrap();
  const [notice] = notices.takePending(() => undefined);
  return { codes, clock, code: notice?.replace('sign-in-code ', '') };
}

const answer = () => Promise.resolve('signed in');

describe('StartCodeService', () => {
  it('prints another code of 256 bits at each start, and none where the database is a server', () => {
    const [first, second] = [start().code!, start().code!];
    expect(Buffer.from(first, 'base64url')).toHaveLength(32);
    expect(second).not.toBe(first);
    expect(start({ DATABASE_URL: 'postgres://a@localhost/b' }).code).toBeUndefined();
  });

  it('redeems the code once, also of two redemptions at the same time', async () => {
    const { codes, code } = start();
    const both = await Promise.all([codes.redeem(code!, answer), codes.redeem(code!, answer)]);
    expect(both).toEqual(['signed in', null]);
    expect(await codes.redeem(code!, answer)).toBeNull();
  });

  it('redeems the code until 10 minutes after the start', async () => {
    const [early, late] = [start(), start()];
    early.clock.ms = 10 * minuteMs - 1;
    late.clock.ms = 10 * minuteMs;
    expect(await early.codes.redeem(early.code!, answer)).toBe('signed in');
    expect(await late.codes.redeem(late.code!, answer)).toBeNull();
  });

  it('refuses another code, and keeps its own', async () => {
    const { codes, code } = start();
    expect(await codes.redeem(start().code!, answer)).toBeNull();
    expect(await codes.redeem(code!, answer)).toBe('signed in');
  });

  it('a redemption that fails does not use up the code', async () => {
    const { codes, code } = start();
    await expect(codes.redeem(code!, () => Promise.reject(new Error('no database')))).rejects.toThrow(
      'no database',
    );
    expect(await codes.redeem(code!, answer)).toBe('signed in');
  });
});
