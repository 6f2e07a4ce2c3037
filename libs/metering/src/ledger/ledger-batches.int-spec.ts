import { Client } from 'pg';
import { Logger } from '@nestjs/common';
import { type Database, openDatabase } from '#database';
import { FaultProxy, type TestDatabase, createTestDatabase, holdNextResponse, waitFor } from '#testing';
import {
  type MeteringReplica,
  FakeLedgerClock,
  FakeTenantLimits,
  aMeteringReplica,
  aUsageRecord,
} from '../../testing/metering-replica.js';
import { addTenant, readRows } from '../../testing/metering-databases.js';
import type { Reservation } from '../admission/reservation.js';

Logger.overrideLogger(false);

/** Also the name of the prepared statement, so that every call contains it. */
const writePattern = /attune_write_ledger/;

describe('LedgerRepository in batches', () => {
  let server: TestDatabase;
  let link: FaultProxy;
  let database: Database;
  let psql: Client;
  let limits: FakeTenantLimits;
  let replica: MeteringReplica;
  let tenant: string;
  let other: string;
  let count = 0;

  beforeAll(async () => {
    server = await createTestDatabase();
    link = await FaultProxy.forTarget(server.url);
    database = await openDatabase({ databaseUrl: link.url, migrationDatabaseUrl: null, dataDir: '' });
    psql = new Client({ connectionString: server.superuserUrl });
    await psql.connect();
  });
  afterAll(async () => {
    await psql.end();
    await database.close();
    await link.close();
    await server.drop();
  });

  beforeEach(async () => {
    await link.restore();
    await waitFor(() => database.availability.isAvailable);
    limits = new FakeTenantLimits();
    replica = aMeteringReplica(database, new FakeLedgerClock(), limits);
    [tenant, other] = [`tenant-${(count += 1)}`, `other-${count}`];
    await Promise.all([tenant, other].map((id) => addTenant(database, id)));
  });
  afterEach(() => psql.query('ROLLBACK'));

  const admit = (id = tenant) => replica.admit(id, 1);
  const snapshot = (id = tenant) => replica.usageSnapshot(id);
  const lines = () => readRows(database, 'SELECT outcome FROM usage_log WHERE tenant_id = $1', [tenant]);

  /** Whether the promise has settled after everything that is ready has run. */
  async function isPending(work: Promise<unknown>): Promise<boolean> {
    const pending = Symbol('pending');
    const turns = (async () => {
      for (let turn = 0; turn < 5; turn += 1) await snapshot(other);
      return pending;
    })();
    return (await Promise.race([work.catch(() => undefined), turns])) === pending;
  }

  async function waitUntilBackendsWait(): Promise<void> {
    const sql = `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;
    await waitFor(async () => (await psql.query(sql)).rowCount! > 0, {
      what: 'a backend waits for the lock',
    });
  }

  it.each([
    ['the row of its month', 'SELECT FROM budget_months WHERE tenant_id = $1 FOR UPDATE'],
    ['its own row', 'SELECT FROM tenants WHERE tenant_id = $1 FOR UPDATE'],
  ])(
    'a tenant waits while another session holds %s, and no other tenant waits with it',
    async (_name, sql) => {
      const open = await Promise.all([admit(), admit(other)]);
      await psql.query('BEGIN');
      await psql.query(sql, [tenant]);
      const locked = [admit(), admit(), open[0].settle(aUsageRecord({ costUsd: 0.4 }))];
      await Promise.all([admit(other), open[1].settle(aUsageRecord({ costUsd: 0.2 }))]);
      expect(await snapshot(other)).toMatchObject({ used: 2, spent_usd: 0.2, reserved_usd: 1 });
      for (const each of locked) expect(await isPending(each)).toBe(true);
      await admit(other);
      await psql.query('COMMIT');
      await Promise.all(locked);
      expect(await snapshot()).toMatchObject({ used: 3, spent_usd: 0.4, reserved_usd: 2 });
    },
  );

  it('a settlement waits while another session holds its line, and another settlement of the tenant does not', async () => {
    const held = await admit();
    const id = 'SELECT FROM usage_log WHERE tenant_id = $1 FOR UPDATE';
    await psql.query('BEGIN');
    await psql.query(id, [tenant]);
    const free = await admit();
    const waiting = held.settle(aUsageRecord({ costUsd: 0.4 }));
    await free.settle(aUsageRecord({ costUsd: 0.2 }));
    expect(await snapshot()).toMatchObject({ spent_usd: 0.2, reserved_usd: 1 });
    expect(await isPending(waiting)).toBe(true);
    await psql.query('COMMIT');
    await waiting;
    expect(await snapshot()).toMatchObject({ spent_usd: expect.closeTo(0.6, 9) as number, reserved_usd: 0 });
  });

  it('a request that the database refuses fails alone, and the others of its batch are written', async () => {
    const broken = {
      tenantId: tenant,
      configVersion: 7,
      maxCostUsd: 1,
      maxDurationMs: 1_000,
      userId: 'a\0b',
    };
    const results = await Promise.allSettled([
      admit(),
      replica.metering.admit(broken),
      admit(),
      admit(other),
    ]);
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'fulfilled']);
    expect(await snapshot()).toMatchObject({ used: 2, reserved_usd: 2 });
    expect(await snapshot(other)).toMatchObject({ used: 1 });
  });

  it('an admission that took the last of quota and budget and whose answer was lost is sent again, and counts once', async () => {
    limits.set({ maxQueriesPerDay: 2, monthlyBudgetUsd: 2 });
    await admit();
    const held = holdNextResponse(link, writePattern);
    const admitting = admit();
    await held.sent;
    await waitFor(async () => (await lines()).length === 2, { what: 'the admission is committed' });
    link.resetConnections();
    held.release();
    const reservation = await admitting;
    expect(await snapshot()).toMatchObject({ used: 2, reserved_usd: 2 });
    await reservation.settle(aUsageRecord({ costUsd: 0.3 }));
    expect(await snapshot()).toMatchObject({ used: 2, spent_usd: 0.3, reserved_usd: 1 });
  });

  it('a settlement whose answer was lost after the commit is sent again, and costs once', async () => {
    const [first, second] = (await Promise.all([admit(), admit()])) as [Reservation, Reservation];
    const held = holdNextResponse(link, writePattern);
    const settling = Promise.all([first.settle(aUsageRecord({ costUsd: 0.3 })), second.release('failed', 1)]);
    await held.sent;
    await waitFor(async () => (await snapshot()).spent_usd > 0, { what: 'the settlement is committed' });
    link.resetConnections();
    held.release();
    await settling;
    expect(await snapshot()).toMatchObject({ used: 2, spent_usd: 0.3, reserved_usd: 0 });
  });

  it('an admission whose backend was ended before the commit is sent again, and counts once', async () => {
    await admit();
    await psql.query('BEGIN');
    await psql.query('SELECT FROM budget_months WHERE tenant_id = $1 FOR UPDATE', [tenant]);
    const admitting = admit();
    await waitUntilBackendsWait();
    await psql.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity
      WHERE datname = current_database() AND wait_event_type = 'Lock'`);
    await waitUntilBackendsWait();
    await psql.query('COMMIT');
    await admitting;
    expect(await snapshot()).toMatchObject({ used: 2, reserved_usd: 2 });
  });

  it('everything that waits fails when the database is unreachable, and nothing of it is counted', async () => {
    await admit();
    link.cut();
    const results = await Promise.allSettled(Array.from({ length: 100 }, () => admit()));
    for (const result of results)
      expect(result).toMatchObject({ status: 'rejected', reason: { slug: 'unavailable' } });
    await link.restore();
    await waitFor(() => database.availability.isAvailable);
    expect(await snapshot()).toMatchObject({ used: 1, reserved_usd: 1 });
  });

  it('the ledger works on sessions that keep no prepared statements, as behind PgBouncer', async () => {
    await admit();
    await database.transactions.runOnOwnConnection((client) => client.query('DEALLOCATE ALL'));
    const more = await Promise.all([admit(), admit(), admit(other)]);
    await Promise.all(more.map((reservation) => reservation.settle(aUsageRecord({ costUsd: 0.1 }))));
    expect(await snapshot()).toMatchObject({ used: 3, spent_usd: 0.2, reserved_usd: 1 });
  });
});
