import { aCacheRegion } from '../../testing/a-cache-region.js';

/** The derived values of a region with one cached entry. */
async function aDerivedValue() {
  const fixture = aCacheRegion({ maxEntries: 2 });
  fixture.store.write('pro', 'one');
  await fixture.warm('pro');
  const derivedValues = fixture.region.derivedValues<string>();
  const setDerived = (from = 'one', generation = derivedValues.currentGeneration()): void =>
    derivedValues.set('pro', from, `made of ${from}`, generation);
  return { ...fixture, derivedValues, setDerived };
}

type Invalidation = [
  what: string,
  invalidate: (fixture: Awaited<ReturnType<typeof aDerivedValue>>) => unknown,
];

describe('DerivedValues', () => {
  it('returns the value derived from an entry, and counts a read of the entry', async () => {
    const { region, derivedValues, setDerived } = await aDerivedValue();
    expect(derivedValues.get('pro')).toBeUndefined();
    setDerived();
    expect(derivedValues.get('pro')).toBe('made of one');
    expect(derivedValues.get('pro')).toBe('made of one');
    const report = jest.fn();
    region.drainReads(report);
    expect(report).toHaveBeenCalledWith('pro', 2, 0);
  });

  it('keeps a derived value while the entry is found to be current', async () => {
    const { context, region, store, derivedValues, setDerived } = await aDerivedValue();
    setDerived();
    derivedValues.get('pro');
    region.tick(context.time + 235_000, 1);
    await store.finishLoad();
    region.put('pro', store.valueAt('pro', 1)!);
    expect(derivedValues.get('pro')).toBe('made of one');
  });

  it('drops one derived value, or all of them', async () => {
    const { region, derivedValues, setDerived } = await aDerivedValue();
    region.put('basic', { version: 1, value: 'basic' });
    derivedValues.set('basic', 'basic', 'made of basic', derivedValues.currentGeneration());
    setDerived();
    derivedValues.drop('pro');
    derivedValues.drop('unknown');
    expect([derivedValues.get('pro'), derivedValues.get('basic')]).toEqual([undefined, 'made of basic']);
    setDerived();
    derivedValues.dropAll();
    expect([derivedValues.get('pro'), derivedValues.get('basic')]).toEqual([undefined, undefined]);
    setDerived();
    expect(derivedValues.get('pro')).toBe('made of one');
  });

  const commonInputChange: Invalidation = [
    'a change of a common input',
    ({ derivedValues }) => derivedValues.dropAll(),
  ];
  const invalidations: Invalidation[] = [
    ['a change', ({ region }) => region.apply('pro', 2)],
    ['a deletion', ({ region }) => region.apply('pro', 2, true)],
    ['a newer entry', ({ region }) => region.put('pro', { version: 2, value: 'two' })],
    ['missed changes', ({ region }) => region.invalidateAll()],
    ['another store', ({ region }) => region.reset()],
    ['its expiry', ({ region, context }) => region.tick(context.time + 310_000, 1)],
    ['its eviction', async ({ warm }) => [await warm('a'), await warm('b')]],
  ];

  it.each(invalidations)('drops a derived value with its entry after %s', async (_what, invalidate) => {
    const fixture = await aDerivedValue();
    fixture.setDerived();
    await invalidate(fixture);
    expect(fixture.derivedValues.get('pro')).toBeUndefined();
  });

  it.each([...invalidations, commonInputChange])(
    'ignores a derived value whose computation started before %s',
    async (_what, invalidate) => {
      const fixture = await aDerivedValue();
      const generation = fixture.derivedValues.currentGeneration();
      await invalidate(fixture);
      fixture.setDerived('one', generation);
      expect(fixture.derivedValues.get('pro')).toBeUndefined();
    },
  );

  it('ignores a derived value of the old entry after the entry was loaded again', async () => {
    const { region, store, warm, derivedValues, setDerived } = await aDerivedValue();
    setDerived();
    region.apply('pro', store.write('pro', 'two'));
    await warm('pro');
    setDerived('one');
    expect(derivedValues.get('pro')).toBeUndefined();
    setDerived('two');
    expect(derivedValues.get('pro')).toBe('made of two');
  });
});
