import { Client } from 'pg';
import { PostgresServer, type TestDatabase, createTestDatabase, testDatabases, waitFor } from '#testing';
import { DatabaseChangeFeed } from './database-change-feed.js';
import type { Database } from './database.js';
import type { CommittedChange } from './transaction/open-transaction.js';
import { allTenants } from './transaction/transaction-scope.js';
import { openDatabase } from './open-database.js';

/** Reads on from where the last reading ended. */
class Reader {
  private position: string | null = null;

  constructor(private readonly feed: DatabaseChangeFeed) {}

  async read(): Promise<{ keys: string[]; continuity: string; pages: number; changes: CommittedChange[] }> {
    const pages: CommittedChange[][] = [];
    const reading = await this.feed.read(this.position, (page) => pages.push([...page]));
    this.position = reading.position;
    const changes = pages.flat();
    const keys = changes.filter(({ kind }) => kind === 'tenant').map(({ key }) => key);
    return { keys, continuity: reading.continuity, pages: pages.length, changes };
  }

  /** As if it had last read another history of the database. */
  pretend(change: (seen: { lineage: string; snapshot: string }) => object): void {
    this.position = JSON.stringify(change(JSON.parse(this.position!)));
  }
}

function insertTenants(database: Database, ...ids: string[]): Promise<unknown> {
  const sql = `INSERT INTO tenants (tenant_id, name, plan) SELECT id, id, 'pro' FROM unnest($1::text[]) AS t (id)`;
  return database.asPlatform(allTenants, () => database.query(sql, [ids]));
}

async function aReader(database: Database): Promise<Reader> {
  const reader = new Reader(new DatabaseChangeFeed(database));
  await reader.read();
  return reader;
}

describe.each(testDatabases)('the change feed on %s', (_name, open) => {
  let database: Database;
  let close: () => Promise<void>;

  beforeAll(async () => ({ database, close } = await open()));
  afterAll(() => close());

  it('gives what was committed since it was last read, once', async () => {
    await insertTenants(database, 'before');
    const reader = await aReader(database);
    await insertTenants(database, 'one');
    await insertTenants(database, 'two', 'three');
    expect(await reader.read()).toMatchObject({ keys: ['one', 'three', 'two'], continuity: 'continued' });
    expect(await reader.read()).toMatchObject({ changes: [], pages: 0, continuity: 'continued' });
  });

  it('says what is gone', async () => {
    await insertTenants(database, 'doomed');
    const reader = await aReader(database);
    await database.asPlatform('doomed', () => database.query(`SELECT attune_delete_tenant('doomed')`));
    const { changes } = await reader.read();
    expect(changes).toContainEqual({
      at: expect.any(String),
      kind: 'tenant',
      key: 'doomed',
      version: 2,
      gone: true,
    });
    expect(changes.find(({ kind }) => kind === 'configuration')?.gone).toBe(true);
  });

  it('reads thousands of changes in pages, none twice and none left out', async () => {
    const reader = await aReader(database);
    const ids = Array.from({ length: 5_100 }, (_, index) => `many-${index}`);
    await insertTenants(database, ...ids);
    const { keys, pages } = await reader.read();
    expect(pages).toBe(3);
    expect(keys.toSorted()).toEqual(ids.toSorted());
  });

  it('knows a database that is not the one it read', async () => {
    const reader = await aReader(database);
    reader.pretend((seen) => ({ ...seen, lineage: '1/1/1' }));
    await insertTenants(database, `elsewhere-${Date.now()}`);
    expect(await reader.read()).toMatchObject({ continuity: 'restored', changes: [] });
    expect(await reader.read()).toMatchObject({ continuity: 'continued' });
  });

  it('knows a database that has lost its newest transactions', async () => {
    const reader = await aReader(database);
    reader.pretend((seen) => ({ ...seen, snapshot: '900000000:900000000:' }));
    expect(await reader.read()).toMatchObject({ continuity: 'restored' });
  });
});

