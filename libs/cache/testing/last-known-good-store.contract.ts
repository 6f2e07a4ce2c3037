import { randomHex } from '#kernel';
import type { LastKnownGoodStore } from '../src/last-known-good/last-known-good-store.js';

/** What every `LastKnownGoodStore` must do. `open` returns a store that is ready. */
export function lastKnownGoodStoreContract(open: () => Promise<LastKnownGoodStore>): void {
  let store: LastKnownGoodStore;
  let key: string;

  beforeEach(async () => {
    store = await open();
    key = randomHex(8);
  });

  const save = (version: number, value: unknown) => store.save('plan', [{ key, version, value }]);
  const findOne = async (kind = 'plan') => (await store.find(kind, [key])).get(key);

  it('finds a saved copy, but only for its kind', async () => {
    const value = { name: 'Pro', limits: [1, 2.5, null, true], 'a "b"\n': 'é漢🙂' };
    await save(3, value);
    expect(await findOne()).toEqual({ version: 3, value });
    expect(await findOne('model')).toBeUndefined();
    expect(store.counters).toMatchObject({ kept: 1, found: 1, missing: 1 });
  });

  it('distinguishes a saved absence from a key without a copy', async () => {
    await save(4, null);
    const both = await store.find('plan', [key, `not-${key}`, key]);
    expect([...both]).toEqual([[key, { version: 4, value: null }]]);
  });

  it.each([
    [1, 2, 2],
    [2, 1, 2],
    [2, 2, 2],
    [9, 10, 10],
    [10, 9, 10],
    [0, 1, 1],
    [2 ** 53 - 2, 2 ** 53 - 1, 2 ** 53 - 1],
    [2 ** 53 - 1, 2 ** 53 - 2, 2 ** 53 - 1],
  ])('keeps, after saving version %d and then %d, the newest, %d', async (first, second, newest) => {
    await save(first, { number: first });
    await save(second, { number: second });
    expect(await findOne()).toEqual({ version: newest, value: { number: newest } });
  });

  it.each([
    ['one', 'other', 'other'],
    ['one', null, null],
    [null, 'one', null],
  ])('keeps, of equal versions, the last value or the deletion: %j, %j', async (first, second, kept) => {
    await save(2, first);
    await save(2, second);
    expect(await findOne()).toEqual({ version: 2, value: kept });
  });

  it('keeps the newest version whatever the order and number of writers', async () => {
    const versions = Array.from({ length: 50 }, (_, index) => index + 1).toSorted(() => Math.random() - 0.5);
    await Promise.all(versions.map((version) => save(version, version)));
    expect(await findOne()).toEqual({ version: 50, value: 50 });
  });

  it('accepts keys with any characters', async () => {
    key = '"}{\n\u0000é漢🙂:__proto__';
    await save(1, 'odd');
    expect(await findOne()).toEqual({ version: 1, value: 'odd' });
  });

  it('saves and finds ten thousand copies at once', async () => {
    const many = Array.from({ length: 10_000 }, (_, index) => ({
      key: `${key}-${index}`,
      version: index + 1,
      value: { index },
    }));
    await store.save('plan', many);
    expect(store.counters).toMatchObject({ kept: 10_000, lost: 0 });
    const sample = many.filter((_, index) => index % 500 === 0);
    const found = await store.find(
      'plan',
      sample.map((each) => each.key),
    );
    expect([...found.values()].map(({ version }) => version)).toEqual(sample.map(({ version }) => version));
  });

  it('does not save a value that is too big or not JSON, and counts it', async () => {
    await save(1, 'x'.repeat(300_000));
    await save(1, undefined);
    await save(1, 1n);
    expect(await findOne()).toBeUndefined();
    expect(store.counters).toMatchObject({ kept: 0, lost: 3 });
  });

  it('accepts empty lists', async () => {
    await store.save('plan', []);
    expect(await store.find('plan', [])).toEqual(new Map());
  });
}
