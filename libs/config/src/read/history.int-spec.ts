import { findBrokenEntries } from '../../testing/broken-history-entries.js';
import { type TestStore, testStores } from '../../testing/test-stores.js';

interface Entry {
  readonly version: number;
  readonly action: string;
  readonly changed_by: string;
  readonly changed_by_role: string;
  readonly reason: string | null;
  readonly settings: object | null;
  readonly set_by: object | null;
}

describe.each(testStores)('the history on %s', (_name, open) => {
  let store: TestStore;
  let count = 0;

  beforeAll(async () => {
    store = await open();
  });

  afterAll(async () => {
    await store.close();
  });

  async function aTenant(): Promise<string> {
    const id = `tenant-${(count += 1)}`;
    await store.asSuperuser(`INSERT INTO tenants (tenant_id, name, plan) VALUES ($1, 'Tenant', 'pro')`, [id]);
    return id;
  }

  function setSettings(id: string, settings: object): Promise<unknown> {
    const sql = 'UPDATE tenant_configurations SET settings = $2::jsonb WHERE tenant_id = $1';
    return store.asSuperuser(sql, [id, JSON.stringify(settings)]);
  }

  function entriesOf(id: string): Promise<Entry[]> {
    return store.asSuperuser<Entry>(
      `SELECT version::int AS version, action, changed_by, changed_by_role, reason, settings, set_by
       FROM tenant_configuration_history WHERE tenant_id = $1 ORDER BY version`,
      [id],
    );
  }

  async function storedOf(id: string): Promise<Record<string, unknown> | undefined> {
    const sql = `SELECT settings, set_by, version::int AS version, updated_by, last_modified_by_role
      FROM tenant_configurations WHERE tenant_id = $1`;
    const [row] = await store.asSuperuser<Record<string, unknown>>(sql, [id]);
    return row;
  }

  it('begins with version 1 for a tenant that plain SQL inserts', async () => {
    const id = await aTenant();
    expect(await storedOf(id)).toEqual({
      settings: {},
      set_by: {},
      version: 1,
      updated_by: 'system',
      last_modified_by_role: 'system',
    });
    expect(await entriesOf(id)).toEqual([
      {
        version: 1,
        action: 'create',
        changed_by: `db:${store.superuser}`,
        changed_by_role: 'system',
        reason: null,
        settings: {},
        set_by: {},
      },
    ]);
  });

  it('contains every change by plain SQL, with the session’s user and the action sql', async () => {
    const id = await aTenant();
    await setSettings(id, { temperature: 0 });
    await setSettings(id, { temperature: 0, max_tokens: 200 });
    expect((await entriesOf(id)).slice(1)).toEqual([
      {
        version: 2,
        action: 'sql',
        changed_by: `db:${store.superuser}`,
        changed_by_role: 'platform_admin',
        reason: null,
        settings: { temperature: 0 },
        set_by: { temperature: 'platform_admin' },
      },
      expect.objectContaining({
        version: 3,
        settings: { temperature: 0, max_tokens: 200 },
        set_by: { temperature: 'platform_admin', max_tokens: 'platform_admin' },
      }),
    ]);
  });

  it('has one entry for each configuration when a statement changes many', async () => {
    const ids = [await aTenant(), await aTenant(), await aTenant()];
    await store.asSuperuser(
      `UPDATE tenant_configurations SET settings = '{"temperature": 1}' WHERE tenant_id = ANY($1)`,
      [ids],
    );
    for (const id of ids) expect((await entriesOf(id)).map(({ version }) => version)).toEqual([1, 2]);
  });

  it('sets the version itself, even when a statement sets another one', async () => {
    const id = await aTenant();
    await store.asSuperuser(
      `UPDATE tenant_configurations SET settings = '{"temperature": 1}', version = 99, updated_by = 'me', set_by = '{"a": "b"}' WHERE tenant_id = $1`,
      [id],
    );
    expect(await storedOf(id)).toMatchObject({
      version: 2,
      updated_by: `db:${store.superuser}`,
      set_by: { temperature: 'platform_admin' },
    });
  });

  it('has no entry for a change that changes nothing', async () => {
    const id = await aTenant();
    await setSettings(id, {});
    expect(await entriesOf(id)).toHaveLength(1);
  });

  it('remembers who set a setting until its value changes', async () => {
    const id = await aTenant();
    await signedBy('tenant_admin', id, { temperature: 0, max_tokens: 200 });
    await signedBy('platform_admin', id, { temperature: 0, max_tokens: 300 });
    expect((await storedOf(id))?.['set_by']).toEqual({
      temperature: 'tenant_admin',
      max_tokens: 'platform_admin',
    });
    await signedBy('platform_admin', id, { max_tokens: 300 });
    expect((await storedOf(id))?.['set_by']).toEqual({ max_tokens: 'platform_admin' });
    expect(await entriesOf(id)).toMatchObject([
      {},
      { changed_by: 'key:1', action: 'update', reason: 'because' },
      {},
      {},
    ]);
  });

  function signedBy(role: 'tenant_admin' | 'platform_admin', id: string, settings: object): Promise<unknown> {
    const { database } = store;
    return database.asPlatform(id, async () => {
      await database.query(
        `SELECT set_config('app.actor', 'key:1', true), set_config('app.actor_role', $1, true),
         set_config('app.action', 'update', true), set_config('app.reason', 'because', true)`,
        [role],
      );
      await database.query('UPDATE tenant_configurations SET settings = $2::jsonb WHERE tenant_id = $1', [
        id,
        JSON.stringify(settings),
      ]);
    });
  }

  it.each([
    `UPDATE tenant_configuration_history SET reason = 'other'`,
    `UPDATE tenant_configuration_history SET settings = NULL, set_by = NULL`,
    'DELETE FROM tenant_configuration_history',
    'TRUNCATE tenant_configuration_history',
    'TRUNCATE tenants CASCADE',
  ])('refuses a superuser’s %s', async (sql) => {
    const id = await aTenant();
    await expect(store.asSuperuser(sql)).rejects.toThrow(/cannot be changed|refused/);
    expect(await entriesOf(id)).toHaveLength(1);
  });

  it.each([
    `UPDATE tenant_configuration_history SET reason = 'other'`,
    'DELETE FROM tenant_configuration_history',
    'TRUNCATE tenant_configuration_history',
    `INSERT INTO tenant_configuration_history SELECT * FROM tenant_configuration_history`,
    'DELETE FROM tenant_configurations',
    'UPDATE tenant_configurations SET version = 7',
    `INSERT INTO tenant_configurations (tenant_id) VALUES ('x')`,
  ])('refuses the product’s own roles: %s', async (sql) => {
    const { database } = store;
    const id = await aTenant();
    await expect(database.asTenant(id, () => database.query(sql))).rejects.toThrow(/permission denied/);
    await expect(database.asPlatform('*', () => database.query(sql))).rejects.toThrow(/permission denied/);
    expect(await storedOf(id)).toMatchObject({ version: 1 });
  });

  it('does not let a tenant lose its configuration', async () => {
    const id = await aTenant();
    const sql = 'DELETE FROM tenant_configurations WHERE tenant_id = $1';
    await expect(store.asSuperuser(sql, [id])).rejects.toThrow(
      `the tenant ${id} cannot be without a configuration`,
    );
    expect(await storedOf(id)).toMatchObject({ version: 1 });
    expect(await entriesOf(id)).toHaveLength(1);
  });

  it('does not let a configuration move to another tenant', async () => {
    const [one, other] = [await aTenant(), await aTenant()];
    const sql = 'UPDATE tenant_configurations SET tenant_id = $2 WHERE tenant_id = $1';
    await expect(store.asSuperuser(sql, [one, other])).rejects.toThrow();
    await expect(
      store.asSuperuser(`UPDATE tenants SET tenant_id = 'renamed' WHERE tenant_id = $1`, [one]),
    ).rejects.toThrow();
  });

  describe('the history of a deleted tenant', () => {
    async function aDeletedTenant(): Promise<string> {
      const id = await aTenant();
      await setSettings(id, { prompt_variables: { secret: 'hush' } });
      const { database } = store;
      const rows = await database.asPlatform(id, () =>
        database.query('SELECT attune_delete_tenant($1) AS gone', [id]),
      );
      expect(rows).toEqual([{ gone: true }]);
      return id;
    }

    it('ends with the deletion, and contains no settings', async () => {
      const id = await aDeletedTenant();
      const entries = await entriesOf(id);
      expect(entries.map(({ version, action }) => [version, action])).toEqual([
        [1, 'create'],
        [2, 'sql'],
        [3, 'delete'],
      ]);
      expect(entries.flatMap(({ settings, set_by }) => [settings, set_by])).toEqual(Array(6).fill(null));
      expect(await storedOf(id)).toBeUndefined();
    });

    it('still passes the verification', async () => {
      expect(await findBrokenEntries(store, await aDeletedTenant())).toEqual([]);
    });

    it('does not let the id be used again', async () => {
      const id = await aDeletedTenant();
      const sql = `INSERT INTO tenants (tenant_id, name, plan) VALUES ($1, 'Again', 'pro')`;
      await expect(store.asSuperuser(sql, [id])).rejects.toMatchObject({ code: '23505' });
      await expect(
        store.database.asPlatform('*', () => store.database.query(sql, [id])),
      ).rejects.toMatchObject({ code: '23505' });
    });

    it('does not let the id be used again after plain SQL deleted the tenant', async () => {
      const id = await aTenant();
      await store.asSuperuser('DELETE FROM tenants WHERE tenant_id = $1', [id]);
      expect((await entriesOf(id)).map(({ action }) => action)).toEqual(['create', 'delete']);
      const sql = `INSERT INTO tenants (tenant_id, name, plan) VALUES ($1, 'Again', 'pro')`;
      await expect(store.asSuperuser(sql, [id])).rejects.toMatchObject({ code: '23505' });
    });

    it('reports that there was no tenant', async () => {
      const { database } = store;
      const rows = await database.asPlatform('*', () =>
        database.query(`SELECT attune_delete_tenant('nobody') AS gone`),
      );
      expect(rows).toEqual([{ gone: false }]);
    });
  });

  it('links each entry to the one before', async () => {
    const id = await aTenant();
    await setSettings(id, { temperature: 0 });
    await setSettings(id, { temperature: 1 });
    expect(await findBrokenEntries(store, id)).toEqual([]);
  });

  it.each([
    [`settings = '{"temperature": 2}'`, [2]],
    [`changed_by = 'key:somebody'`, [2]],
    [`reason = 'another'`, [2]],
    [`changed_at = changed_at + interval '1 microsecond'`, [2]],
    [`hash = sha256('x')`, [2, 3]],
  ])('reveals a change of an entry that bypassed the triggers: %s', async (assignment, broken) => {
    const id = await aTenant();
    await setSettings(id, { temperature: 0 });
    await setSettings(id, { temperature: 1 });
    await store.asSuperuser(`DO $$ BEGIN
      ALTER TABLE tenant_configuration_history DISABLE TRIGGER USER;
      UPDATE tenant_configuration_history SET ${assignment} WHERE tenant_id = '${id}' AND version = 2;
      ALTER TABLE tenant_configuration_history ENABLE TRIGGER USER;
    END $$`);
    expect(await findBrokenEntries(store, id)).toEqual(broken);
  });
});
