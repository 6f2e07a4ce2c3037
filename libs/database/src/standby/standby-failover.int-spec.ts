import { Logger } from '@nestjs/common';
import { Client } from 'pg';
import { FaultProxy, PostgresServer, createTestDatabase, waitFor } from '#testing';
import type { Database } from '../database.js';
import { openDatabase } from '../open-database.js';
import { allTenants } from '../transaction/transaction-scope.js';

Logger.overrideLogger(false);

let first: PostgresServer;
let second: PostgresServer;
let standby: PostgresServer;
/** The address of whichever is the primary. */
let address: FaultProxy;
let database: Database;

beforeAll(async () => {
  first = await PostgresServer.start();
  address = await FaultProxy.forTarget(first.url);
  const { url } = await createTestDatabase(address.url);
  second = await PostgresServer.start(first);
  standby = await PostgresServer.start(first);
  const databaseReadUrl = Object.assign(new URL(url), { host: new URL(standby.url).host }).href;
  const options = { databaseUrl: url, databaseReadUrl, databaseOutageMs: 1_000 };
  database = await openDatabase({ ...options, migrationDatabaseUrl: null, dataDir: '' });
});
afterAll(async () => {
  await database?.close();
  await address?.close();
  await Promise.all([first?.stop(), second?.stop(), standby?.stop()]);
});

async function asSuperuser(server: PostgresServer, ...statements: string[]): Promise<void> {
  const client = new Client({ connectionString: server.url });
  await client.connect();
  try {
    for (const sql of statements) await client.query(sql);
  } finally {
    await client.end();
  }
}

async function follow(server: PostgresServer, primary: PostgresServer): Promise<void> {
  const { hostname, port, username } = new URL(primary.url);
  const connection = `host=${hostname} port=${port} user=${username}`;
  await asSuperuser(server, `ALTER SYSTEM SET primary_conninfo = '${connection}'`, 'SELECT pg_reload_conf()');
}

async function isListedByStandby(): Promise<boolean> {
  const rows = await database.listAsPlatform(allTenants, () =>
    database.query<{ is_standby: boolean }>('SELECT pg_is_in_recovery() AS is_standby'),
  );
  return rows[0]!.is_standby;
}

describe('a standby of servers that fail over', () => {
  it('gets no reads after the promotion until its restart point has the new timeline, and then gets them again', async () => {
    await waitFor(isListedByStandby, { what: 'the standby is read' });
    await first.kill();
    await second.promote();
    address.moveTo(second.url);
    await follow(standby, second);
    await waitFor(() => database.availability.isAvailable && isListedByStandby().then(() => true));
    const counts = { ...database.standby!.counts };
    expect(await isListedByStandby()).toBe(false);
    expect(database.standby!.counts.standby).toBe(counts.standby);
    await asSuperuser(second, 'CHECKPOINT');
    await waitFor(async () => {
      await asSuperuser(standby, 'CHECKPOINT');
      return isListedByStandby();
    });
  });
});