describe('the change feed', () => {
  let server: TestDatabase;
  let database: Database;
  let other: Client;

  beforeEach(async () => {
    server = await createTestDatabase();
    database = await openDatabase({ databaseUrl: server.url, migrationDatabaseUrl: null, dataDir: '' });
    other = new Client({ connectionString: server.superuserUrl });
    await other.connect();
  });

  afterEach(async () => {
    await other.end();
    await database.close();
    await server.drop();
  });

  it('misses no transaction that commits later than younger ones', async () => {
    const reader = await aReader(database);
    await other.query(`BEGIN; INSERT INTO tenants (tenant_id, name, plan) VALUES ('late', 'Late', 'pro')`);
    await insertTenants(database, 'early');
    expect((await reader.read()).keys).toEqual(['early']);
    await insertTenants(database, 'younger');
    expect((await reader.read()).keys).toEqual(['younger']);
    await other.query('COMMIT');
    expect((await reader.read()).keys).toEqual(['late']);
    expect((await reader.read()).keys).toEqual([]);
  });

  it('reads nothing again while a long transaction runs, and tells how much is behind it', async () => {
    await other.query(`BEGIN; SELECT pg_current_xact_id()`);
    const reader = await aReader(database);
    for (let index = 0; index < 5; index += 1) {
      await insertTenants(database, `behind-${index}`);
      expect((await reader.read()).keys).toEqual([`behind-${index}`]);
    }
    const feed = new DatabaseChangeFeed(database);
    const { position } = await feed.read(null, () => undefined);
    const { pinned } = await feed.read(position, () => undefined);
    expect(pinned).toBeGreaterThanOrEqual(5);
    await other.query('ROLLBACK');
  });

  it('forgets what is older than a day, and tells whoever had not read it', async () => {
    const [slow, current] = [await aReader(database), await aReader(database)];
    await insertTenants(database, 'old');
    // Tests share their server: a transaction of another database is waited for by whoever reads or prunes while it runs.
    const isNoOlderRunning = `SELECT FROM change_feed WHERE key = 'old' AND transaction_id < pg_snapshot_xmin(pg_current_snapshot())`;
    await waitFor(async () => (await other.query(isNoOlderRunning)).rowCount! > 0);
    await current.read();
    await other.query(`UPDATE change_feed SET changed_at = now() - interval '25 hours'`);
    await insertTenants(database, 'new');
    const left = async (): Promise<string[]> => {
      const sql = `SELECT key FROM change_feed WHERE kind = 'tenant'`;
      return (await other.query<{ key: string }>(sql)).rows.map(({ key }) => key);
    };
    await new DatabaseChangeFeed(database).prune();
    expect(await left()).toEqual(['new']);
    expect(await current.read()).toMatchObject({ keys: ['new'], continuity: 'continued' });
    expect(await slow.read()).toMatchObject({ continuity: 'gap' });
    expect(await slow.read()).toMatchObject({ continuity: 'continued' });
  });

  it('forgets nothing that a running transaction may still be waited for', async () => {
    await other.query(`BEGIN; SELECT pg_current_xact_id()`);
    await insertTenants(database, 'kept');
    const third = new Client({ connectionString: server.superuserUrl });
    await third.connect();
    await third.query(`UPDATE change_feed SET changed_at = now() - interval '25 hours'`);
    await new DatabaseChangeFeed(database).prune();
    const left = await third.query(`SELECT FROM change_feed WHERE key = 'kept'`);
    await third.end();
    expect(left.rowCount).toBeGreaterThan(0);
  });

  it('knows another database of the same server', async () => {
    const another = await createTestDatabase();
    const opened = await openDatabase({ databaseUrl: another.url, migrationDatabaseUrl: null, dataDir: '' });
    const { position } = await new DatabaseChangeFeed(opened).read(null, () => undefined);
    await opened.close();
    await another.drop();
    const reading = await new DatabaseChangeFeed(database).read(position, () => undefined);
    expect(reading.continuity).toBe('restored');
  });

  it('is nothing that a tenant may read', async () => {
    await insertTenants(database, 'secret');
    const seen = await database.readAsTenant('secret', () => database.query('SELECT * FROM change_feed'));
    expect(seen).toEqual([]);
    const horizon = database.readAsTenant('secret', () =>
      database.query('SELECT * FROM change_feed_horizon'),
    );
    await expect(horizon).rejects.toThrow('permission denied');
  });
});

describe('the change feed, on a standby that was promoted', () => {
  let server: PostgresServer;
  let database: Database;

  beforeAll(async () => {
    server = await PostgresServer.start();
    const { url } = await createTestDatabase(server.url);
    database = await openDatabase({ databaseUrl: url, migrationDatabaseUrl: null, dataDir: '' });
  });

  afterAll(async () => {
    await database.close();
    await server.stop();
  });

  it('is known for another history of the same database', async () => {
    const reader = await aReader(database);
    await server.restart();
    await waitFor(async () => (await reader.read()).continuity === 'continued');
    await server.promote();
    expect(await waitFor(() => reader.read())).toMatchObject({ continuity: 'restored', changes: [] });
    expect(await reader.read()).toMatchObject({ continuity: 'continued' });
  });
});
