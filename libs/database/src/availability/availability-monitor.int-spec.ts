import { Logger } from '@nestjs/common';
import { Client } from 'pg';
import { FaultProxy, PostgresServer, type TestDatabase, createTestDatabase, waitFor } from '#testing';
import type { Database } from '../database.js';
import { JobStatements } from '../jobs/job-statements.js';
import { openDatabase } from '../open-database.js';
import { allTenants } from '../transaction/transaction-scope.js';

Logger.overrideLogger(false);

const unavailable = { slug: 'unavailable', details: { retry_after_s: expect.any(Number) as number } };
const nothingChanged = expect.stringContaining('nothing was changed') as string;

function open(databaseUrl: string): Promise<Database> {
  return openDatabase({ databaseUrl, migrationDatabaseUrl: null, dataDir: '' });
}

describe('AvailabilityMonitor', () => {
  let server: PostgresServer;
  let origin: TestDatabase;
  let database: Database;
  const changes: boolean[] = [];

  beforeAll(async () => {
    server = await PostgresServer.start();
    origin = await createTestDatabase(server.url);
    database = await open(origin.url);
    database.availability.onChange((isUp) => changes.push(isUp));
    await database.asPlatform(allTenants, () =>
      database.query(`INSERT INTO tenants (tenant_id, name, plan) VALUES ('one', 'One', 'pro')`),
    );
  });

  beforeEach(() => {
    changes.length = 0;
  });

  afterEach(() => waitForRecovery());

  afterAll(async () => {
    await database.close();
    await server.stop();
  });

  const isUp = () => database.availability.isAvailable;
  const waitForRecovery = () => waitFor(isUp, { what: 'the database is up again' });
  const waitForOutage = () => waitFor(() => !isUp(), { what: 'the outage is found' });
  const nameOf = (id: string): Promise<string> =>
    database.readAsTenant(
      id,
      async () => (await database.query<{ name: string }>('SELECT name FROM tenants'))[0]!.name,
    );
  const rename = (name: string): Promise<unknown> =>
    database.query(`UPDATE tenants SET name = $1 WHERE tenant_id = 'one'`, [name]);
  /** More than the pool has connections. */
  const many = (): Promise<string[]> => Promise.all(Array.from({ length: 25 }, () => nameOf('one')));
  const asSuperuser = async (sql: string): Promise<unknown[]> => {
    const client = new Client({ connectionString: origin.superuserUrl });
    await client.connect();
    try {
      return (await client.query(sql)).rows as unknown[];
    } finally {
      await client.end();
    }
  };

  it('ends running calls when the server is silent, and refuses later calls at once', async () => {
    await many();
    server.pause();
    const underWay = Array.from({ length: 25 }, () => nameOf('one'));
    const outcomes = await Promise.allSettled(underWay);
    expect(outcomes.map(({ status }) => status)).not.toContain('fulfilled');
    for (const outcome of outcomes)
      expect(outcome).toMatchObject({ reason: { ...unavailable, message: nothingChanged } });
    await waitForOutage();
    await expect(nameOf('one')).rejects.toMatchObject(unavailable);
    await expect(new JobStatements(database.transactions).run('SELECT 1')).rejects.toMatchObject(unavailable);
    const { reason, since } = database.availability;
    expect([reason, since.getTime() <= Date.now()]).toEqual(['it does not answer', true]);
    server.resume();
    await waitForRecovery();
    expect(new Set(await many())).toEqual(new Set(['One']));
    expect(changes).toEqual([false, true]);
  });

  it('detects a crash at once, and leaves no dead connection in the pool', async () => {
    await many();
    await server.kill();
    await expect(nameOf('one')).rejects.toMatchObject({ ...unavailable, message: nothingChanged });
    await waitForOutage();
    await expect(nameOf('one')).rejects.toMatchObject(unavailable);
    await server.restart();
    await waitForRecovery();
    expect(new Set(await many())).toEqual(new Set(['One']));
    expect(changes).toEqual([false, true]);
  });

  it('AvailabilityMonitor counts a standby as down, and uses it again after its promotion', async () => {
    await server.restartAsStandby();
    await waitFor(() => database.availability.reason === 'it is a standby, which takes no writes', {
      what: 'the standby is found',
    });
    await expect(database.asPlatform('one', () => rename('Two'))).rejects.toMatchObject({
      ...unavailable,
      message: nothingChanged,
    });
    await server.promote();
    await waitForRecovery();
    expect(await nameOf('one')).toBe('One');
  });

  it('the database counts as available while its disk is full, and reports that until a change is written', async () => {
    await asSuperuser(`CREATE FUNCTION fill() RETURNS trigger LANGUAGE plpgsql AS
      $$ BEGIN RAISE EXCEPTION 'no space left on device' USING ERRCODE = 'disk_full'; END $$`);
    await asSuperuser('CREATE TRIGGER fill BEFORE UPDATE ON tenants FOR EACH ROW EXECUTE FUNCTION fill()');
    await expect(database.asPlatform('one', () => rename('Two'))).rejects.toMatchObject({
      ...unavailable,
      message: expect.stringContaining('no free disk space; nothing was changed') as string,
    });
    expect([database.availability.hasFullDisk, await nameOf('one')]).toEqual([true, 'One']);
    await asSuperuser('DROP TRIGGER fill ON tenants');
    await database.asPlatform('one', () => rename('One'));
    expect(database.availability.hasFullDisk).toBe(false);
    expect(changes).toEqual([]);
  });

  it('reports that nothing was changed after an outage in the middle of a transaction', async () => {
    const work = database.asPlatform('one', async () => {
      await rename('Half');
      server.pause();
    });
    await expect(work).rejects.toMatchObject({ ...unavailable, message: nothingChanged });
    server.resume();
    await waitForRecovery();
    expect(await nameOf('one')).toBe('One');
  });

  it('reports that the outcome is unknown after an outage during a commit', async () => {
    await asSuperuser(`CREATE FUNCTION hold() RETURNS trigger LANGUAGE plpgsql AS
        $$BEGIN PERFORM pg_advisory_xact_lock(4711); RETURN NULL; END$$;
      CREATE CONSTRAINT TRIGGER held AFTER UPDATE ON tenants DEFERRABLE INITIALLY DEFERRED
        FOR EACH ROW EXECUTE FUNCTION hold()`);
    const holder = new Client({ connectionString: origin.superuserUrl });
    await holder.connect();
    await holder.query('SELECT pg_advisory_lock(4711)');
    const work = database.asPlatform('one', () => rename('Committed'));
    const outcome = work.catch((error: unknown) => error);
    const waiting = `SELECT FROM pg_stat_activity WHERE query = 'COMMIT' AND wait_event_type = 'Lock'`;
    await waitFor(async () => (await asSuperuser(waiting)).length === 1);
    server.pause();
    const unknown = expect.stringContaining('may or may not have been made') as string;
    expect(await outcome).toMatchObject({ ...unavailable, message: unknown });
    server.resume();
    await holder.end();
    await waitForRecovery();
    await waitFor(async () => (await nameOf('one')) === 'Committed');
    await asSuperuser('DROP TRIGGER held ON tenants');
    await database.asPlatform('one', () => rename('One'));
  });

  it('reports no outage when the server ends idle connections', async () => {
    await many();
    await asSuperuser(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'attune_app' AND pid <> pg_backend_pid()`,
    );
    expect(new Set(await many())).toEqual(new Set(['One']));
    expect(await database.availability.checkNow()).toBe(true);
    expect(changes).toEqual([]);
  });

  it('reports no outage when the server is busy, rows are locked or this process is blocked', async () => {
    const holder = new Client({ connectionString: origin.superuserUrl });
    await holder.connect();
    await holder.query(`BEGIN; SELECT FROM tenants WHERE tenant_id = 'one' FOR UPDATE`);
    const blocked = database.asPlatform('one', () => rename('One'));
    const slow = Array.from({ length: 9 }, () =>
      database.readGlobal(() => database.query('SELECT pg_sleep(2)')),
    );
    const end = Date.now() + 1_500;
    void database.availability.checkNow();
    while (Date.now() < end);
    await Promise.all(slow);
    await holder.query('COMMIT');
    await holder.end();
    await blocked;
    expect(changes).toEqual([]);
  });

  it('lets the database close during an outage', async () => {
    const other = await open(origin.url);
    await other.ping();
    server.pause();
    const hanging = other.ping().catch((error: unknown) => error);
    await other.close();
    server.resume();
    expect(await hanging).toBeInstanceOf(Error);
  });

  it('leaves no connection open when the database closes during a probe', async () => {
    const connections = async (): Promise<number[]> => {
      const rows = await asSuperuser(`SELECT pid FROM pg_stat_activity WHERE usename = 'attune_app'`);
      return (rows as { pid: number }[]).map(({ pid }) => pid);
    };
    await many();
    const before = new Set(await connections());
    for (let round = 0; round < 3; round += 1) {
      const other = await open(origin.url);
      void other.availability.checkNow();
      await other.ping();
      await other.close();
    }
    await waitFor(async () => (await connections()).every((pid) => before.has(pid)));
  });

  it('lets every call succeed after a short loss of all connections', async () => {
    const link = await FaultProxy.forTarget(origin.url);
    const other = await open(link.url);
    await Promise.all(Array.from({ length: 10 }, () => other.ping()));
    link.cut();
    await link.restore();
    await expect(Promise.all(Array.from({ length: 25 }, () => other.ping()))).resolves.toBeDefined();
    await other.close();
    await link.close();
  });
});
