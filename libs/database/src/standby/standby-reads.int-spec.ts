import { Logger, type LoggerService } from '@nestjs/common';
import { Client } from 'pg';
import { NotFoundError } from '#kernel';
import { Metrics } from '#telemetry';
import { PostgresServer, type TestDatabase, createTestDatabase, waitFor } from '#testing';
import type { Database } from '../database.js';
import { openDatabase } from '../open-database.js';
import { allTenants } from '../transaction/transaction-scope.js';
import { registerStandbyMetrics } from './standby-metrics.js';

interface Answer {
  readonly is_standby: boolean;
  readonly name: string;
}

const answerSql = 'SELECT pg_is_in_recovery() AS is_standby, name FROM tenants';
/** It takes long on the standby only. */
const slowSql = `SELECT pg_is_in_recovery() AS is_standby, name,
  CASE WHEN pg_is_in_recovery() THEN pg_sleep(20)::text END AS slept FROM tenants`;
const lines: string[] = [];
let primary: PostgresServer;
let standby: PostgresServer;
let origin: TestDatabase;
let readUrl: string;
/** Two replicas. */
let database: Database;
let other: Database;

beforeAll(async () => {
  const note = (...parts: unknown[]): void => void lines.push(parts.map(String).join(' '));
  Logger.overrideLogger({ log: note, warn: note, error: note } satisfies LoggerService);
  primary = await PostgresServer.start();
  origin = await createTestDatabase(primary.url);
  standby = await PostgresServer.start(primary);
  readUrl = at(standby, origin.url);
  [database, other] = await Promise.all([open(readUrl), open(readUrl)]);
  const sql = `INSERT INTO tenants (tenant_id, name, plan) VALUES ('one', 'One', 'pro')`;
  await database.asPlatform(allTenants, () => database.query(sql));
});
beforeEach(async () => {
  await waitForStandby(database);
  await waitForStandby(other);
  lines.length = 0;
});
afterAll(async () => {
  await Promise.all([database?.close(), other?.close()]);
  await Promise.all([primary?.stop(), standby?.stop()]);
  Logger.overrideLogger(false);
});

function open(databaseReadUrl: string): Promise<Database> {
  const options = { databaseUrl: origin.url, migrationDatabaseUrl: null, dataDir: '' };
  return openDatabase({ ...options, databaseReadUrl, databaseOutageMs: 1_000 });
}

/** The same database and login on another server. */
function at(server: PostgresServer, url: string): string {
  const { host } = new URL(server.url);
  return Object.assign(new URL(url), { host }).href;
}

async function asSuperuser(server: PostgresServer, ...statements: string[]): Promise<void> {
  const client = new Client({ connectionString: at(server, origin.superuserUrl) });
  await client.connect();
  try {
    for (const sql of statements) await client.query(sql);
  } finally {
    await client.end();
  }
}

const waitForStandby = ({ standby: reads }: Database) =>
  waitFor(() => reads!.availability.isAvailable, { what: 'the standby is read' });
const waitForPrimary = ({ standby: reads }: Database) =>
  waitFor(() => !reads!.availability.isAvailable, { what: 'the standby is not read' });
const sleepersSql = `SELECT 1 / count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep'`;
const waitForSlowRead = () =>
  waitFor(() => asSuperuser(standby, sleepersSql).then(() => true), {
    what: 'the standby runs the slow read',
  });
const list = (from: Database, sql = answerSql): Promise<Answer> =>
  from.listAsTenant('one', async () => (await from.query<Answer>(sql))[0]!);
const rename = (name: string) =>
  database.asPlatform('one', () => database.query('UPDATE tenants SET name = $1', [name]));
const pauseReplay = () => asSuperuser(standby, 'SELECT pg_wal_replay_pause()');
const resumeReplay = () => asSuperuser(standby, 'SELECT pg_wal_replay_resume()');

