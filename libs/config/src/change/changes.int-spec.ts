import fc from 'fast-check';
import { isJsonEqual } from '#kernel';
import { arbitraryPatch, arbitraryOwnSettings } from '../../../settings/testing/arbitrary-settings.js';
import { type ConfigServices, anAuthor, startConfigServices } from '../../testing/config-services.js';
import { findBrokenEntries } from '../../testing/broken-history-entries.js';
import { type TestStore, testStores } from '../../testing/test-stores.js';
import { mergePatch, type PartialSettings, type SettingName, settingNames, changedSettings } from '#settings';

type Step =
  | { readonly kind: 'patch'; readonly patch: object }
  | { readonly kind: 'sql' | 'bulk' | 'apply'; readonly settings: PartialSettings }
  | { readonly kind: 'roll back'; readonly to: number; readonly by: 'tenant_admin' | 'platform_admin' };

const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    { weight: 4, arbitrary: arbitraryPatch.map((patch): Step => ({ kind: 'patch', patch })) },
    {
      weight: 3,
      arbitrary: fc
        .tuple(fc.constantFrom('sql' as const, 'bulk' as const, 'apply' as const), arbitraryOwnSettings)
        .map(([kind, settings]): Step => ({ kind, settings })),
    },
    {
      weight: 3,
      arbitrary: fc
        .tuple(fc.nat(20), fc.constantFrom('tenant_admin' as const, 'platform_admin' as const))
        .map(([to, by]): Step => ({ kind: 'roll back', to, by })),
    },
  ),
  { minLength: 1, maxLength: 12 },
);

function compareSettingNames(one: string, other: string): number {
  return settingNames.indexOf(one as SettingName) - settingNames.indexOf(other as SettingName);
}

