import { Client } from 'pg';
import { RateLimitedError } from '#kernel';
import { type TestDatabase, createTestDatabase, waitFor } from '#testing';
import type { Database } from '../database.js';
import { openDatabase } from '../open-database.js';

const poolSize = 10;
/** Three quarters of the pool. */
const share = 7;

describe('The connections of Database', () => {
  let server: TestDatabase;
  let database: Database;
  let gate: PromiseWithResolvers<void>;
  let started: string[];

  beforeAll(async () => {
    server = await createTestDatabase();
    database = await openDatabase({ databaseUrl: server.url, migrationDatabaseUrl: null, dataDir: '' });
  });
  afterAll(async () => {
    await database.close();
    await server.drop();
  });

  beforeEach(() => {
    gate = Promise.withResolvers<void>();
    started = [];
  });

  afterEach(async () => {
    gate.resolve();
    await waitFor(() => poolOf().inUse === 0, { what: 'all connections are given back' });
  });

  /** Transactions that hold their connections until the gate opens. */
  const hold = (tenantId: string, count: number): Promise<unknown>[] =>
    Array.from({ length: count }, () =>
      database.readAsTenant(tenantId, () => {
        started.push(tenantId);
        return gate.promise;
      }),
    );
  const poolOf = () => database.transactions.pool;

  it('a tenant with 1,000 transactions leaves connections to another tenant, which waits for none', async () => {
    const held = hold('noisy', 1_000);
    await waitFor(() => started.length === share);
    expect(poolOf()).toEqual({ max: poolSize, inUse: share, waiting: 1_000 - share });
    const other = database.readAsTenant('quiet', () => database.query('SELECT 1 AS one'));
    await expect(other).resolves.toEqual([{ one: 1 }]);
    expect(started).toHaveLength(share);
    gate.resolve();
    await Promise.all(held);
  });

  it('the next free connection goes to a tenant that has waited longer since its last one', async () => {
    const held = [...hold('noisy', 100), ...hold('other', 3)];
    await waitFor(() => started.length === poolSize);
    const quiet = hold('quiet', 1);
    gate.resolve();
    await Promise.all([...held, ...quiet]);
    expect(started.indexOf('quiet')).toBeLessThan(poolSize + 2);
  });

  it('a tenant whose 1,000 transactions wait gets a refusal for the next one, and another tenant does not', async () => {
    const held = hold('noisy', share + 1_000);
    const refused = database.asTenant('noisy', () => Promise.resolve());
    await expect(refused).rejects.toBeInstanceOf(RateLimitedError);
    await expect(refused).rejects.toMatchObject({ details: { limit: 1_000, remaining: 0 } });
    await expect(database.asTenant('quiet', () => Promise.resolve('written'))).resolves.toBe('written');
    gate.resolve();
    await Promise.all(held);
  });

  it('transactions that fail give their connections back', async () => {
    const failing = Array.from({ length: 50 }, () =>
      database.asTenant('noisy', () => Promise.reject(new Error('failed'))),
    );
    const outcomes = await Promise.allSettled(failing);
    expect(new Set(outcomes.map(({ status }) => status))).toEqual(new Set(['rejected']));
    expect(poolOf()).toEqual({ max: poolSize, inUse: 0, waiting: 0 });
  });
});

it('The connections of Database are shared by all callers when the server gives fewer than the pool may have', async () => {
  const server = await createTestDatabase();
  const superuser = new Client({ connectionString: server.superuserUrl });
  await superuser.connect();
  await superuser.query(`ALTER DATABASE ${superuser.database} CONNECTION LIMIT 4`);
  const database = await openDatabase({ databaseUrl: server.url, migrationDatabaseUrl: null, dataDir: '' });
  const sleep = () => database.query('SELECT pg_sleep(0.2)');
  const calls = Array.from({ length: 20 }, (_, at) => database.readAsTenant(`tenant-${at % 4}`, sleep));
  const outcomes = await Promise.allSettled(calls);
  await Promise.all([database.close(), superuser.end()]);
  await server.drop();
  expect(outcomes.filter(({ status }) => status === 'rejected')).toEqual([]);
});
