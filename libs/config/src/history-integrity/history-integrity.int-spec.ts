import { type ConfigServices, anAuthor, startConfigServices } from '../../testing/config-services.js';
import { type TestStore, testStores } from '../../testing/test-stores.js';
import { HistoryIntegrityService } from './history-integrity.service.js';

describe.each(testStores)('HistoryIntegrityService on %s', (_name, open) => {
  let store: TestStore;
  let services: ConfigServices;
  let chain: HistoryIntegrityService;

  beforeAll(async () => {
    store = await open();
    services = await startConfigServices(store.database);
    chain = HistoryIntegrityService.forDatabase(store.database);
    for (const tenant of ['acme', 'beta', 'gone']) {
      await store.asSuperuser(`INSERT INTO tenants (tenant_id, name, plan) VALUES ($1, $1, 'pro')`, [tenant]);
      for (const temperature of [0.1, 0.2, 0.3]) await services.patch(anAuthor(tenant), { temperature });
    }
    await store.database.asPlatform('gone', () =>
      store.database.query(`SELECT attune_delete_tenant('gone')`),
    );
  });

  afterAll(async () => {
    await services.close();
    await store.close();
  });

  /** What its owner can do: the triggers that keep the history are off while `sql` runs. */
  async function tamper(table: string, sql: string): Promise<void> {
    await store.asSuperuser(`ALTER TABLE ${table} DISABLE TRIGGER USER`);
    await store.asSuperuser(sql);
    await store.asSuperuser(`ALTER TABLE ${table} ENABLE TRIGGER USER`);
  }

  const history = 'tenant_configuration_history';

  async function tamperAndBack(sql: string, table = history): Promise<unknown> {
    await store.asSuperuser(`CREATE TABLE kept AS SELECT * FROM ${table}`);
    await tamper(table, sql);
    const { broken } = await chain.verify();
    await tamper(table, `DELETE FROM ${table}`);
    await tamper(table, `INSERT INTO ${table} SELECT * FROM kept`);
    await store.asSuperuser('DROP TABLE kept');
    return broken;
  }

  it('finds nothing broken in an untouched history, with the blanked entries of a deleted tenant', async () => {
    expect(await chain.verify()).toEqual({ tenants: 3, entries: 13, broken: null });
  });

  const rehashed = (set: string) => `UPDATE ${history} h SET hash = attune_history_hash(h) WHERE ${set}`;
  const one = (tenant: string, version: number) => `tenant_id = '${tenant}' AND version = ${version}`;
  it.each([
    [
      'an author',
      `UPDATE ${history} SET changed_by = 'key:x' WHERE ${one('acme', 2)}`,
      { tenant_id: 'acme', version: 2, fault: 'hash' },
    ],
    [
      'a reason',
      `UPDATE ${history} SET reason = 'because' WHERE ${one('beta', 3)}`,
      { tenant_id: 'beta', version: 3, fault: 'hash' },
    ],
    [
      'settings',
      `UPDATE ${history} SET settings = '{"temperature": 2}' WHERE ${one('beta', 4)}`,
      { tenant_id: 'beta', version: 4, fault: 'settings' },
    ],
    [
      'blanked settings',
      `UPDATE ${history} SET settings = NULL WHERE ${one('beta', 1)}`,
      { tenant_id: 'beta', version: 1, fault: 'settings' },
    ],
    [
      'a missing entry',
      `DELETE FROM ${history} WHERE ${one('acme', 2)}`,
      { tenant_id: 'acme', version: 3, fault: 'gap' },
    ],
    [
      'a missing first entry',
      `DELETE FROM ${history} WHERE ${one('acme', 1)}`,
      { tenant_id: 'acme', version: 2, fault: 'gap' },
    ],
    [
      'a missing last entry',
      `DELETE FROM ${history} WHERE ${one('acme', 4)}`,
      { tenant_id: 'acme', version: 4, fault: 'head' },
    ],
    [
      'a missing deletion',
      `DELETE FROM ${history} WHERE ${one('gone', 5)}`,
      { tenant_id: 'gone', version: 4, fault: 'head' },
    ],
    [
      'a missing history',
      `DELETE FROM ${history} WHERE tenant_id = 'beta'`,
      { tenant_id: 'beta', version: 4, fault: 'head' },
    ],
  ])('names the entry with %s', async (_what, sql, broken) => {
    expect(await tamperAndBack(sql)).toEqual(broken);
  });

  it('names the next entry when one was changed and its hash was computed again', async () => {
    await store.asSuperuser(`CREATE TABLE kept AS SELECT * FROM ${history}`);
    await tamper(history, `UPDATE ${history} SET changed_by = 'key:x' WHERE ${one('acme', 2)}`);
    await tamper(history, rehashed(one('acme', 2)));
    expect((await chain.verify()).broken).toEqual({ tenant_id: 'acme', version: 3, fault: 'link' });
    await tamper(history, `DELETE FROM ${history}`);
    await tamper(history, `INSERT INTO ${history} SELECT * FROM kept`);
    await store.asSuperuser('DROP TABLE kept');
  });

  it.each([
    `UPDATE tenant_configurations SET settings = '{"temperature": 2}' WHERE tenant_id = 'beta'`,
    `UPDATE tenant_configurations SET override_allowed = false WHERE tenant_id = 'beta'`,
    `UPDATE tenant_configurations SET set_by = '{"temperature": "code"}' WHERE tenant_id = 'beta'`,
  ])('names a configuration that does not match its last entry: %s', async (sql) => {
    expect(await tamperAndBack(sql, 'tenant_configurations')).toEqual({
      tenant_id: 'beta',
      version: 4,
      fault: 'head',
    });
  });

  it('misses exported heads in a history that was rewritten as a whole', async () => {
    const heads = await chain.readHeads();
    expect(heads.map(({ tenant_id: id, version }) => [id, version])).toEqual([
      ['acme', 4],
      ['beta', 4],
      ['gone', 5],
    ]);
    await services.patch(anAuthor('acme'), { temperature: 0.4 });
    expect(await chain.findFirstMissing(heads)).toBeNull();
    await tamper(history, `DELETE FROM ${history} WHERE tenant_id = 'gone'`);
    expect((await chain.verify()).broken).toBeNull();
    expect(await chain.findFirstMissing(heads)).toMatchObject({ tenant_id: 'gone', version: 5 });
    await tamper(
      history,
      `UPDATE ${history} SET reason = 'other', previous_hash = NULL WHERE ${one('beta', 1)}`,
    );
    for (const version of [1, 2, 3, 4]) {
      await tamper(
        history,
        `UPDATE ${history} h SET previous_hash = b.hash FROM ${history} b
        WHERE b.tenant_id = 'beta' AND b.version = h.version - 1 AND h.tenant_id = 'beta' AND h.version = ${version}`,
      );
      await tamper(history, rehashed(one('beta', version)));
    }
    expect((await chain.verify()).broken).toBeNull();
    expect(await chain.findFirstMissing(heads)).toMatchObject({ tenant_id: 'beta', version: 4 });
  });

  it('checks many tenants in batches, and reports the progress', async () => {
    await store.asSuperuser(
      `INSERT INTO tenants (tenant_id, name, plan) SELECT 'many-' || n, 'x', 'pro' FROM generate_series(1, 600) n`,
    );
    const reports: number[][] = [];
    const { tenants, broken } = await chain.verify({ onProgress: (...progress) => reports.push(progress) });
    expect([tenants, broken]).toEqual([602, null]);
    expect(reports).toEqual([
      [250, 602],
      [500, 602],
      [602, 602],
    ]);
    expect(await chain.readHeads()).toHaveLength(602);
  });
});
