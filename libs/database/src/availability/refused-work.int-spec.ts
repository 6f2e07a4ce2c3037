import { Logger, type LoggerService } from '@nestjs/common';
import { Client } from 'pg';
import { PostgresServer, type TestDatabase, createTestDatabase, waitFor } from '#testing';
import type { Database } from '../database.js';
import { openDatabase } from '../open-database.js';
import { allTenants } from '../transaction/transaction-scope.js';

const unavailable = { slug: 'unavailable', details: { retry_after_s: expect.any(Number) as number } };

describe('a server that answers and refuses work', () => {
  let server: PostgresServer;
  let entry: TestDatabase;
  let database: Database;
  const errors: string[] = [];
  const warnings: string[] = [];

  beforeAll(async () => {
    const ignore = (): void => undefined;
    const note =
      (lines: string[]) =>
      (...parts: unknown[]): void =>
        void lines.push(parts.map(String).join(' '));
    const logger: LoggerService = { log: ignore, warn: note(warnings), error: note(errors) };
    Logger.overrideLogger(logger);
    server = await PostgresServer.start();
    entry = await createTestDatabase(server.url);
  });

  beforeEach(async () => {
    database = await openDatabase({ databaseUrl: entry.url, migrationDatabaseUrl: null, dataDir: '' });
    errors.length = 0;
    warnings.length = 0;
  });

  afterEach(() => database.close());
  afterAll(async () => {
    Logger.overrideLogger(false);
    await server.stop();
  });

  async function asSuperuser(sql: string): Promise<void> {
    const client = new Client({ connectionString: server.url });
    await client.connect();
    await client.query(sql).finally(() => client.end());
  }

  const endSessions = (): Promise<void> =>
    asSuperuser(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'attune_app'`);
  const work = (): Promise<unknown> => database.asTenant('one', () => database.query('SELECT pg_sleep(0.2)'));
  const nameOfDatabase = (): string => new URL(entry.url).pathname.slice(1);

  it.each([
    ['may not log in', () => ['ALTER ROLE attune_app NOLOGIN', 'ALTER ROLE attune_app LOGIN']],
    [
      'finds no database that accepts connections',
      () =>
        [true, false].map(
          (isOff) => `ALTER DATABASE ${nameOfDatabase()} ALLOW_CONNECTIONS ${String(!isOff)}`,
        ),
    ],
  ])('counts as unavailable, and names the problem in the log, while the login %s', async (_what, change) => {
    const [refuse, allow] = change() as [string, string];
    await asSuperuser(refuse);
    await endSessions();
    await expect(work()).rejects.toMatchObject(unavailable);
    await waitFor(() => !database.availability.isAvailable, { what: 'the database counts as unavailable' });
    await waitFor(() => errors.some((line) => line.includes('until this is mended')));
    await asSuperuser(allow);
    await waitFor(() => database.availability.isAvailable, { what: 'the database is available again' });
    await work();
  });

  it('answers what its open connections can do, and unavailable to the rest, while it refuses new ones', async () => {
    await work();
    await asSuperuser('ALTER ROLE attune_app NOLOGIN');
    const outcomes = await Promise.allSettled(Array.from({ length: 8 }, work));
    await asSuperuser('ALTER ROLE attune_app LOGIN');
    const refused = outcomes.filter((outcome) => outcome.status === 'rejected');
    expect(refused.length).toBeGreaterThan(0);
    expect(refused.length).toBeLessThan(outcomes.length);
    for (const { reason } of refused) expect(reason).toMatchObject(unavailable);
    expect(errors).toEqual([
      expect.stringContaining('DATABASE_URL: role "attune_app" is not permitted to log in'),
    ]);
    expect(database.availability.isAvailable).toBe(true);
  });

  it('answers unavailable when the login lost a role that transactions take', async () => {
    await asSuperuser('REVOKE attune_tenant FROM attune_app');
    await expect(work()).rejects.toMatchObject(unavailable);
    await asSuperuser('GRANT attune_tenant TO attune_app');
    expect(errors).toEqual([expect.stringContaining('permission denied to set role')]);
    await work();
  });

  it('answers unavailable when the login lost the right to the function of a statement', async () => {
    const run = () =>
      database.runStandalone({ name: 'refused 1', text: 'SELECT attune_prune_change_feed()', values: [] });
    await expect(run()).rejects.toMatchObject(unavailable);
    expect(errors).toEqual([expect.stringContaining('permission denied for function')]);
  });

  it('answers unavailable when it cancels a statement, and nothing was changed', async () => {
    const sql = `INSERT INTO tenants (tenant_id, name, plan) VALUES ('cancelled', 'C', 'pro')`;
    const cancelled = database.asPlatform(allTenants, async () => {
      await database.query(sql);
      await database.query(`SET LOCAL statement_timeout = '10ms'`);
      await database.query('SELECT pg_sleep(5)');
    });
    await expect(cancelled).rejects.toMatchObject(unavailable);
    expect(warnings).toEqual([expect.stringContaining('canceling statement due to statement timeout')]);
  });
});
