import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type OpenDatabase, testDatabases, waitFor } from '#testing';
import { getConstructionPlans } from 'pg-boss';
import { allTenants } from '../transaction/transaction-scope.js';
import { JobQueue } from './job-queue.js';
import { JobStatements } from './job-statements.js';

interface Errand {
  readonly what: string;
}

describe.each(testDatabases)('JobQueue on %s', (_name, open) => {
  let store: OpenDatabase;
  const running: JobQueue[] = [];

  beforeAll(async () => {
    store = await open();
  });

  afterEach(async () => {
    await Promise.all(running.splice(0).map((queue) => queue.beforeApplicationShutdown()));
  });

  afterAll(() => store.close());

  async function aQueue(
    name: string,
    handler: (errand: Errand, signal: AbortSignal) => Promise<void>,
  ): Promise<JobQueue> {
    const queue = new JobQueue(store.database);
    queue.registerHandler<Errand>(name, handler);
    await queue.onApplicationBootstrap();
    running.push(queue);
    return queue;
  }

  function enqueue(queue: JobQueue, name: string, what: string): Promise<void> {
    return store.database.asPlatform(allTenants, () => queue.enqueue(name, { what }));
  }

  it('runs a job once, on one of several replicas', async () => {
    const completed: string[] = [];
    const handler = ({ what }: Errand) => Promise.resolve(void completed.push(what));
    const [one] = [await aQueue('once', handler), await aQueue('once', handler)];
    await enqueue(one, 'once', 'first');
    await enqueue(one, 'once', 'second');
    one.wake('once');
    await waitFor(() => completed.length === 2);
    expect(completed.toSorted()).toEqual(['first', 'second']);
  });

  it('runs no job of a transaction that was rolled back', async () => {
    const completed: string[] = [];
    const queue = await aQueue('undone', ({ what }) => Promise.resolve(void completed.push(what)));
    const failing = store.database.asPlatform(allTenants, async () => {
      await queue.enqueue('undone', { what: 'never' });
      throw new Error('rolled back');
    });
    await expect(failing).rejects.toThrow('rolled back');
    await enqueue(queue, 'undone', 'last');
    queue.wake('undone');
    await waitFor(() => completed.length > 0);
    expect(completed).toEqual(['last']);
  });

  it('restores the role of the transaction after enqueue()', async () => {
    const queue = await aQueue('role', () => Promise.resolve());
    const roles = await store.database.asPlatform(allTenants, async () => {
      await queue.enqueue('role', { what: 'nothing' });
      return store.database.query('SELECT current_user AS role');
    });
    expect(roles).toEqual([{ role: 'attune_platform' }]);
  });

  it('does not run a job before its time', async () => {
    const completed: string[] = [];
    const queue = await aQueue('later', ({ what }) => Promise.resolve(void completed.push(what)));
    await store.database.asPlatform(allTenants, () => queue.enqueue('later', { what: 'tomorrow' }, 86_400));
    await enqueue(queue, 'later', 'now');
    queue.wake('later');
    await waitFor(() => completed.length > 0);
    expect(completed).toEqual(['now']);
  });

  it('refuses a job without an open transaction', async () => {
    const queue = await aQueue('alone', () => Promise.resolve());
    await expect(queue.enqueue('alone', { what: 'x' })).rejects.toThrow('No transaction is open');
  });

  it('runs a failed job again', async () => {
    let attempts = 0;
    const queue = await aQueue('again', () => {
      attempts += 1;
      return attempts === 1 ? Promise.reject(new Error('not yet')) : Promise.resolve();
    });
    await enqueue(queue, 'again', 'x');
    queue.wake('again');
    await waitFor(() => attempts === 2);
  });

  it('passes an unfinished job to another replica at shutdown', async () => {
    const startedBy: string[] = [];
    const one = await aQueue('handed', async (_errand, signal) => {
      startedBy.push('one');
      await new Promise((_resolve, reject) =>
        signal.addEventListener('abort', () => reject(new Error('stopped'))),
      );
    });
    await enqueue(one, 'handed', 'x');
    one.wake('handed');
    await waitFor(() => startedBy.length === 1);
    await one.beforeApplicationShutdown();
    await aQueue('handed', () => Promise.resolve(void startedBy.push('other')));
    await waitFor(() => startedBy.length === 2);
    expect(startedBy).toEqual(['one', 'other']);
  });

  it('lets the engine use its own tables only', async () => {
    const { database } = store;
    for (const sql of [
      'SELECT FROM public.tenants',
      'SELECT FROM public.api_keys',
      'CREATE TABLE pgboss.more (id int)',
      'TRUNCATE pgboss.job',
    ])
      await expect(new JobStatements(database.transactions).run(sql)).rejects.toThrow(/permission denied/);
    await expect(
      database.asPlatform(allTenants, () => database.query('SELECT FROM pgboss.job')),
    ).rejects.toThrow(/permission denied/);
  });
});

describe('migration 0016', () => {
  const migration = readFileSync(
    join(import.meta.dirname, '../../../../migrations/0016-job-engine.sql'),
    'utf8',
  );
  /** Leaves out the transaction, which is the migration's, and the daily statistics, which Attune does not use. */
  const expected = getConstructionPlans('pgboss')
    .replace(/^[\s\S]*?(?=CREATE SCHEMA)/, '')
    .replace(/DO \$\$[\s\S]*?\$\$\s*;/, '')
    .replace(/COMMIT;\s*$/, '');
  const words = (sql: string) => sql.replaceAll(/[\s;]+/g, ' ').trim();

  it('contains the schema that the installed pg-boss would create', () => {
    expect(words(migration)).toContain(words(expected));
  });
});
