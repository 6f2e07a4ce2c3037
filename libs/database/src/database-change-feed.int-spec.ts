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

describe.each(testDatabases)('DatabaseChangeFeed on %s', (_name, open) => {
  let database: Database;
  let close: () => Promise<void>;

  beforeAll(async () => ({ database, close } = await open()));
  afterAll(() => close());

  it('returns each change committed since the last read once', async () => {
    await insertTenants(database, 'before');
    const reader = await aReader(database);
    await insertTenants(database, 'one');
    await insertTenants(database, 'two', 'three');
    expect(await reader.read()).toMatchObject({ keys: ['one', 'three', 'two'], continuity: 'continued' });
    expect(await reader.read()).toMatchObject({ changes: [], pages: 0, continuity: 'continued' });
  });

  it('reports a deletion', async () => {
    await insertTenants(database, 'doomed');
    const reader = await aReader(database);
    await database.asPlatform('doomed', () => database.query(`SELECT attune_delete_tenant('doomed')`));
    const { changes } = await reader.read();
    expect(changes).toContainEqual({
      at: expect.any(String),
      ageMs: expect.any(Number),
      kind: 'tenant',
      key: 'doomed',
      version: 2,
      gone: true,
    });
    expect(changes.find(({ kind }) => kind === 'configuration')?.gone).toBe(true);
  });

  it('reads thousands of changes in pages, each change once', async () => {
    const reader = await aReader(database);
    const ids = Array.from({ length: 5_100 }, (_, index) => `many-${index}`);
    // In parts, because a busy machine could not insert them all within the limit of one statement.
    for (let start = 0; start < ids.length; start += 300)
      await insertTenants(database, ...ids.slice(start, start + 300));
    const { keys, pages } = await reader.read();
    expect(pages).toBe(3);
    expect(keys.toSorted()).toEqual(ids.toSorted());
  });

  it('reports `restored` if the position belongs to another database', async () => {
    const reader = await aReader(database);
    reader.pretend((seen) => ({ ...seen, lineage: '1/1/1' }));
    await insertTenants(database, `elsewhere-${Date.now()}`);
    expect(await reader.read()).toMatchObject({ continuity: 'restored', changes: [] });
    expect(await reader.read()).toMatchObject({ continuity: 'continued' });
  });

  it('reports `restored` if the database has lost its newest transactions', async () => {
    const reader = await aReader(database);
    reader.pretend((seen) => ({ ...seen, snapshot: '900000000:900000000:' }));
    expect(await reader.read()).toMatchObject({ continuity: 'restored' });
  });
});

describe('DatabaseChangeFeed on Postgres', () => {
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

  it('returns a transaction that commits later than younger ones', async () => {
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

  it('returns nothing twice while a long transaction runs, and reports how many transactions are pinned', async () => {
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

  it('prunes changes older than a day, and reports `gap` to a reader that has not read them', async () => {
    const [slow, current] = [await aReader(database), await aReader(database)];
    await insertTenants(database, 'old');
    // Tests share their server, and reading and pruning wait for transactions of other databases too.
    const isNoOlderRunning = `SELECT FROM change_feed WHERE key = 'old' AND transaction_id < pg_snapshot_xmin(pg_current_snapshot())`;
    await waitFor(async () => (await other.query(isNoOlderRunning)).rowCount! > 0);
    await current.read();
    await other.query(`UPDATE change_feed SET changed_at = now() - interval '25 hours'`);
    await insertTenants(database, 'new');
    const remainingKeys = async (): Promise<string[]> => {
      const sql = `SELECT key FROM change_feed WHERE kind = 'tenant'`;
      return (await other.query<{ key: string }>(sql)).rows.map(({ key }) => key);
    };
    await new DatabaseChangeFeed(database).prune();
    expect(await remainingKeys()).toEqual(['new']);
    expect(await current.read()).toMatchObject({ keys: ['new'], continuity: 'continued' });
    expect(await slow.read()).toMatchObject({ continuity: 'gap' });
    expect(await slow.read()).toMatchObject({ continuity: 'continued' });
  });

  it('keeps the changes that are newer than a running transaction', async () => {
    await other.query(`BEGIN; SELECT pg_current_xact_id()`);
    await insertTenants(database, 'kept');
    const third = new Client({ connectionString: server.superuserUrl });
    await third.connect();
    await third.query(`UPDATE change_feed SET changed_at = now() - interval '25 hours'`);
    await new DatabaseChangeFeed(database).prune();
    const remaining = await third.query(`SELECT FROM change_feed WHERE key = 'kept'`);
    await third.end();
    expect(remaining.rowCount).toBeGreaterThan(0);
  });

  it('reports `restored` for another database of the same server', async () => {
    const another = await createTestDatabase();
    const opened = await openDatabase({ databaseUrl: another.url, migrationDatabaseUrl: null, dataDir: '' });
    const { position } = await new DatabaseChangeFeed(opened).read(null, () => undefined);
    await opened.close();
    await another.drop();
    const reading = await new DatabaseChangeFeed(database).read(position, () => undefined);
    expect(reading.continuity).toBe('restored');
  });

  it('reports `restored` after a backup was restored into the same database', async () => {
    const reader = await aReader(database);
    await other.query('TRUNCATE change_feed');
    expect(await reader.read()).toMatchObject({ continuity: 'restored', changes: [] });
    expect(await reader.read()).toMatchObject({ continuity: 'continued' });
  });

  it('ignores the feed of a server with more transactions, from which the database was restored', async () => {
    await other.query(
      `INSERT INTO change_feed (transaction_id, kind, key, version) VALUES ('900000000', 'tenant', 'foreign', 7)`,
    );
    await other.query(`UPDATE change_feed_horizon SET pruned_through = '899999999'`);
    const reader = await aReader(database);
    expect(await reader.read()).toMatchObject({ keys: [], continuity: 'continued' });
    await insertTenants(database, 'own');
    expect(await reader.read()).toMatchObject({ keys: ['own'], continuity: 'continued' });
  });

  it('refuses reads by a tenant', async () => {
    await insertTenants(database, 'secret');
    const rows = await database.readAsTenant('secret', () => database.query('SELECT * FROM change_feed'));
    expect(rows).toEqual([]);
    const horizon = database.readAsTenant('secret', () =>
      database.query('SELECT * FROM change_feed_horizon'),
    );
    await expect(horizon).rejects.toThrow('permission denied');
  });
});

describe('DatabaseChangeFeed on a promoted standby', () => {
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

  it('reports `restored` for another timeline of the same database', async () => {
    const reader = await aReader(database);
    await server.restart();
    await waitFor(async () => (await reader.read()).continuity === 'continued');
    await server.restartAsStandby();
    await server.promote();
    expect(await waitFor(() => reader.read())).toMatchObject({ continuity: 'restored', changes: [] });
    expect(await reader.read()).toMatchObject({ continuity: 'continued' });
  });
});
