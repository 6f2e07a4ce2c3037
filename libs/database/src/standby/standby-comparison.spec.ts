import { StandbyComparison } from './standby-comparison.js';

const primary = { is_standby: false, database: '7001/16384', timeline: 1, wal: '1000' };
const standby = { ...primary, is_standby: true };
const behind = 'The standby is behind the primary.';

describe('StandbyComparison', () => {
  let comparison: StandbyComparison;

  beforeEach(() => {
    jest.useFakeTimers();
    comparison = new StandbyComparison();
  });
  afterEach(() => jest.useRealTimers());

  const readPrimary = (row = primary) => comparison.primaryCheck.verify(row);
  const readStandby = (row = standby) => comparison.standbyCheck.verify(row);

  it('accepts any standby until the primary was read once', () => {
    expect(() => readStandby({ ...standby, database: '7002/16384' })).not.toThrow();
  });

  it('refuses a standby as primary', () => {
    expect(() => readPrimary(standby)).toThrow('The server is a standby.');
  });

  it.each([
    ['another cluster', { database: '7002/16384' }, 'follows another database'],
    ['another database of the cluster', { database: '7001/16385' }, 'follows another database'],
    ['the primary', { is_standby: false }, 'is no standby'],
  ])('refuses %s, and names the variable', (_what, difference, problem) => {
    readPrimary();
    expect(() => readStandby({ ...standby, ...difference })).toThrow(
      `DATABASE_READ_URL: the server ${problem}`,
    );
  });

  it('accepts a standby that replays within five seconds what was committed, however much is committed after that', () => {
    for (let wal = 1000; wal < 2000; wal += 100) {
      readPrimary({ ...primary, wal: String(wal) });
      expect(() => readStandby({ ...standby, wal: String(wal - 100) })).not.toThrow();
      jest.advanceTimersByTime(1_000);
    }
  });

  it('counts a standby as behind when it has not replayed after five seconds what was committed, until it has', () => {
    readPrimary();
    expect(() => readStandby({ ...standby, wal: '999' })).not.toThrow();
    jest.advanceTimersByTime(5_001);
    expect(() => readStandby({ ...standby, wal: '999' })).toThrow(behind);
    expect(() => readStandby()).not.toThrow();
  });

  it('counts a standby as behind that has not followed a promotion after five seconds, until it has', () => {
    readPrimary();
    readStandby({ ...standby, wal: '999' });
    // The new primary has less than the old one had.
    readPrimary({ ...primary, timeline: 2, wal: '900' });
    jest.advanceTimersByTime(5_001);
    expect(() => readStandby({ ...standby, wal: '1000' })).toThrow(behind);
    expect(() => readStandby({ ...standby, timeline: 2, wal: '900' })).not.toThrow();
  });
});
