import { setImmediate } from 'node:timers/promises';
import type { PartOptions } from './part-options.js';
import { aPart } from '../testing/a-part.js';

const lifetimeMs = 100_000;
/** Refreshed from 64 s to 80 s on, ended after 80 s to 100 s. */
const nobodysRefresh = 63_999;
const everybodysRefresh = 80_000;
const everybodysEnd = 100_000;

function expiringPart(options: PartOptions<string> = {}) {
  const made = aPart({ lifetimeMs, ...options });
  const start = made.around.time;
  /** So long after everything was loaded, every entry is looked at. */
  const sweepAt = async (afterMs: number): Promise<void> => {
    made.around.time = start + afterMs;
    made.part.tick(made.around.time, 1);
    await setImmediate();
  };
  return { ...made, sweepAt };
}

/** Holds `key`, which was read since the sweep last came by. */
async function heldAndRead(options: PartOptions<string> = {}) {
  const made = expiringPart(options);
  made.store.write('key', 'one');
  const entry = await made.warm('key');
  made.part.peek('key');
  return { ...made, entry };
}

describe('CachePart, whose entries end', () => {
  it('loads anew what is in use before its end, and keeps the very same entry when nothing changed', async () => {
    const { store, part, changed, entry, sweepAt } = await heldAndRead();
    await sweepAt(everybodysRefresh);
    expect(part.peek('key')).toBe(entry);
    await store.end();
    expect(part.peek('key')).toBe(entry);
    expect(changed).toEqual([]);
    expect(store.loads).toBe(2);
  });

  it('lets it live as long again then', async () => {
    const { store, part, entry, sweepAt } = await heldAndRead();
    await sweepAt(everybodysRefresh);
    await store.end();
    await sweepAt(everybodysRefresh + nobodysRefresh);
    expect(part.peek('key')).toBe(entry);
    expect(store.loads).toBe(2);
  });

  it('keeps its copy, which lasts for a day, on by the hour', async () => {
    const { store, around, sweepAt, part } = await heldAndRead();
    const kept: number[] = [];
    for (let seconds = 10; seconds <= 7_800; seconds += 10) {
      around.kept.clear();
      part.peek('key');
      await sweepAt(seconds * 1_000);
      await store.end();
      if (around.kept.has('key')) kept.push(seconds);
    }
    const [first = 0, second = 0, ...more] = kept;
    expect(more).toEqual([]);
    expect(first).toBeGreaterThanOrEqual(3_600);
    expect(second).toBeGreaterThanOrEqual(first + 3_600);
  });

  it('copies it again once Redis may have lost what it had', async () => {
    const { store, around, sweepAt, part } = await heldAndRead();
    around.kept.clear();
    around.doubt = { isInDoubt: true, since: around.time };
    await sweepAt(everybodysRefresh);
    await store.end();
    // Else every entry in use would wait for Redis to come back.
    expect(around.kept.size).toBe(0);
    around.doubt = { isInDoubt: false, since: around.time };
    part.peek('key');
    await sweepAt(2 * everybodysRefresh);
    await store.end();
    expect(around.kept.get('key')).toEqual({ version: 1, value: 'one' });
  });

  it('finds a change of which nobody told', async () => {
    const { store, part, changed, sweepAt } = await heldAndRead();
    store.write('key', 'two');
    await sweepAt(everybodysRefresh);
    await store.end();
    expect(part.peek('key')?.value).toBe('two');
    expect(changed).toEqual(['key']);
  });

  it('drops what nobody reads at its end, and says so', async () => {
    const { store, part, changed, warm, sweepAt } = expiringPart();
    store.write('key', 'one');
    await warm('key');
    await sweepAt(everybodysRefresh - 1);
    expect(part.counts.entries).toBe(1);
    const isStillHeld: boolean[] = [];
    part.onChange((key) => isStillHeld.push(part.peek(key) !== undefined));
    await sweepAt(everybodysEnd);
    expect(part.counts.entries).toBe(0);
    expect([changed, isStillHeld]).toEqual([['key'], [false]]);
    expect(store.loads).toBe(1);
  });

  it('looks at nothing before its time', async () => {
    const { store, part, sweepAt } = await heldAndRead();
    await sweepAt(nobodysRefresh);
    expect(store.loads).toBe(1);
    expect(part.counts.entries).toBe(1);
  });

  it('refuses from a late writer what is older than an entry that has ended', async () => {
    const { store, part, warm, sweepAt } = expiringPart();
    store.write('key', 'one');
    store.write('key', 'two');
    await warm('key');
    await sweepAt(everybodysEnd);
    part.put('key', store.at('key', 1)!);
    expect(part.peek('key')).toBeUndefined();
  });

  it('does not end all at one time', async () => {
    const { part, warm, sweepAt } = expiringPart({ maxEntries: 200 });
    for (let index = 0; index < 200; index += 1) await warm(`key-${index}`);
    await sweepAt(80_000);
    expect(part.counts.entries).toBe(200);
    await sweepAt(90_000);
    expect(part.counts.entries).toBeGreaterThan(50);
    expect(part.counts.entries).toBeLessThan(150);
    await sweepAt(everybodysEnd);
    expect(part.counts.entries).toBe(0);
  });
});

describe('CachePart, whose entries end while others live on them', () => {
  it('loads anew at its time what nobody reads itself', async () => {
    const { store, part, changed, warm, sweepAt } = expiringPart({ staysInUse: true });
    store.write('key', 'one');
    const entry = await warm('key');
    for (let round = 1; round <= 3; round += 1) {
      await sweepAt(round * everybodysRefresh);
      await store.end();
      expect(part.peek('key')).toBe(entry);
    }
    expect(changed).toEqual([]);
    expect(store.loads).toBe(4);
  });

  it('loads it anew at once when it changes', async () => {
    const { store, part, warm } = expiringPart({ staysInUse: true });
    store.write('key', 'one');
    await warm('key');
    part.apply('key', store.write('key', 'two'));
    await setImmediate();
    await store.end();
    expect(part.peek('key')?.value).toBe('two');
  });

  it('drops what is not there', async () => {
    const { part, warm, sweepAt } = expiringPart({ staysInUse: true });
    await warm('nobody');
    await sweepAt(everybodysEnd);
    expect(part.counts.entries).toBe(0);
  });
});

describe('CachePart, whose entries end while the store is away', () => {
  it('drops and loads nothing', async () => {
    const { around, store, part, entry, sweepAt } = await heldAndRead();
    around.store.isUp = false;
    await sweepAt(10 * everybodysEnd);
    expect(part.peek('key')).toBe(entry);
    expect(store.loads).toBe(1);
  });

  it('drops nothing while it may be away, but tries to load it', async () => {
    const { around, store, part, warm, sweepAt } = expiringPart();
    store.write('key', 'one');
    const entry = await warm('key');
    around.store.isFollowed = false;
    store.isAway = true;
    await sweepAt(everybodysEnd);
    await store.end();
    expect(part.peek('key')).toBe(entry);
    store.isAway = false;
    store.write('key', 'two');
    await sweepAt(everybodysEnd);
    await store.end();
    expect(part.peek('key')?.value).toBe('two');
  });

  it('stays with what it has when loading it anew fails', async () => {
    const { store, part, entry, sweepAt } = await heldAndRead();
    await sweepAt(everybodysRefresh);
    await store.fail();
    expect(part.peek('key')).toBe(entry);
  });
});