describe('a list on a database with a standby', () => {
  // Replay that a failed test has paused would fail all that follow.
  afterEach(resumeReplay);

  it('reads the standby, and every other transaction reads the primary', async () => {
    expect(await list(database)).toMatchObject({ is_standby: true });
    const fromPlatform = () => database.listAsPlatform(allTenants, () => database.query(answerSql));
    expect(await fromPlatform()).toMatchObject([{ is_standby: true }]);
    const query = () => database.query(answerSql);
    expect(await database.readAsTenant('one', query)).toMatchObject([{ is_standby: false }]);
    expect(await database.readSnapshotAsTenant('one', query)).toMatchObject([{ is_standby: false }]);
    expect(await database.readAsPlatform(allTenants, query)).toMatchObject([{ is_standby: false }]);
    expect(await database.asTenant('one', query)).toMatchObject([{ is_standby: false }]);
  });

  it('sees only the rows of its tenant', async () => {
    const rows = await database.listAsTenant('two', () => database.query(answerSql));
    expect(rows).toEqual([]);
  });

  it('joins an open transaction, wherever that is', async () => {
    const joined = await database
      .asTenant('one', () => list(database))
      .catch((error: Error) => error.message);
    expect(joined).toMatchObject({ is_standby: false });
    const query = () => database.query(answerSql);
    const rows = await database.listAsTenant('one', () => database.readAsTenant('one', query));
    expect(rows).toMatchObject([{ is_standby: true }]);
  });

  it('sees what any replica has changed before, on the standby or on the primary', async () => {
    for (let count = 0; count < 100; count += 1) {
      await rename(`Name ${count}`);
      const answers = await Promise.all([list(database), list(other)]);
      expect(answers.map(({ name }) => name)).toEqual([`Name ${count}`, `Name ${count}`]);
    }
  });

  it('sees a change at once although the standby has not replayed it, and counts who answered', async () => {
    await pauseReplay();
    const before = { ...other.standby!.counts };
    await rename('Not replayed');
    expect(await list(other)).toEqual({ is_standby: false, name: 'Not replayed' });
    await resumeReplay();
    expect(await waitFor(async () => (await list(other)).is_standby)).toBe(true);
    const { standby: answered, behind } = other.standby!.counts;
    expect(behind).toBeGreaterThan(before.behind);
    expect(answered).toBeGreaterThan(before.standby);
  });

  it('reads the primary while the standby is more than five seconds behind, and the log says when that begins and ends', async () => {
    await pauseReplay();
    await rename('Late');
    await waitForPrimary(database);
    expect(database.standby!.availability.reason).toBe('it is behind the primary');
    expect(await list(database)).toEqual({ is_standby: false, name: 'Late' });
    await resumeReplay();
    await waitForStandby(database);
    expect(await list(database)).toEqual({ is_standby: true, name: 'Late' });
    const { host } = new URL(standby.url);
    const name = `The server of DATABASE_READ_URL, ${host},`;
    const began = `${name} is not read, but the primary in its place: it is behind the primary. Trying again in the background.`;
    await waitFor(() => lines.some((line) => line.startsWith(`${name} is read again.`)));
    // Both replicas log.
    expect(lines.filter((line) => line.startsWith(began)).length).toBeLessThanOrEqual(2);
    expect(lines.filter((line) => line.startsWith(name)).length).toBeLessThanOrEqual(4);
  });

  it('runs again on the primary when the standby cancels it to go on replaying', async () => {
    await asSuperuser(
      standby,
      `ALTER SYSTEM SET max_standby_streaming_delay = '100ms'`,
      'SELECT pg_reload_conf()',
    );
    const { failed } = database.standby!.counts;
    const listing = list(database, slowSql);
    await waitForSlowRead();
    await asSuperuser(primary, 'BEGIN', 'LOCK TABLE tenants IN ACCESS EXCLUSIVE MODE', 'COMMIT');
    expect(await listing).toMatchObject({ is_standby: false });
    expect(database.standby!.counts.failed).toBe(failed + 1);
  });

  it('passes on what the work itself refuses, and does not run it twice', async () => {
    let runs = 0;
    const refuse = async (): Promise<never> => {
      runs += 1;
      throw new NotFoundError('No such thing.');
    };
    await expect(database.listAsTenant('one', refuse)).rejects.toThrow('No such thing.');
    expect(runs).toBe(1);
  });

  it('gets its answer from the primary when the standby falls silent or dies in the middle', async () => {
    for (const fail of [() => void standby.pause(), () => standby.kill()]) {
      const listing = Array.from({ length: 15 }, () => list(database, slowSql));
      await waitForSlowRead();
      await fail();
      for (const answer of await Promise.all(listing)) expect(answer).toMatchObject({ is_standby: false });
      await waitForPrimary(database);
      expect(await list(database)).toMatchObject({ is_standby: false });
      await standby.restart();
      await waitForStandby(database);
    }
  });

  it('shows in the metrics whether the standby is read', async () => {
    const metrics = new Metrics();
    registerStandbyMetrics(metrics, database.standby);
    const text = await metrics.toPrometheusText();
    expect(text).toContain('\nattune_standby_up 1\n');
    expect(text).toMatch(/^attune_standby_reads_total\{outcome="standby"\} [1-9]/m);
  });
});

describe('a server in DATABASE_READ_URL that is no standby of the database', () => {
  const find = (text: string) => waitFor(() => lines.find((line) => line.includes(text)), { what: text });

  it.each([
    ['the primary', () => origin.url, 'DATABASE_READ_URL: the server is no standby'],
    [
      'another database of the standby',
      () => Object.assign(new URL(readUrl), { pathname: 'postgres' }).href,
      'DATABASE_READ_URL: the server follows another database',
    ],
    [
      'a superuser',
      () => at(standby, origin.superuserUrl),
      'DATABASE_READ_URL: the user attune_superuser is a superuser',
    ],
    [
      'a server that is not there',
      () => 'postgres://attune_app@127.0.0.1:1/attune',
      'it refuses connections',
    ],
  ])('gets no reads: %s', async (_what, url, problem) => {
    const wrong = await open(url());
    await find(problem);
    expect(await list(wrong)).toMatchObject({ is_standby: false });
    expect(wrong.standby!.counts).toEqual({ standby: 0, unavailable: 1, behind: 0, failed: 0 });
    await wrong.close();
  });

  it('gets no more reads once it is promoted', async () => {
    await standby.promote();
    await find('DATABASE_READ_URL: the server is no standby');
    expect(await list(database)).toMatchObject({ is_standby: false });
  });
});