describe.each(testStores)('ChangePipeline on %s', (storeName, open) => {
  let store: TestStore;
  let services: ConfigServices;
  let count = 0;
  /** Changed beside the others by statements over several tenants. */
  let bystander: string;

  beforeAll(async () => {
    store = await open();
    services = await startConfigServices(store.database);
    bystander = await aTenant();
  });

  afterAll(async () => {
    await services.close();
    await store.close();
  });

  async function aTenant(): Promise<string> {
    const id = `tenant-${(count += 1)}`;
    await store.asSuperuser(`INSERT INTO tenants (tenant_id, name, plan) VALUES ($1, 'Tenant', 'pro')`, [id]);
    return id;
  }

  /** The settings that a file owns. */
  async function ownedByFiles(id: string): Promise<string[]> {
    const sql = `SELECT key FROM tenant_configurations, jsonb_each_text(set_by) WHERE tenant_id = $1 AND value = 'code'`;
    return (await store.asSuperuser<{ key: string }>(sql, [id])).map(({ key }) => key);
  }

  /** One statement over two tenants, signed as a bulk update or as an apply. */
  async function writeMany(id: string, kind: 'bulk' | 'apply', settings: PartialSettings): Promise<void> {
    const [action, setBy] = kind === 'bulk' ? ['bulk_update', ''] : ['apply', 'code'];
    await store.database.asPlatform('*', async () => {
      const sign = `SELECT set_config('app.action', $1, true), set_config('app.set_by', $2, true), set_config('app.bulk_id', $3, true)`;
      await store.database.query(sign, [action, setBy, kind === 'bulk' ? 'bulk-1' : '']);
      const sql =
        'UPDATE tenant_configurations SET settings = settings || $2::jsonb WHERE tenant_id = ANY($1)';
      await store.database.query(sql, [[id, bystander], JSON.stringify(settings)]);
    });
  }

  async function take(id: string, step: Step, past: readonly PartialSettings[]): Promise<PartialSettings> {
    const now = past.at(-1)!;
    if (step.kind === 'patch') return patched(id, step.patch, now);
    if (step.kind === 'roll back') return rolledBack(id, step, past);
    if (step.kind === 'sql') {
      const sql = 'UPDATE tenant_configurations SET settings = $2::jsonb WHERE tenant_id = $1';
      await store.asSuperuser(sql, [id, JSON.stringify(step.settings)]);
      return step.settings;
    }
    await writeMany(id, step.kind, step.settings);
    return { ...now, ...step.settings };
  }

  async function patched(id: string, patch: object, now: PartialSettings): Promise<PartialSettings> {
    const next = mergePatch(now, patch);
    const changed = changedSettings(now, next);
    const isRefused = (await ownedByFiles(id)).some((name) => changed.includes(name as SettingName));
    const attempt = services.patch(anAuthor(id), patch);
    if (isRefused) await expect(attempt).rejects.toMatchObject({ slug: 'managed-by-code' });
    else await attempt;
    return isRefused ? now : next;
  }

  async function rolledBack(
    id: string,
    { to, by }: { to: number; by: 'tenant_admin' | 'platform_admin' },
    past: readonly PartialSettings[],
  ): Promise<PartialSettings> {
    const version = (to % past.length) + 1;
    const [now, old] = [past.at(-1)!, past[version - 1]!];
    const kept = by === 'platform_admin' ? [] : await ownedByFiles(id);
    const expected = Object.fromEntries(
      settingNames
        .map((name) => [name, (kept.includes(name) ? now : old)[name]] as const)
        .filter(([, value]) => value !== undefined),
    );
    const answer = await services.rollBack(anAuthor(id, by), { version }, { reason: 'back' });
    expect(answer.kept).toEqual(
      kept
        .filter((name) => !isJsonEqual(expected[name], old[name as SettingName]))
        .toSorted(compareSettingNames),
    );
    return expected;
  }

  /** A platform admin's rollback restores `override_allowed` too: a version of its own, though the settings stay. */
  async function isOfOverride(id: string, step: Step, past: readonly PartialSettings[]): Promise<boolean> {
    if (step.kind !== 'roll back' || step.by !== 'platform_admin') return false;
    const sql = 'SELECT version::int AS version FROM tenant_configurations WHERE tenant_id = $1';
    const [row] = await store.asSuperuser<{ version: number }>(sql, [id]);
    return row!.version === past.length + 1;
  }

  it('restores every version exactly, after any later changes', async () => {
    await fc.assert(
      fc.asyncProperty(steps, async (sequence) => {
        const id = await aTenant();
        const past: PartialSettings[] = [{}];
        for (const step of sequence) {
          const next = await take(id, step, past);
          if (!isJsonEqual(next, past.at(-1)) || (await isOfOverride(id, step, past))) past.push(next);
        }
        const versions = past.map((_, at) => services.history.getVersion(id, at + 1));
        expect((await Promise.all(versions)).map(({ settings }) => settings)).toEqual(past);
        await expect(services.history.getVersion(id, past.length + 1)).rejects.toMatchObject({
          slug: 'not-found',
        });
        expect(await findBrokenEntries(store, id)).toEqual([]);
      }),
      { numRuns: storeName === 'Postgres' ? 40 : 12 },
    );
  });

  it('shows a change in the next read', async () => {
    const id = await aTenant();
    expect(await services.reader.current(id)).toMatchObject({ version: 1, settings: { temperature: 0.7 } });
    const changed = await services.patch(anAuthor(id), { temperature: 0 });
    expect(changed).toMatchObject({ version: 2, settings: { temperature: 0 } });
    expect((await services.reader.current(id)).body).toBe(changed.body);
    await services.rollBack(anAuthor(id), { steps: 1 });
    expect(await services.reader.current(id)).toMatchObject({ version: 3, settings: { temperature: 0.7 } });
  });

  it('makes a version for a value equal to the inherited one, and none for a value that is stored already', async () => {
    const id = await aTenant();
    expect(await services.patch(anAuthor(id), { temperature: 0.7 })).toMatchObject({ version: 2 });
    expect(await services.patch(anAuthor(id), { temperature: 0.7 })).toMatchObject({ version: 2 });
    expect(await services.patch(anAuthor(id), { max_tokens: null })).toMatchObject({ version: 2 });
  });

  it('refuses a version that is no longer current, and says what changed since', async () => {
    const id = await aTenant();
    await services.patch(anAuthor(id), { temperature: 0 });
    await services.patch(anAuthor(id), { max_tokens: 300 });
    await expect(services.patch(anAuthor(id), { retrieval_top_k: 2 }, [1])).rejects.toMatchObject({
      slug: 'version-mismatch',
      details: { current_version: 3, changed_fields: ['max_tokens', 'temperature'] },
    });
    expect(await services.patch(anAuthor(id), { retrieval_top_k: 2 }, [1, 3])).toMatchObject({ version: 4 });
  });

  it('makes or refuses each change of many concurrent writers', async () => {
    const id = await aTenant();
    const writers = Array.from({ length: 12 }, (_, at) =>
      services.patch(anAuthor(id), { max_tokens: 200 + at }),
    );
    const results = await Promise.allSettled(writers);
    const won = results.filter((result) => result.status === 'fulfilled').map(({ value }) => value);
    const lost = results
      .filter((result) => result.status === 'rejected')
      .map(({ reason }) => reason as object);
    expect(won.length).toBeGreaterThan(0);
    for (const error of lost) expect(error).toMatchObject({ slug: 'concurrent-update' });
    const { items } = await services.history.list(id, 200, undefined);
    expect(items.map(({ version }) => version)).toEqual(items.map((_, at) => items.length - at));
    const written = items.slice(0, -1).map(({ version, changes }) => [version, changes[0]?.to]);
    const answered = won.map(({ version, settings }) => [version, settings.max_tokens]);
    expect(answered.toSorted(([a], [b]) => Number(b) - Number(a))).toEqual(written);
  });

  it('turns override_allowed off when a tenant changes a value of the platform', async () => {
    const id = await aTenant();
    const platform = anAuthor(id, 'platform_admin');
    await services.patch(platform, { temperature: 0, max_documents: 200 });
    expect(JSON.parse((await services.patch(anAuthor(id), { max_tokens: 300 })).body)).toMatchObject({
      override_allowed: true,
    });
    expect(JSON.parse((await services.patch(anAuthor(id), { temperature: null })).body)).toMatchObject({
      override_allowed: false,
    });
    await expect(services.patch(platform, { temperature: 1 })).rejects.toMatchObject({
      slug: 'override-not-allowed',
    });
    await expect(services.patch(platform, { temperature: 1, force: true })).rejects.toMatchObject({
      slug: 'invalid-input',
    });
    await services.patch(platform, { temperature: 1, force: true, reason: 'incident 12' });
    const { items } = await services.history.list(id, 1, undefined);
    expect(items[0]).toMatchObject({
      changed_by: 'key:platform_admin',
      changed_by_role: 'platform_admin',
      reason: 'incident 12',
    });
  });

  it('keeps the platform’s settings in a rollback, unless the platform rolls back', async () => {
    const id = await aTenant();
    const platform = anAuthor(id, 'platform_admin');
    await services.patch(anAuthor(id), { temperature: 0 });
    await services.patch(platform, { max_documents: 200, temperature: 1 });
    const mine = await services.rollBack(anAuthor(id), { version: 2 });
    expect(mine).toMatchObject({
      kept: ['max_documents'],
      configuration: { settings: { temperature: 0, max_documents: 200 } },
    });
    const theirs = await services.rollBack(platform, { version: 1 });
    expect(theirs).toMatchObject({ kept: [], configuration: { inputs: { stored: { settings: {} } } } });
    const { items } = await services.history.list(id, 1, undefined);
    expect(items[0]).toMatchObject({ action: 'rollback', from_version: 1 });
  });

  it('refuses a rollback that breaks today’s rules, and says why', async () => {
    const id = await aTenant();
    await services.patch(anAuthor(id), { model_name: 'gpt-4' });
    await services.patch(anAuthor(id), { model_name: null });
    await store.database.asPlatform(id, () =>
      store.database.query(`UPDATE tenants SET plan = 'basic' WHERE tenant_id = $1`, [id]),
    );
    await expect(services.rollBack(anAuthor(id), { version: 2 })).rejects.toMatchObject({
      slug: 'rollback-invalid',
      details: { errors: [{ field: 'model_name', rule: 'enum', value: 'gpt-4' }] },
    });
    expect(await services.reader.current(id)).toMatchObject({ version: 3 });
  });

  it.each([{ version: 9 }, { version: 0 }, { steps: 5 }])(
    'refuses a rollback to a missing version: %j',
    async (target) => {
      await expect(services.rollBack(anAuthor(await aTenant()), target)).rejects.toMatchObject({
        slug: 'not-found',
      });
    },
  );

  it('makes no version for a rollback by 0 steps', async () => {
    const id = await aTenant();
    expect(await services.rollBack(anAuthor(id), { steps: 0 })).toMatchObject({
      kept: [],
      configuration: { version: 1 },
    });
  });

  it('refuses a tenant’s change of a platform setting', async () => {
    const id = await aTenant();
    await expect(services.patch(anAuthor(id), { max_documents: 200, temperature: 9 })).rejects.toMatchObject({
      fieldErrors: [
        { field: 'max_documents', rule: 'platform_only' },
        { field: 'temperature', rule: 'max' },
      ],
    });
    expect(await services.reader.current(id)).toMatchObject({ version: 1 });
  });
});
