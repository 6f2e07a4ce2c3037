import { type Change, type Read, loadBalancer } from './history.js';
import { percentilesOf, stalenessByPhase } from './staleness.js';

const changes: Change[] = [
  { tenant: 'acme', value: 20, version: 2, startedAt: 90, endedAt: 100 },
  { tenant: 'acme', value: 30, version: 3, startedAt: 190, endedAt: 200 },
  { tenant: 'acme', value: 99, version: null, startedAt: 190, endedAt: 200 },
];

function maxOf(read: Partial<Read>, some = changes): number | undefined {
  const whole: Read = {
    tenant: 'acme',
    replica: 'one#1',
    version: 3,
    value: 0,
    source: 'live',
    atLeast: null,
    startedAt: 250,
    endedAt: 300,
    phase: 'calm',
    ...read,
  };
  return stalenessByPhase({ changes: some, reads: [whole], entries: new Map() }).get('calm')?.max;
}

describe('staleness', () => {
  it.each<[string, Partial<Read>, number | undefined]>([
    ['shows the newest change', {}, 0],
    ['misses the newest change', { version: 2 }, 50],
    ['misses two changes: since the older one', { version: 1 }, 150],
    ['began before the change was acknowledged', { version: 2, startedAt: 195 }, 0],
    ['shows more than was acknowledged', { version: 4 }, 0],
    ['is of a tenant that nobody changed', { tenant: 'other', version: 1 }, 0],
    ['gives safe defaults', { version: 0, source: 'defaults' }, undefined],
  ])('returns the expected staleness when a read %s', (_what, read, expected) => {
    expect(maxOf(read)).toBe(expected);
  });

  it('counts from the first acknowledgement, whatever the order of recording', () => {
    const overtaken = [changes[1]!, { ...changes[0]!, endedAt: 240 }];
    expect(maxOf({ version: 1 }, overtaken)).toBe(50);
  });

  it('separates the phases', () => {
    const read = {
      replica: loadBalancer,
      value: 0,
      source: 'live',
      atLeast: null,
      endedAt: 300,
      tenant: 'acme',
    };
    const reads = [
      { ...read, version: 2, startedAt: 210, phase: 'calm' },
      { ...read, version: 2, startedAt: 270, phase: 'storm' },
    ];
    const found = stalenessByPhase({ changes, reads, entries: new Map() });
    expect([...found].map(([phase, { max }]) => [phase, max])).toEqual([
      ['calm', 10],
      ['storm', 70],
    ]);
  });

  it('returns percentiles that occur among the values', () => {
    const values = Array.from({ length: 200 }, (_, index) => 200 - index);
    expect(percentilesOf(values)).toEqual({ count: 200, p50: 100, p99: 198, max: 200 });
    expect(percentilesOf([])).toEqual({ count: 0, p50: 0, p99: 0, max: 0 });
  });
});
