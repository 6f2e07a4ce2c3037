import { AsyncResource } from 'node:async_hooks';
import { Logger } from '@nestjs/common';
import { Client } from 'pg';
import { PostgresServer, createEmptyDatabase, createTestDatabase, waitFor } from '#testing';
import type { Database } from './database.js';
import { type DatabaseOptions, openDatabase } from './open-database.js';
import { allTenants } from './transaction/transaction-scope.js';

const logged: string[] = [];
const note = (message: unknown): void => void logged.push(String(message));
Logger.overrideLogger({ log: note, warn: note, error: note });

const unavailable = { slug: 'unavailable' };

describe('openDatabase', () => {
  let server: PostgresServer;
  let opened: Database[] = [];

  beforeAll(async () => {
    server = await PostgresServer.start();
  });

  beforeEach(async () => {
    logged.length = 0;
    await server.restart();
  });

  afterEach(async () => {
    await Promise.all(opened.map((database) => database.close()));
    opened = [];
  });

  afterAll(() => server.stop());

  async function open(options: Partial<DatabaseOptions>): Promise<Database> {
    const database = await openDatabase({
      databaseUrl: null,
      migrationDatabaseUrl: null,
      dataDir: '',
      startupTimeoutMs: 0,
      ...options,
    });
    opened.push(database);
    return database;
  }

  async function asSuperuser(sql: string): Promise<void> {
    const client = new Client({ connectionString: server.url });
    await client.connect();
    await client.query(sql);
    await client.end();
  }

  const up = (database: Database): Promise<true> => waitFor(() => database.availability.isAvailable);

  it('starts without a server, logs that once, and runs the start-up tasks in order and once when the server is back', async () => {
    const { url } = await createTestDatabase(server.url);
    await server.kill();
    const database = await open({ databaseUrl: url });
    expect(database.availability).toMatchObject({ isAvailable: false, reason: 'it refuses connections' });
    await expect(database.ping()).rejects.toMatchObject(unavailable);
    const { host, password } = new URL(url);
    expect(logged).toEqual([expect.stringMatching(`DATABASE_URL, ${host}, cannot be reached`)]);
    expect(logged.join()).not.toContain(password);
    const completed: string[] = [];
    let tries = 0;
    await database.runAtStartup(async () => {
      await database.ping();
      tries += 1;
      if (tries === 1) await server.kill().then(() => database.ping());
      completed.push('first');
    });
    await database.runAtStartup(async () => void completed.push('second'));
    expect(completed).toEqual([]);
    await server.restart();
    await waitFor(() => tries === 1);
    await waitFor(() => !database.availability.isAvailable && completed.length === 0);
    await server.restart();
    await up(database);
    expect([completed, tries]).toEqual([['first', 'second'], 2]);
    await database.runAtStartup(async () => void completed.push('third'));
    expect(completed).toEqual(['first', 'second', 'third']);
    expect(logged.at(-1)).toMatch('can be reached again');
  });

  it('refuses other callers until the blocking tasks are done, and callbacks of a task after a later outage', async () => {
    const { url } = await createTestDatabase(server.url);
    await server.kill();
    const database = await open({ databaseUrl: url });
    let finish = (): void => undefined;
    const finished = new Promise<void>((resolve) => (finish = resolve));
    let leftBehind: () => Promise<void> = () => Promise.resolve();
    let hasBegun = false;
    await database.runAtStartup(async () => {
      await database.ping();
      leftBehind = AsyncResource.bind(() => database.ping());
      hasBegun = true;
      await finished;
    });
    await server.restart();
    await waitFor(() => hasBegun);
    await expect(database.ping()).rejects.toMatchObject(unavailable);
    await expect(leftBehind()).resolves.toBeUndefined();
    finish();
    await up(database);
    await server.kill();
    await waitFor(() => !database.availability.isAvailable);
    await expect(leftBehind()).rejects.toMatchObject(unavailable);
  });

  it('lets other callers in while a background task runs', async () => {
    const { url } = await createTestDatabase(server.url);
    await server.kill();
    const database = await open({ databaseUrl: url });
    let finish = (): void => undefined;
    const completed: string[] = [];
    await database.runAtStartup(async () => {
      await new Promise<void>((resolve) => (finish = resolve));
      await database.ping();
      completed.push('background');
    }, 'background');
    await database.runAtStartup(async () => void completed.push('blocking'));
    await server.restart();
    await up(database);
    await database.ping();
    expect(completed).toEqual(['blocking']);
    finish();
    await waitFor(() => completed.length === 2);
  });

  it('migrates when the server is back', async () => {
    const { url, migrationUrl } = await createEmptyDatabase(server.url);
    await server.kill();
    const database = await open({ databaseUrl: url, migrationDatabaseUrl: migrationUrl });
    await server.restart();
    await up(database);
    const plans = await database.readAsPlatform(allTenants, () => database.query('SELECT FROM plans'));
    expect(plans.length).toBeGreaterThan(0);
  });

  it('refuses an unsafe login, logs once what to mend, and accepts it when that is done', async () => {
    const { url } = await createTestDatabase(server.url);
    await asSuperuser('ALTER ROLE attune_app SUPERUSER');
    await expect(open({ databaseUrl: url })).rejects.toThrow('is a superuser');
    await server.kill();
    const database = await open({ databaseUrl: url });
    await server.restart();
    const loginErrors = () => logged.filter((line) => line.includes('attune_app is a superuser'));
    await waitFor(() => loginErrors().length > 0);
    expect(database.availability.reason).toMatch('see the log');
    await expect(database.ping()).rejects.toMatchObject(unavailable);
    await asSuperuser('ALTER ROLE attune_app NOSUPERUSER');
    await up(database);
    await database.ping();
    expect(loginErrors()).toHaveLength(1);
  });

  it('fails at once if the server rejects the database name or the user', async () => {
    const { url } = await createTestDatabase(server.url);
    const nowhere = Object.assign(new URL(url), { pathname: '/nowhere' }).href;
    await expect(open({ databaseUrl: nowhere })).rejects.toThrow(
      'DATABASE_URL: database "nowhere" does not exist.',
    );
    const nobody = Object.assign(new URL(url), { username: 'nobody_here' }).href;
    await expect(open({ databaseUrl: nobody })).rejects.toThrow(
      'DATABASE_URL: role "nobody_here" does not exist.',
    );
    await expect(open({ databaseUrl: url, migrationDatabaseUrl: nobody })).rejects.toThrow(
      'MIGRATION_DATABASE_URL: role "nobody_here" does not exist.',
    );
  });

  it('fails when a start-up task fails for another reason than an outage, and does not run it again', async () => {
    const { url } = await createTestDatabase(server.url);
    const database = await open({ databaseUrl: url });
    const failing = () => database.runAtStartup(() => Promise.reject(new Error('DEFAULT_X is wrong.')));
    await expect(failing()).rejects.toThrow('DEFAULT_X is wrong.');
    await expect(database.runAtStartup(() => database.ping())).resolves.toBeUndefined();
  });

  it('treats a silent server and an unknown host name as an outage', async () => {
    const { url } = await createTestDatabase(server.url);
    server.pause();
    const frozen = await open({ databaseUrl: url });
    const { reason } = frozen.availability;
    server.resume();
    expect(reason).toBe('it does not answer');
    await up(frozen);
    const unknown = await open({ databaseUrl: 'postgres://attune_app:x@postgres.invalid/attune' });
    expect(unknown.availability).toMatchObject({
      isAvailable: false,
      reason: expect.stringContaining('its name') as string,
    });
  });

  it('rejects if startupTimeoutMs is null and the server is down', async () => {
    const { url } = await createTestDatabase(server.url);
    await server.kill();
    await expect(open({ databaseUrl: url, startupTimeoutMs: null })).rejects.toMatchObject({
      code: 'ECONNREFUSED',
    });
  });
});
