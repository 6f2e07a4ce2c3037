import { type CacheEntry, EntryTable, versionOfAbsence } from './entry-table.js';

const now = 1_000_000;

function anEntryTable(maxEntries = 3, options = {}) {
  const evicted: string[] = [];
  const bounds = { maxEntries, lifetimeMs: 100_000, keepFresh: false, ...options };
  const table = new EntryTable<string>(bounds, (key) => evicted.push(key));
  const hold = (...keys: string[]): CacheEntry<string>[] =>
    keys.map((key) => table.set(key, { version: 1, value: key }, 1, now));
  const read = (...keys: string[]): void => keys.forEach((key) => (table.get(key)!.reads += 1));
  const sweepAndList = (share: number): string[] => {
    const visited: string[] = [];
    table.sweep(share, (key, _slot, isInUse) => visited.push(isInUse ? `${key}, in use` : key));
    return visited;
  };
  return { slots: table, evicted, hold, read, swept: sweepAndList };
}

describe('Slots', () => {
  it('have room for so many, and make room by those not read since they last did', () => {
    const { slots, evicted, hold, read } = anEntryTable(3);
    hold('a', 'b', 'c');
    read('a');
    hold('d', 'e');
    expect(evicted).toEqual(['b', 'c']);
    expect(slots.size).toBe(3);
    hold('f');
    expect(evicted).toEqual(['b', 'c', 'a']);
  });

  it('make no room for a key that is held', () => {
    const { evicted, hold } = anEntryTable(2);
    hold('a', 'b', 'a');
    expect(evicted).toEqual([]);
  });

  it('renew for four to five fifths of the lifetime, and are refreshed in the last fifth of that', () => {
    const { slots, hold } = anEntryTable();
    const [slot] = hold('a');
    for (let round = 0; round < 200; round += 1) {
      slots.extendLifetime(slot!, now);
      expect(slot!.expiresAt - now).toBeGreaterThan(80_000 - 1);
      expect(slot!.expiresAt - now).toBeLessThanOrEqual(100_000);
      expect(slot!.refreshAt - now).toBeCloseTo((slot!.expiresAt - now) * 0.8);
    }
  });

  it('drop what was made of an entry when it is replaced', () => {
    const { hold } = anEntryTable();
    const [slot] = hold('a');
    Object.assign(slot!, { derived: 'made', generation: 0, isStale: true });
    hold('a');
    expect(slot).toMatchObject({ derived: undefined, generation: -1, isStale: false });
  });
});

describe('Slots, swept', () => {
  it('are each visited once in thirty sweeps of a thirtieth', () => {
    const { hold, swept } = anEntryTable(90);
    const keys = Array.from({ length: 90 }, (_, index) => `key-${index}`);
    hold(...keys);
    for (let round = 0; round < 3; round += 1)
      expect(Array.from({ length: 30 }, () => swept(1 / 30)).flat()).toEqual(keys);
  });

  it('go on behind those that were dropped, and find those that came', () => {
    const { slots, hold, swept } = anEntryTable(10);
    hold('a', 'b', 'c', 'd');
    expect(swept(1 / 2)).toEqual(['a', 'b']);
    slots.delete('c');
    hold('e');
    expect(swept(1 / 2)).toEqual(['d', 'e']);
    slots.clear();
    expect(swept(1)).toEqual([]);
    hold('f');
    expect(swept(1)).toEqual(['f']);
  });

  it('tell whether each was read since the last visit', () => {
    const { hold, read, swept } = anEntryTable();
    hold('a', 'b');
    read('b');
    expect(swept(1)).toEqual(['a', 'b, in use']);
    expect(swept(1)).toEqual(['a', 'b']);
  });

  it('are all in use where others live on them, but for known absences', () => {
    const { slots, hold, swept } = anEntryTable(3, { keepFresh: true });
    hold('a');
    slots.set('nobody', null, 0, now);
    expect(swept(1)).toEqual(['a, in use', 'nobody']);
  });
});

describe('Slots, counting', () => {
  it('count every read once, also of what is gone', () => {
    const { slots, hold, read } = anEntryTable(2);
    hold('a', 'b');
    read('a', 'a', 'b');
    const told = (): Record<string, number> => {
      const reads: Record<string, number> = {};
      slots.drainReads((key, count) => {
        if (count > 0) reads[key] = (reads[key] ?? 0) + count;
      });
      return reads;
    };
    expect(told()).toEqual({ a: 2, b: 1 });
    read('a');
    slots.delete('a');
    read('b');
    expect(told()).toEqual({ a: 1, b: 1 });
    expect(told()).toEqual({});
  });
});

describe('the version of an absence', () => {
  it('is above that of what was there, and that of an absence its own', () => {
    const { hold, slots } = anEntryTable();
    expect(versionOfAbsence(undefined)).toBe(0);
    expect(versionOfAbsence(hold('a')[0])).toBe(2);
    expect(versionOfAbsence(slots.set('b', null, 4, now))).toBe(4);
  });
});
