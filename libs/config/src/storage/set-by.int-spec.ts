import fc from 'fast-check';
import { allTenants } from '#database';
import {
  type PartialSettings,
  type Setter,
  type SettersByName,
  settersAfterChange,
  settingNames,
} from '#settings';
import { arbitraryOwnSettings } from '../../../settings/testing/arbitrary-settings.js';
import { type TestStore, testStores } from '../../testing/test-stores.js';

const arbitrarySetter = fc.constantFrom<Setter[]>('tenant_admin', 'platform_admin', 'code');
const arbitrarySetters: fc.Arbitrary<SettersByName> = fc.record(
  Object.fromEntries(settingNames.map((name) => [name, arbitrarySetter])),
  { requiredKeys: [] },
);

/** A configuration before and after a change that keeps some of its values. */
const arbitraryChange = fc
  .record({
    settings: arbitraryOwnSettings,
    set_by: arbitrarySetters,
    others: arbitraryOwnSettings,
    kept: fc.subarray([...settingNames]),
    setters: arbitrarySetters,
    defaultSetter: arbitrarySetter,
  })
  .map(({ settings, others, kept, ...rest }) => {
    const keptValues = Object.entries(settings).filter(([name]) => kept.some((each) => each === name));
    const after: PartialSettings = { ...others, ...Object.fromEntries(keptValues) };
    return { ...rest, settings, after };
  });

describe.each(testStores)('attune_set_by on %s', (_name, open) => {
  let store: TestStore;

  beforeAll(async () => {
    store = await open();
  });
  afterAll(() => store.close());

  it('decides the same setters as settersAfterChange', async () => {
    const property = fc.asyncProperty(
      arbitraryChange,
      async ({ settings, set_by, after, setters, defaultSetter }) => {
        const sql = 'SELECT attune_set_by($1::jsonb, $2::jsonb, $3::jsonb, $4::jsonb, $5) AS set_by';
        const jsonValues = [settings, set_by, after, setters].map((each) => JSON.stringify(each));
        const [row] = await store.asSuperuser<{ set_by: SettersByName }>(sql, [...jsonValues, defaultSetter]);
        const setterOf = (name: keyof SettersByName): Setter => setters[name] ?? defaultSetter;
        expect(row?.set_by).toEqual(settersAfterChange({ settings, set_by }, after, setterOf));
      },
    );
    await fc.assert(property, { numRuns: 200 });
  });

  it('decides the setters of a row update and of a bulk write alike', async () => {
    const before = { temperature: 0.2, max_tokens: 300 };
    const after = { temperature: 0.2, max_tokens: 400, retrieval_top_k: 7 };
    await store.asSuperuser(
      `INSERT INTO tenants (tenant_id, name, plan) VALUES ('row', 'row', 'pro'), ('bulk', 'bulk', 'pro')`,
    );
    const update = `UPDATE tenant_configurations SET settings = $1::jsonb WHERE tenant_id = ANY($2)`;
    await store.asSuperuser(update, [JSON.stringify(before), ['row', 'bulk']]);
    await store.asSuperuser(update, [JSON.stringify(after), ['row']]);
    const write = `SELECT attune_write_configurations(ARRAY['bulk'], ARRAY[2]::bigint[], ARRAY[0], $1::jsonb, $2::jsonb, 'bulk', 'bulk')`;
    // What an older replica says of a value that stays is ignored.
    const setters = [{ temperature: 'code', max_tokens: 'platform_admin' }];
    await store.database.asPlatform(allTenants, () =>
      store.database.query(write, [JSON.stringify([after]), JSON.stringify(setters)]),
    );
    const rows = await store.asSuperuser<{ set_by: SettersByName }>(
      `SELECT set_by FROM tenant_configurations WHERE tenant_id IN ('row', 'bulk')`,
    );
    const expected = {
      temperature: 'platform_admin',
      max_tokens: 'platform_admin',
      retrieval_top_k: 'platform_admin',
    };
    expect(rows.map(({ set_by }) => set_by)).toEqual([expected, expected]);
  });
});
