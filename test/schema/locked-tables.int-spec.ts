import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Client } from 'pg';
import { type TestDatabase, createEmptyDatabase, projectRoot } from '#testing';

const folder = join(projectRoot, 'migrations');
const files = readdirSync(folder)
  .filter((file) => file.endsWith('.sql'))
  .toSorted();
/** The last one of version 0.1.0, whose migrations may not change any more. */
const lastUnchecked = '0047-expiring-keys.sql';

let database: TestDatabase;
let migrating: Client;
let watching: Client;

beforeEach(async () => {
  database = await createEmptyDatabase();
  migrating = await connect();
  watching = await connect();
});
afterEach(async () => {
  await Promise.all([migrating.end(), watching.end()]);
  await database.drop();
});

async function connect(): Promise<Client> {
  const client = new Client({ connectionString: database.superuserUrl });
  await client.connect();
  return client;
}

async function migrateThrough(last: string): Promise<void> {
  for (const file of files) {
    if (file > last) return;
    await migrating.query(readFileSync(join(folder, file), 'utf8'));
  }
}

/** Holds each table of the database as a transaction that writes to it does. Returns, by table, how it ends. */
async function holdAllTables(): Promise<Map<string, () => Promise<void>>> {
  const { rows } = await watching.query<{ name: string }>(
    `SELECT oid::regclass::text AS name FROM pg_class
     WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition`,
  );
  const holders = new Map<string, () => Promise<void>>();
  for (const { name } of rows) {
    const holder = await connect();
    await holder.query(`BEGIN; LOCK TABLE ${name} IN ROW EXCLUSIVE MODE`);
    holders.set(name, () => holder.end());
  }
  return holders;
}

/** What the migration waits for, and what requests would wait for meanwhile. */
async function readLocks(pid: number): Promise<{ waitsFor: string | undefined; has: string[] }> {
  const { rows } = await watching.query<{ name: string; granted: boolean }>(
    `SELECT relation::regclass::text AS name, granted FROM pg_locks
     WHERE pid = $1 AND locktype = 'relation' AND mode IN ('ShareLock', 'ShareRowExclusiveLock', 'ExclusiveLock', 'AccessExclusiveLock')`,
    [pid],
  );
  return {
    waitsFor: rows.find(({ granted }) => !granted)?.name,
    has: rows.filter(({ granted }) => granted).map(({ name }) => name),
  };
}

/** Runs the statements, and names each table that they keep from others while they wait for the next one. */
async function tablesKeptWaiting(sql: string): Promise<string[]> {
  const holders = await holdAllTables();
  const tables = new Set(holders.keys());
  const { rows } = await migrating.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
  const kept: string[] = [];
  const running = migrating.query(sql).then(() => false);
  while (await Promise.race([running, pause(2, true)])) {
    const { waitsFor, has } = await readLocks(rows[0]!.pid);
    const end = waitsFor === undefined ? undefined : holders.get(waitsFor);
    if (!end) continue;
    kept.push(
      ...has.filter((name) => tables.has(name)).map((name) => `${name} while it waits for ${waitsFor}`),
    );
    holders.delete(waitsFor!);
    await end();
  }
  for (const end of holders.values()) await end();
  return kept;
}

describe('a migration under traffic', () => {
  it('no migration keeps a table from requests while it waits for another one', async () => {
    await migrateThrough(lastUnchecked);
    const kept: Record<string, string[]> = {};
    for (const file of files.filter((one) => one > lastUnchecked)) {
      const tables = await tablesKeptWaiting(readFileSync(join(folder, file), 'utf8'));
      if (tables.length > 0) kept[file] = tables;
    }
    expect(kept).toEqual({});
  });

  it('what locks two tables in one transaction is found', async () => {
    await migrateThrough(lastUnchecked);
    const sql = 'ALTER TABLE plans ADD tier text; ALTER TABLE tenants ADD region text';
    expect(await tablesKeptWaiting(sql)).toEqual(['plans while it waits for tenants']);
  });
});
