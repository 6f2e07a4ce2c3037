import { OutageLog, type OutageLogOptions } from './outage-log.js';

function anOutageLog(options: OutageLogOptions = {}): { log: OutageLog; lines: unknown[][] } {
  const lines: unknown[][] = [];
  const record = (level: string) => (message: unknown, text?: unknown) =>
    void lines.push(text === undefined ? [level, message] : [level, message, text]);
  const logger = { log: record('info'), warn: record('warn'), error: record('error') };
  return { log: new OutageLog(logger, options), lines };
}

describe('OutageLog', () => {
  it('logs the first failure of an outage and no other', () => {
    const { log, lines } = anOutageLog();
    log.recordFailure('Redis does not answer.');
    log.recordFailure('Redis does not answer.');
    expect(lines).toEqual([['warn', 'Redis does not answer.']]);
  });

  it('logs the end of an outage once at level info', () => {
    const { log, lines } = anOutageLog({ recovery: 'Redis answers again.' });
    log.recordFailure('Redis does not answer.');
    log.recordRecovery();
    log.recordRecovery();
    expect(lines.slice(1)).toEqual([['info', 'Redis answers again.']]);
  });

  it('logs nothing when there was no outage', () => {
    const { log, lines } = anOutageLog({ recovery: 'Redis answers again.' });
    log.recordRecovery();
    expect(lines).toEqual([]);
  });

  it('logs the first failure of the next outage', () => {
    const { log, lines } = anOutageLog();
    log.recordFailure('first');
    log.recordRecovery();
    log.recordFailure('second');
    expect(lines).toEqual([
      ['warn', 'first'],
      ['warn', 'second'],
    ]);
  });

  it('logs each kind of failure once in an outage, at its own level', () => {
    const { log, lines } = anOutageLog();
    log.recordFailure('It does not answer.');
    log.recordFailure('The password is wrong.', { level: 'error', kind: 'password' });
    log.recordFailure('It does not answer.');
    log.recordFailure('The password is wrong.', { level: 'error', kind: 'password' });
    expect(lines).toEqual([
      ['warn', 'It does not answer.'],
      ['error', 'The password is wrong.'],
    ]);
  });

  it('counts the failures that it did not log for each kind', () => {
    const { log, lines } = anOutageLog();
    log.recordFailure('It does not answer.');
    log.recordFailure('It does not answer.');
    log.recordFailure('The password is wrong.', { level: 'error', kind: 'password' });
    expect(lines.at(-1)).toEqual(['error', 'The password is wrong.']);
  });

  it('logs the error of a failure as a field of the line', () => {
    const { log, lines } = anOutageLog();
    const err = new Error('refused');
    log.recordFailure('The job engine cannot work.', { err });
    expect(lines).toEqual([['warn', { err }, 'The job engine cannot work.']]);
  });

  it('repeats the warning after the given time, with the number of failures that it did not log', () => {
    let now = 50_000;
    const { log, lines } = anOutageLog({ repeatEveryMs: 10_000, clock: { now: () => now } });
    log.recordFailure('first');
    log.recordFailure('second');
    log.recordFailure('third');
    now += 10_000;
    log.recordFailure('fourth');
    log.recordFailure('fifth');
    expect(lines).toEqual([
      ['warn', 'first'],
      ['warn', 'fourth (2 more before)'],
    ]);
  });
});
