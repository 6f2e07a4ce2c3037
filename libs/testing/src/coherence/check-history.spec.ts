import { type Violation, checkHistory } from './check-history.js';
import { type Change, type HistoryEntry, type History, type Read, loadBalancer } from './history.js';

function aChange(some: Partial<Change> = {}): Change {
  return { tenant: 'acme', value: 20, version: 2, startedAt: 10, endedAt: 20, ...some };
}

function aRead(some: Partial<Read> = {}): Read {
  const version = some.version ?? 2;
  return {
    tenant: 'acme',
    replica: 'one#1',
    version,
    value: version * 10,
    source: 'live',
    atLeast: null,
    startedAt: 30,
    endedAt: 40,
    phase: 'calm',
    ...some,
  };
}

/** Versions 1 to `newest`, each with ten times its number. */
function entriesUpTo(newest: number): HistoryEntry[] {
  return Array.from({ length: newest }, (_, index) => ({ version: index + 1, value: (index + 1) * 10 }));
}

function aHistory({
  entries = entriesUpTo(2),
  ...some
}: Partial<Omit<History, 'entries'>> & { entries?: HistoryEntry[] } = {}): History {
  return { changes: [aChange()], reads: [], ...some, entries: new Map([['acme', entries]]) };
}

function brokenRules(history: History, settledAt?: number): Violation['rule'][] {
  return checkHistory(history, settledAt).map(({ rule }) => rule);
}

describe('checkHistory', () => {
  it('finds nothing in a correct history', () => {
    const reads = [
      aRead({ version: 1, startedAt: 0, endedAt: 5 }),
      aRead(),
      aRead({ startedAt: 50, endedAt: 60, atLeast: 2 }),
    ];
    expect(checkHistory(aHistory({ reads }), 30)).toEqual([]);
  });

  it.each<[string, Change[], HistoryEntry[]]>([
    ['is missing', [aChange()], entriesUpTo(1)],
    ['was overwritten under its version', [aChange(), aChange({ value: 21 })], entriesUpTo(2)],
    ['has another value', [aChange({ value: 21 }), aChange({ version: null })], entriesUpTo(2)],
  ])('finds an acknowledged change that %s', (_what, changes, entries) => {
    expect(brokenRules(aHistory({ changes, entries }))).toEqual(['lost-change']);
  });

  it('finds a lost change of a tenant without any history', () => {
    expect(brokenRules({ changes: [aChange()], reads: [], entries: new Map() })).toEqual(['lost-change']);
  });

  it('accepts that a change of unknown outcome happened or not, but not twice', () => {
    const changes = [aChange({ version: null })];
    expect(checkHistory(aHistory({ changes, entries: entriesUpTo(1) }))).toEqual([]);
    expect(checkHistory(aHistory({ changes }))).toEqual([]);
    const twice = [...entriesUpTo(2), { version: 3, value: 20 }];
    expect(brokenRules(aHistory({ changes, entries: twice }))).toEqual(['invented-change']);
  });

  it('finds a version that nobody requested', () => {
    expect(brokenRules(aHistory({ entries: entriesUpTo(3) }))).toEqual(['invented-change']);
  });

  it('finds a gap in the versions', () => {
    const entries = entriesUpTo(3).filter(({ version }) => version !== 2);
    const changes = [aChange({ version: 3, value: 30 })];
    expect(brokenRules(aHistory({ changes, entries }))).toEqual(['version-gap']);
  });

  it.each([
    ['another version’s value', { value: 10 }],
    ['a version that there never was', { version: 3 }],
    ['another version’s value through the balancer', { value: 10, replica: loadBalancer }],
  ])('finds a read of %s', (_what, read) => {
    expect(brokenRules(aHistory({ reads: [aRead(read)] }))).toEqual(['wrong-value']);
  });

  describe('monotonic reads', () => {
    const earlier = aRead();
    const later = aRead({ version: 1, startedAt: 41, endedAt: 50 });

    it('finds that a replica went back to an older version, whatever the order of recording', () => {
      expect(brokenRules(aHistory({ reads: [earlier, later] }))).toEqual(['went-back']);
      expect(brokenRules(aHistory({ reads: [later, earlier] }))).toEqual(['went-back']);
    });

    it('compares with the highest version, not with the last one', () => {
      const reads = [earlier, later, aRead({ version: 1, startedAt: 60, endedAt: 70 })];
      expect(brokenRules(aHistory({ reads }))).toEqual(['went-back', 'went-back']);
    });

    it.each([
      ['reads that overlap', { startedAt: 40 }],
      ['another replica', { replica: 'two#1' }],
      ['another life of the replica', { replica: 'one#2' }],
      ['reads through the balancer', { replica: loadBalancer }],
      ['safe defaults', { version: 0, value: 1000, source: 'defaults' }],
    ])('does not count %s as going back', (_what, some) => {
      expect(checkHistory(aHistory({ reads: [earlier, { ...later, ...some }] }))).toEqual([]);
    });

    it('tells tenants apart', () => {
      const entries = new Map([
        ['acme', entriesUpTo(2)],
        ['other', entriesUpTo(1)],
      ]);
      const reads = [earlier, { ...later, tenant: 'other' }];
      expect(checkHistory({ changes: [aChange()], reads, entries })).toEqual([]);
    });
  });

  it('finds a read below the minimum version of its request', () => {
    const reads = [aRead({ version: 1, atLeast: 2, replica: loadBalancer })];
    expect(brokenRules(aHistory({ reads }))).toEqual(['below-minimum']);
  });

  it('finds a replica that has not caught up at the end', () => {
    const reads = [aRead({ version: 1, startedAt: 25 }), aRead({ version: 1, startedAt: 30, endedAt: 40 })];
    expect(brokenRules(aHistory({ reads }), 30)).toEqual(['not-caught-up']);
  });
});
