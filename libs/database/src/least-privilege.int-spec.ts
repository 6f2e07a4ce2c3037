import { createTestDatabase, type TestDatabase } from '#testing';
import { Client } from 'pg';

describe('the database functions', () => {
  let database: TestDatabase;
  let client: Client;

  beforeAll(async () => {
    database = await createTestDatabase();
    client = new Client({ connectionString: database.superuserUrl });
    await client.connect();
  });

  afterAll(async () => {
    await client.end();
    await database.drop();
  });

  function executableBy(role: string): Promise<string[]> {
    const sql = `SELECT proname AS name FROM pg_proc
      WHERE pronamespace = 'public'::regnamespace AND has_function_privilege($1, oid, 'EXECUTE') ORDER BY 1`;
    return client.query<{ name: string }>(sql, [role]).then(({ rows }) => rows.map(({ name }) => name));
  }

  it('cannot be run by the login before it has taken a role, except the one that writes the ledger', async () => {
    expect(await executableBy('attune_app')).toEqual(['attune_write_ledger']);
  });

  it('do not let a tenant delete a tenant', async () => {
    expect(await executableBy('attune_tenant')).not.toContain('attune_delete_tenant');
    expect(await executableBy('attune_platform')).toContain('attune_delete_tenant');
  });
});
