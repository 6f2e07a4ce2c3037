import { type CacheEntry, EntryTable, versionOfAbsence } from './entry-table.js';

const now = 1_000_000;

function anEntryTable(maxEntries = 3, options = {}) {
  const evicted: string[] = [];
  const bounds = { maxEntries, lifetimeMs: 100_000, keepFresh: false, ...options };
  const table = new EntryTable<string>(bounds, (key) => evicted.push(key));
  const add = (...keys: string[]): CacheEntry<string>[] =>
    keys.map((key) => table.set(key, { version: 1, value: key }, 1, now));
  const read = (...keys: string[]): void => keys.forEach((key) => (table.get(key)!.reads += 1));
  const sweepAndList = (share: number): string[] => {
    const visited: string[] = [];
    table.sweep(share, (key, _entry, isInUse) => visited.push(isInUse ? `${key}, in use` : key));
    return visited;
  };
  return { table, evicted, add, read, sweepAndList };
}

describe('EntryTable', () => {
  it('evicts entries that were not read since the last eviction', () => {
    const { table, evicted, add, read } = anEntryTable(3);
    add('a', 'b', 'c');
    read('a');
    add('d', 'e');
    expect(evicted).toEqual(['b', 'c']);
    expect(table.size).toBe(3);
    add('f');
    expect(evicted).toEqual(['b', 'c', 'a']);
  });

  it('evicts nothing for a key that it has', () => {
    const { evicted, add } = anEntryTable(2);
    add('a', 'b', 'a');
    expect(evicted).toEqual([]);
  });

  it('sets a lifetime of 80 to 100 %, and the refresh time at 80 % of it', () => {
    const { table, add } = anEntryTable();
    const [entry] = add('a');
    for (let round = 0; round < 200; round += 1) {
      table.extendLifetime(entry!, now);
      expect(entry!.expiresAt - now).toBeGreaterThan(80_000 - 1);
      expect(entry!.expiresAt - now).toBeLessThanOrEqual(100_000);
      expect(entry!.refreshAt - now).toBeCloseTo((entry!.expiresAt - now) * 0.8);
    }
  });

  it('drops the derived value of an entry when it is replaced', () => {
    const { add } = anEntryTable();
    const [entry] = add('a');
    Object.assign(entry!, { derived: 'value', generation: 0, isStale: true });
    add('a');
    expect(entry).toMatchObject({ derived: undefined, generation: -1, isStale: false });
  });
});

describe('EntryTable.sweep', () => {
  it('visits each entry once in thirty sweeps of a thirtieth', () => {
    const { add, sweepAndList } = anEntryTable(90);
    const keys = Array.from({ length: 90 }, (_, index) => `key-${index}`);
    add(...keys);
    for (let round = 0; round < 3; round += 1)
      expect(Array.from({ length: 30 }, () => sweepAndList(1 / 30)).flat()).toEqual(keys);
  });

  it('continues after dropped entries, and finds new ones', () => {
    const { table, add, sweepAndList } = anEntryTable(10);
    add('a', 'b', 'c', 'd');
    expect(sweepAndList(1 / 2)).toEqual(['a', 'b']);
    table.delete('c');
    add('e');
    expect(sweepAndList(1 / 2)).toEqual(['d', 'e']);
    table.clear();
    expect(sweepAndList(1)).toEqual([]);
    add('f');
    expect(sweepAndList(1)).toEqual(['f']);
  });

  it('reports whether each entry was read since the last visit', () => {
    const { add, read, sweepAndList } = anEntryTable();
    add('a', 'b');
    read('b');
    expect(sweepAndList(1)).toEqual(['a', 'b, in use']);
    expect(sweepAndList(1)).toEqual(['a', 'b']);
  });

  it('reports every entry but known absences as in use with keepFresh', () => {
    const { table, add, sweepAndList } = anEntryTable(3, { keepFresh: true });
    add('a');
    table.set('nobody', null, 0, now);
    expect(sweepAndList(1)).toEqual(['a, in use', 'nobody']);
  });
});

describe('EntryTable.drainReads', () => {
  it('reports every read once, also of removed entries', () => {
    const { table, add, read } = anEntryTable(2);
    add('a', 'b');
    read('a', 'a', 'b');
    const drainReads = (): Record<string, number> => {
      const reads: Record<string, number> = {};
      table.drainReads((key, count) => {
        if (count > 0) reads[key] = (reads[key] ?? 0) + count;
      });
      return reads;
    };
    expect(drainReads()).toEqual({ a: 2, b: 1 });
    read('a');
    table.delete('a');
    read('b');
    expect(drainReads()).toEqual({ a: 1, b: 1 });
    expect(drainReads()).toEqual({});
  });
});

describe('versionOfAbsence', () => {
  it('returns a version above that of a value, and equal to that of an absence', () => {
    const { add, table } = anEntryTable();
    expect(versionOfAbsence(undefined)).toBe(0);
    expect(versionOfAbsence(add('a')[0])).toBe(2);
    expect(versionOfAbsence(table.set('b', null, 4, now))).toBe(4);
  });
});
