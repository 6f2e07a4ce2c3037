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

describe('a start without a server', () => {
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

  it('goes on without, says so, and does the work of the start once it comes, in order and once', async () => {
    const { url } = await createTestDatabase(server.url);
    await server.kill();
    const database = await open({ databaseUrl: url });
    expect(database.availability).toMatchObject({ isAvailable: false, reason: 'it refuses connections' });
    await expect(database.ping()).rejects.toMatchObject(unavailable);
    const { host, password } = new URL(url);
    expect(logged).toEqual([expect.stringMatching(`DATABASE_URL, ${host}, cannot be reached`)]);
    expect(logged.join()).not.toContain(password);
    const done: string[] = [];
    let tries = 0;
    await database.runAtStartup(async () => {
      await database.ping();
      tries += 1;
      if (tries === 1) await server.kill().then(() => database.ping());
      done.push('first');
    });
    await database.runAtStartup(async () => void done.push('second'));
    expect(done).toEqual([]);
    await server.restart();
    await waitFor(() => tries === 1);
    await waitFor(() => !database.availability.isAvailable && done.length === 0);
    await server.restart();
    await up(database);
    expect([done, tries]).toEqual([['first', 'second'], 2]);
    await database.runAtStartup(async () => void done.push('third'));
    expect(done).toEqual(['first', 'second', 'third']);
    expect(logged.at(-1)).toMatch('can be reached again');
  });

  it('lets nobody else in before that work is done, nor what it left behind past a later outage', async () => {
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

  it('lets others in beside work that says they need not wait', async () => {
    const { url } = await createTestDatabase(server.url);
    await server.kill();
    const database = await open({ databaseUrl: url });
    let finish = (): void => undefined;
    const done: string[] = [];
    await database.runAtStartup(async () => {
      await new Promise<void>((resolve) => (finish = resolve));
      await database.ping();
      done.push('beside');
    }, 'background');
    await database.runAtStartup(async () => void done.push('before'));
    await server.restart();
    await up(database);
    await database.ping();
    expect(done).toEqual(['before']);
    finish();
    await waitFor(() => done.length === 2);
  });

  it('migrates when the server comes', async () => {
    const { url, migrationUrl } = await createEmptyDatabase(server.url);
    await server.kill();
    const database = await open({ databaseUrl: url, migrationDatabaseUrl: migrationUrl });
    await server.restart();
    await up(database);
    const plans = await database.readAsPlatform(allTenants, () => database.query('SELECT FROM plans'));
    expect(plans.length).toBeGreaterThan(0);
  });

  it('keeps a login out that it must not have, names what to mend, and lets it in when that is done', async () => {
    const { url } = await createTestDatabase(server.url);
    await asSuperuser('ALTER ROLE attune_app SUPERUSER');
    await expect(open({ databaseUrl: url })).rejects.toThrow('is a superuser');
    await server.kill();
    const database = await open({ databaseUrl: url });
    await server.restart();
    const told = () => logged.filter((line) => line.includes('attune_app is a superuser'));
    await waitFor(() => told().length > 0);
    expect(database.availability.reason).toMatch('see the log');
    await expect(database.ping()).rejects.toMatchObject(unavailable);
    await asSuperuser('ALTER ROLE attune_app NOSUPERUSER');
    await up(database);
    await database.ping();
    expect(told()).toHaveLength(1);
  });

  it('fails at once where the answer is that the set-up is wrong', async () => {
    const { url } = await createTestDatabase(server.url);
    const nowhere = Object.assign(new URL(url), { pathname: '/nowhere' }).href;
    await expect(open({ databaseUrl: nowhere })).rejects.toMatchObject({ code: '3D000' });
    const nobody = Object.assign(new URL(url), { username: 'nobody_here' }).href;
    await expect(open({ databaseUrl: nobody })).rejects.toMatchObject({ code: '28000' });
  });

  it('fails, and tries no work again, when the work fails for another reason', async () => {
    const { url } = await createTestDatabase(server.url);
    const database = await open({ databaseUrl: url });
    const failing = () => database.runAtStartup(() => Promise.reject(new Error('DEFAULT_X is wrong.')));
    await expect(failing()).rejects.toThrow('DEFAULT_X is wrong.');
    await expect(database.runAtStartup(() => database.ping())).resolves.toBeUndefined();
  });

  it('takes a server that says nothing, or whose name nobody knows, for one that is away', async () => {
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

  it('is refused where the server must be there', async () => {
    const { url } = await createTestDatabase(server.url);
    await server.kill();
    await expect(open({ databaseUrl: url, startupTimeoutMs: null })).rejects.toMatchObject({
      code: 'ECONNREFUSED',
    });
  });
});
