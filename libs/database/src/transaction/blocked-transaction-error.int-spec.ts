import { type TestDatabase, createTestDatabase } from '#testing';
import type { Database } from '../database.js';
import { allTenants } from './transaction-scope.js';
import { openDatabase } from '../open-database.js';

describe('toConcurrencyError', () => {
  let server: TestDatabase;
  let database: Database;

  beforeAll(async () => {
    server = await createTestDatabase();
    database = await openDatabase({ databaseUrl: server.url, migrationDatabaseUrl: null, dataDir: '' });
    const sql = `INSERT INTO tenants (tenant_id, name, plan) VALUES ('one', 'One', 'pro'), ('other', 'Other', 'pro')`;
    await database.asPlatform(allTenants, () => database.query(sql));
  });

  afterAll(async () => {
    await database.close();
    await server.drop();
  });

  it('answers not-found for a write to a tenant that was just deleted', async () => {
    const sql = `INSERT INTO api_keys (id, tenant_id, name, role, secret_sha256, created_by)
      VALUES ('0123456789', 'gone', 'k', 'member', sha256(''), 'system')`;
    await expect(database.asTenant('gone', () => database.query(sql))).rejects.toMatchObject({
      slug: 'not-found',
    });
  });

  it('answers unavailable to one of two transactions that deadlock, and commits the other', async () => {
    let arrived = 0;
    let open = (): void => undefined;
    const both = new Promise<void>((resolve) => {
      open = resolve;
    });
    const rename = (id: string): Promise<unknown> =>
      database.query(`UPDATE tenants SET name = 'renamed' WHERE tenant_id = $1`, [id]);
    const renameBoth = (first: string, second: string): Promise<void> =>
      database.asPlatform(allTenants, async () => {
        await rename(first);
        if ((arrived += 1) === 2) open();
        await both;
        await rename(second);
      });
    const results = await Promise.allSettled([renameBoth('one', 'other'), renameBoth('other', 'one')]);
    const failed = results.filter((result) => result.status === 'rejected');
    expect(failed.map(({ reason }) => reason as object)).toEqual([
      expect.objectContaining({ slug: 'unavailable', details: { retry_after_s: 1 } }),
    ]);
  });
});
