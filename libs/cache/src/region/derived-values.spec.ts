import { aCacheRegion } from '../../testing/a-cache-region.js';

/** Something made of a held entry, and the ways in which it goes out of date. */
async function aDerivedValue() {
  const fixture = aCacheRegion({ maxEntries: 2 });
  fixture.store.write('pro', 'one');
  await fixture.warm('pro');
  const derivedValues = fixture.region.derivedValues<string>();
  const keep = (from = 'one', since = derivedValues.currentGeneration()): void =>
    derivedValues.set('pro', from, `made of ${from}`, since);
  return { ...fixture, derivations: derivedValues, keep };
}

type End = [what: string, end: (made: Awaited<ReturnType<typeof aDerivedValue>>) => unknown];

describe('Derivations', () => {
  it('give what was made of a held entry, and count as reads of it', async () => {
    const { region, derivations, keep } = await aDerivedValue();
    expect(derivations.get('pro')).toBeUndefined();
    keep();
    expect(derivations.get('pro')).toBe('made of one');
    expect(derivations.get('pro')).toBe('made of one');
    const tell = jest.fn();
    region.drainReads(tell);
    expect(tell).toHaveBeenCalledWith('pro', 2, 0);
  });

  it('stay while the entry is found to be current', async () => {
    const { context, region, store, derivations, keep } = await aDerivedValue();
    keep();
    derivations.get('pro');
    region.tick(context.time + 235_000, 1);
    await store.finishLoad();
    region.put('pro', store.valueAt('pro', 1)!);
    expect(derivations.get('pro')).toBe('made of one');
  });

  it('are dropped alone, or all at once', async () => {
    const { region, derivations, keep } = await aDerivedValue();
    region.put('basic', { version: 1, value: 'basic' });
    derivations.set('basic', 'basic', 'made of basic', derivations.currentGeneration());
    keep();
    derivations.drop('pro');
    derivations.drop('unknown');
    expect([derivations.get('pro'), derivations.get('basic')]).toEqual([undefined, 'made of basic']);
    keep();
    derivations.dropAll();
    expect([derivations.get('pro'), derivations.get('basic')]).toEqual([undefined, undefined]);
    keep();
    expect(derivations.get('pro')).toBe('made of one');
  });

  const commonEnd: End = ['a change of what all are made of', ({ derivations }) => derivations.dropAll()];
  const ends: End[] = [
    ['a change', ({ region }) => region.apply('pro', 2)],
    ['a deletion', ({ region }) => region.apply('pro', 2, true)],
    ['a newer entry', ({ region }) => region.put('pro', { version: 2, value: 'two' })],
    ['missed changes', ({ region }) => region.invalidateAll()],
    ['another store', ({ region }) => region.reset()],
    ['its end', ({ region, context }) => region.tick(context.time + 310_000, 1)],
    ['the lack of room', async ({ warm }) => [await warm('a'), await warm('b')]],
  ];

  it.each(ends)('end with the entry, by %s', async (_what, end) => {
    const made = await aDerivedValue();
    made.keep();
    await end(made);
    expect(made.derivations.get('pro')).toBeUndefined();
  });

  it.each([...ends, commonEnd])('are not kept when they were begun before %s', async (_what, end) => {
    const made = await aDerivedValue();
    const since = made.derivations.currentGeneration();
    await end(made);
    made.keep('one', since);
    expect(made.derivations.get('pro')).toBeUndefined();
  });

  it('are not given back to an entry that is loaded anew after them', async () => {
    const { region, store, warm, derivations, keep } = await aDerivedValue();
    keep();
    region.apply('pro', store.write('pro', 'two'));
    await warm('pro');
    keep('one');
    expect(derivations.get('pro')).toBeUndefined();
    keep('two');
    expect(derivations.get('pro')).toBe('made of two');
  });
});
