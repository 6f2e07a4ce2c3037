import { Logger } from '@nestjs/common';
import { Client } from 'pg';
import { FaultProxy, type TestDatabase, createTestDatabase, waitFor } from '#testing';
import type { Database } from '../database.js';
import { openDatabase } from '../open-database.js';
import { allTenants } from '../transaction/transaction-scope.js';

Logger.overrideLogger(false);

/** Long enough that a busy machine's own pauses are not taken for silence of the server. */
const databaseOutageMs = 1_500;
const poolSize = 10;

describe('DatabaseAvailability of a busy server', () => {
  let server: TestDatabase;
  let proxy: FaultProxy;
  let database: Database;
  let outages: number;

  beforeEach(async () => {
    server = await createTestDatabase();
    proxy = await FaultProxy.forTarget(server.url);
    database = await openDatabase({
      databaseUrl: proxy.url,
      migrationDatabaseUrl: null,
      dataDir: '',
      databaseOutageMs,
    });
    outages = 0;
    database.availability.onChange((isAvailable) => (outages += isAvailable ? 0 : 1));
  });

  afterEach(async () => {
    await database.close();
    await proxy.close();
    await server.drop();
  });

  /** Takes a lock that `waitForLock` waits for; returns what releases it. */
  const lock = async (): Promise<() => Promise<void>> => {
    const holder = new Client({ connectionString: server.superuserUrl });
    await holder.connect();
    await holder.query('SELECT pg_advisory_lock(1)');
    return () => holder.end();
  };
  const waitForLock = (_: unknown = null, index = 0): Promise<unknown> =>
    database.readAsTenant(`tenant-${index % 2}`, () =>
      database.query('SELECT pg_advisory_xact_lock_shared(1)'),
    );
  /** More transactions than the pool has connections, of more than one tenant, because one alone does not get all. */
  const waitForLockManyTimes = () => Array.from({ length: 25 }, waitForLock);

  /** Opens as many connections as the pool may have: to open one over a slow link would take longer than the limit. */
  const openAllConnections = async (): Promise<void> => {
    const release = await lock();
    const waiting = Promise.all(waitForLockManyTimes());
    await waitFor(async () => (await countBlockedSessions()) === poolSize, { what: 'the pool is full' });
    await release();
    await waiting;
  };
  const countBlockedSessions = async (): Promise<number> => {
    const client = new Client({ connectionString: server.superuserUrl });
    await client.connect();
    const sql = `SELECT count(*)::int AS n FROM pg_stat_activity
      WHERE datname = current_database() AND wait_event_type = 'Lock'`;
    const { rows } = await client.query<{ n: number }>(sql).finally(() => client.end());
    return rows[0]!.n;
  };

  it('reports no outage while transactions wait longer than the outage limit for a free connection', async () => {
    const release = await lock();
    const startedAt = performance.now();
    const waiting = Promise.all(waitForLockManyTimes());
    await waitFor(() => performance.now() - startedAt > 2 * databaseOutageMs);
    await release();
    await expect(waiting).resolves.toHaveLength(25);
    expect(outages).toBe(0);
  });

  it('AvailabilityMonitor reports no outage while statements of the job engine wait longer than that for a free connection', async () => {
    const release = await lock();
    const startedAt = performance.now();
    const waitOnOwnConnection = () =>
      database.transactions.runOnOwnConnection((client) =>
        client.query('BEGIN; SELECT pg_advisory_xact_lock_shared(1); COMMIT'),
      );
    const waiting = Promise.all([...Array.from({ length: 12 }, waitOnOwnConnection), waitForLock()]);
    await waitFor(() => performance.now() - startedAt > 2 * databaseOutageMs);
    await release();
    await expect(waiting).resolves.toHaveLength(13);
    expect(outages).toBe(0);
  });

  it('transactions wait for the connection of a read that takes, with its COMMIT, longer than the outage limit', async () => {
    await openAllConnections();
    // In each direction: the read and its COMMIT together take 1.4 times the limit.
    proxy.delay(0.35 * databaseOutageMs);
    const reads = Array.from({ length: 25 }, () => database.ping());
    await expect(Promise.all(reads)).resolves.toHaveLength(25);
  });

  it('other callers use the connection of a committed change while its commit listeners still run', async () => {
    const listeners = Promise.withResolvers<void>();
    let runningListeners = 0;
    database.onCommit(() => {
      runningListeners += 1;
      return listeners.promise;
    });
    const sql = `INSERT INTO tenants (tenant_id, name, plan) VALUES ($1, 'One', 'pro')`;
    const addTenant = (_: unknown, index: number): Promise<unknown> =>
      database.asPlatform(allTenants, () => database.query(sql, [`tenant-${index}`]));
    const writes = Promise.all(Array.from({ length: 10 }, addTenant));
    await waitFor(() => runningListeners === 10);
    await expect(database.ping()).resolves.toBeUndefined();
    listeners.resolve();
    await writes;
  });

  it('accepts a silence of three times the slowest reply of the last minute', async () => {
    proxy.delay(200);
    await waitFor(async () => database.availability.checkNow());
    // One reply takes two delays, and on a machine without other work 400 ms are within the limit of 500 ms.
    await database.availability.checkNow();
    proxy.delay(400);
    await database.availability.checkNow();
    expect(outages).toBe(0);
  });

  it('reports an outage when the server is silent for longer than that', async () => {
    proxy.freeze();
    await waitFor(() => outages === 1, { what: 'the outage is found' });
    await proxy.restore();
    await waitFor(() => database.availability.isAvailable, { what: 'the outage is over' });
  });

  it('refuses transactions that wait for a free connection as soon as an outage begins', async () => {
    const release = await lock();
    const outcomes = Promise.allSettled(waitForLockManyTimes());
    proxy.cut();
    for (const outcome of await outcomes)
      expect(outcome).toMatchObject({ status: 'rejected', reason: { slug: 'unavailable' } });
    await proxy.restore();
    await waitFor(() => database.availability.isAvailable, { what: 'the outage is over' });
    await release();
    await expect(waitForLock()).resolves.toHaveLength(1);
  });
});
