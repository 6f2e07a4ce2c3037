import { randomBytes } from 'node:crypto';
import { Client } from 'pg';
import { type TestDatabase, createTestDatabase } from '#testing';
import { openDatabase } from './open-database.js';

/** Each with roles of its own, since the server's are shared. */
describe('assertSafeLogin', () => {
  let server: TestDatabase;
  let client: Client;
  const name = `attune_login_${randomBytes(4).toString('hex')}`;

  beforeAll(async () => {
    server = await createTestDatabase();
    client = new Client({ connectionString: server.superuserUrl });
    await client.connect();
  });

  beforeEach(async () => {
    await client.query(`CREATE ROLE ${name} LOGIN NOINHERIT PASSWORD 'x'`);
  });

  afterEach(async () => {
    await client.query(`DROP OWNED BY ${name}; DROP ROLE ${name}`);
  });

  afterAll(async () => {
    await client.end();
    await server.drop();
  });

  async function opening(): Promise<unknown> {
    const url = new URL(server.url);
    url.username = name;
    url.password = 'x';
    const database = await openDatabase({ databaseUrl: url.href, migrationDatabaseUrl: null, dataDir: '' });
    await database.ping();
    return database.close();
  }

  const version = async (): Promise<number> =>
    Number(
      (await client.query<{ v: string }>(`SELECT current_setting('server_version_num') AS v`)).rows[0]!.v,
    );

  const grantLedger = () =>
    client.query(
      `GRANT USAGE ON SCHEMA public TO ${name}; GRANT EXECUTE ON FUNCTION attune_write_ledger TO ${name};
      GRANT SELECT ON attune_migrations TO ${name}`,
    );

  /** As `migrate` grants them. */
  async function grantRoles(): Promise<void> {
    await grantLedger();
    const options = (await version()) >= 160_000 ? ' WITH INHERIT FALSE, SET TRUE' : '';
    await client.query(
      `GRANT attune_tenant, attune_platform, attune_jobs, attune_webhooks, attune_sign_in TO ${name}${options}`,
    );
  }

  it('accepts a login that has the application’s roles and inherits none', async () => {
    await grantRoles();
    await expect(opening()).resolves.toBeUndefined();
  });

  it('refuses a superuser', async () => {
    await client.query(`ALTER ROLE ${name} SUPERUSER`);
    await expect(opening()).rejects.toThrow(`DATABASE_URL: the user ${name} is a superuser`);
  });

  it('refuses a login with BYPASSRLS', async () => {
    await grantRoles();
    await client.query(`ALTER ROLE ${name} BYPASSRLS`);
    await expect(opening()).rejects.toThrow('BYPASSRLS');
  });

  it('refuses a login that may take a role with BYPASSRLS, as users that managed services make', async () => {
    await grantRoles();
    await client.query(`CREATE ROLE managed_${name} BYPASSRLS; GRANT managed_${name} TO ${name}`);
    await expect(opening()).rejects.toThrow('BYPASSRLS');
    await client.query(`DROP ROLE managed_${name}`);
  });

  it('refuses the owner of the tables', async () => {
    await grantRoles();
    await client.query(`CREATE TABLE theirs (); ALTER TABLE theirs OWNER TO ${name}`);
    await expect(opening()).rejects.toThrow('owns the tables');
  });

  it('refuses a login without the application’s roles', async () => {
    await expect(opening()).rejects.toThrow('attune migrate');
    await client.query(`GRANT attune_tenant TO ${name}`);
    await expect(opening()).rejects.toThrow('attune migrate');
  });

  it('refuses a login that cannot write the ledger', async () => {
    await grantRoles();
    await client.query(`REVOKE EXECUTE ON FUNCTION attune_write_ledger FROM ${name}`);
    await expect(opening()).rejects.toThrow('attune migrate');
  });

  it('refuses a login that inherits a role', async () => {
    await grantLedger();
    const options = (await version()) >= 160_000 ? ' WITH INHERIT TRUE' : '';
    await client.query(
      `ALTER ROLE ${name} INHERIT; GRANT attune_tenant, attune_platform, attune_jobs, attune_webhooks, attune_sign_in TO ${name}${options}`,
    );
    await expect(opening()).rejects.toThrow('inherits');
  });

  it('refuses a member of the role that owns the tables', async () => {
    await grantRoles();
    await client.query(`GRANT attune_owner TO ${name}`);
    await expect(opening()).rejects.toThrow(/owner|owns/);
  });

  it('refuses a member of the role that owns the function of the ledger', async () => {
    await grantRoles();
    await client.query(`GRANT attune_ledger TO ${name}`);
    await expect(opening()).rejects.toThrow(/owner|owns/);
  });
});
