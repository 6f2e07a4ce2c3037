import { Client } from 'pg';
import { migrations } from '#migrations';
import { type TestDatabase, createEmptyDatabase, waitFor } from '#testing';
import { migrate } from './migrate.js';
import { openDatabase } from './open-database.js';

describe('migrate', () => {
  let server: TestDatabase;
  const opened: TestDatabase[] = [];

  beforeEach(async () => {
    server = await createEmptyDatabase();
    opened.push(server);
  });

  afterAll(async () => {
    for (const one of opened) await one.drop();
  });

  const run = () => migrate({ migrationUrl: server.migrationUrl, applicationUser: 'attune_app' });

  it('runs each migration once, and none the second time', async () => {
    expect(await run()).toEqual(migrations.map((migration) => new migration().name));
    expect(await run()).toEqual([]);
  });

  it('lets one replica migrate while the others wait', async () => {
    const migrated = await Promise.all([run(), run(), run()]);
    expect(migrated.map((names) => names.length).toSorted((a, b) => a - b)).toEqual([
      0,
      0,
      migrations.length,
    ]);
  });

  it('lets the application open the migrated database', async () => {
    const migrationDatabaseUrl = server.migrationUrl;
    const database = await openDatabase({ databaseUrl: server.url, migrationDatabaseUrl, dataDir: '' });
    await expect(database.ping()).resolves.toBeUndefined();
    await database.close();
  });

  it.each([
    [
      'has not run every migration of this release',
      `DELETE FROM attune_migrations WHERE name LIKE 'expiring-%'`,
    ],
    [
      'was migrated before the login was granted the list',
      'REVOKE SELECT ON attune_migrations FROM attune_app',
    ],
  ])('lets nobody open a database that %s', async (_what, sql) => {
    await run();
    const owner = new Client({ connectionString: server.migrationUrl });
    await owner.connect();
    await owner.query(sql);
    await owner.end();
    const opening = openDatabase({ databaseUrl: server.url, migrationDatabaseUrl: null, dataDir: '' });
    await expect(opening).rejects.toThrow(/tables of an older release.*run "attune migrate"/);
  });

  it('lets the application open a database that a newer release has migrated', async () => {
    await run();
    const owner = new Client({ connectionString: server.migrationUrl });
    await owner.connect();
    await owner.query(`INSERT INTO attune_migrations (timestamp, name) VALUES (1, 'of-tomorrow-1')`);
    await owner.end();
    const database = await openDatabase({ databaseUrl: server.url, migrationDatabaseUrl: null, dataDir: '' });
    await expect(database.ping()).resolves.toBeUndefined();
    await database.close();
  });

  it('names the application’s user if it does not exist', async () => {
    const target = { migrationUrl: server.migrationUrl, applicationUser: "no'body" };
    await expect(migrate(target)).rejects.toThrow(/no'body, does not exist: CREATE ROLE/);
  });

  it('waits while another process holds the lock', async () => {
    const holder = new Client({ connectionString: server.superuserUrl });
    await holder.connect();
    await holder.query('SELECT pg_advisory_lock(7203118)');
    const waiting = run();
    const tables = await holder.query(`SELECT FROM pg_tables WHERE tablename = 'tenants'`);
    expect(tables.rowCount).toBe(0);
    await holder.end();
    expect(await waiting).toHaveLength(migrations.length);
  });

  it('lets others go first who wait behind it for a table, and runs once it gets the table', async () => {
    await run();
    const holder = new Client({ connectionString: server.superuserUrl });
    await holder.connect();
    await holder.query(
      `DROP INDEX api_keys_by_expiry; DELETE FROM attune_migrations WHERE name LIKE 'expiring-keys-%'`,
    );
    const waiting = async (): Promise<boolean> => {
      const sql = `SELECT FROM pg_locks WHERE NOT granted AND relation = 'api_keys'::regclass`;
      return (await holder.query(sql)).rowCount !== 0;
    };
    await holder.query('BEGIN; LOCK TABLE api_keys IN ROW EXCLUSIVE MODE');
    const running = run();
    await waitFor(waiting, { what: 'the migration waits for the table' });
    await waitFor(async () => !(await waiting()), { what: 'the migration no longer waits' });
    await holder.query('COMMIT');
    expect(await running).toEqual([expect.stringMatching(/^expiring-keys-/)]);
    await holder.end();
  });
});
