import { Logger } from '@nestjs/common';
import { Client } from 'pg';
import {
  FaultProxy,
  type TestDatabase,
  createEmbeddedTestDatabase,
  createTestDatabase,
  holdNextResponse,
  waitFor,
} from '#testing';
import type { Database } from '../database.js';
import { openDatabase } from '../open-database.js';

Logger.overrideLogger(false);

interface Session {
  readonly pid: number;
}

const pidStatement = { name: 'session 1', text: 'SELECT pg_backend_pid() AS pid, $1::int AS n', values: [1] };

describe('Database.runStandalone', () => {
  let server: TestDatabase;
  let link: FaultProxy;
  let database: Database;

  beforeAll(async () => {
    server = await createTestDatabase();
    link = await FaultProxy.forTarget(server.url);
  });
  afterAll(async () => {
    await link.close();
    await server.drop();
  });
  beforeEach(async () => {
    await link.restore();
    database = await openDatabase({ databaseUrl: link.url, migrationDatabaseUrl: null, dataDir: '' });
  });
  afterEach(() => database.close());

  const preparedNames = (): Promise<string[]> =>
    database.transactions.runOnOwnConnection(async (client) => {
      const { rows } = await client.query<{ name: string }>('SELECT name FROM pg_prepared_statements');
      return rows.map(({ name }) => name);
    });

  it('Database.runStandalone runs the statement as the login, and keeps its plan', async () => {
    const statement = { name: 'user 1', text: 'SELECT current_user AS name WHERE $1', values: [true] };
    await expect(database.runStandalone(statement)).resolves.toEqual([{ name: 'attune_app' }]);
    expect(await preparedNames()).toEqual(['user 1']);
  });

  it('Database.runStandalone sends the statement once more when its connection is lost before the answer', async () => {
    const [{ pid }] = (await database.runStandalone<Session>(pidStatement)) as [Session];
    const held = holdNextResponse(link, /session 1/);
    const running = database.runStandalone<Session>(pidStatement);
    await held.sent;
    link.resetConnections();
    held.release();
    const [second] = await running;
    expect(second!.pid).not.toBe(pid);
  });

  it('Database.runStandalone does not promise that nothing was changed when the server is gone after the statement was sent', async () => {
    await database.runStandalone(pidStatement);
    const held = holdNextResponse(link, /session 1/);
    const running = database.runStandalone(pidStatement);
    await held.sent;
    link.cut();
    held.release();
    await expect(running).rejects.toMatchObject({
      slug: 'unavailable',
      message: expect.stringContaining('may or may not') as string,
    });
  });

  it('Database.runStandalone answers unavailable at once while the server is away', async () => {
    link.cut();
    await waitFor(() => !database.availability.isAvailable);
    await expect(database.runStandalone(pidStatement)).rejects.toMatchObject({ slug: 'unavailable' });
  });

  it('Database.runStandalone prepares nothing more once a session has lost a prepared statement', async () => {
    await database.runStandalone(pidStatement);
    await database.transactions.runOnOwnConnection((client) => client.query('DEALLOCATE ALL'));
    await expect(database.runStandalone(pidStatement)).resolves.toMatchObject([{ n: 1 }]);
    await expect(database.runStandalone({ ...pidStatement, values: [2] })).resolves.toMatchObject([{ n: 2 }]);
    expect(await preparedNames()).toEqual([]);
  });

  it('Database.runStandalone prepares nothing more once another user of the session has taken the name', async () => {
    const prepare = `PREPARE "session 1" AS SELECT 'of another release' AS pid`;
    await database.transactions.runOnOwnConnection((client) => client.query(prepare));
    await expect(database.runStandalone(pidStatement)).resolves.toMatchObject([{ n: 1 }]);
  });

  it('Database.runStandalone gets the next connection when transactions wait for one', async () => {
    const gates = Array.from({ length: 10 }, () => Promise.withResolvers<void>());
    const hold = ({ promise }: PromiseWithResolvers<void>, index: number): Promise<void> =>
      database.readAsTenant(`tenant-${index % 2}`, () => promise);
    const holders = gates.map(hold);
    const order: string[] = [];
    const waiting = [1, 2, 3].map(() => database.ping().then(() => order.push('transaction')));
    const standalone = database.runStandalone(pidStatement).then(() => order.push('statement'));
    gates[0]!.resolve();
    await Promise.all([...waiting, standalone]);
    expect(order[0]).toBe('statement');
    for (const { resolve } of gates) resolve();
    await Promise.all(holders);
  });

  it('Database.runStandalone answers unavailable when the server lets the login write nothing', async () => {
    const superuser = new Client({ connectionString: server.superuserUrl });
    await superuser.connect();
    const setting = `ALTER DATABASE ${superuser.database}`;
    await superuser.query(`${setting} SET default_transaction_read_only = on`);
    const newDatabase = await openDatabase({
      databaseUrl: link.url,
      migrationDatabaseUrl: null,
      dataDir: '',
    });
    const statement = { name: 'lock 1', text: 'SELECT FROM tenants WHERE $1 FOR KEY SHARE', values: [true] };
    const [outcome] = await Promise.allSettled([newDatabase.runStandalone(statement)]);
    await superuser.query(`${setting} RESET default_transaction_read_only`);
    await Promise.all([newDatabase.close(), superuser.end()]);
    expect(outcome).toMatchObject({ status: 'rejected', reason: { slug: 'unavailable' } });
  });

  it('Database.runStandalone throws the error of a wrong statement as it is', async () => {
    const wrong = { name: 'wrong 1', text: 'SELECT nothing', values: [] };
    await expect(database.runStandalone(wrong)).rejects.toMatchObject({ code: '42703' });
  });
});

it('Database.runStandalone runs its own statement on the embedded database, although other connections prepare theirs between its messages', async () => {
  const { database, close } = await createEmbeddedTestDatabase();
  // The value arrives in several parts.
  const statement = {
    name: 'length 1',
    text: 'SELECT length($1) AS length',
    values: ['x'.repeat(1_000_000)],
  };
  const other = { name: 'other 1', text: 'SELECT $1::text IS NULL AS is_other', values: ['x'] };
  const answers = await Promise.all(
    Array.from({ length: 20 }, async () => {
      const [answer] = await Promise.all([database.runStandalone(statement), database.runStandalone(other)]);
      return answer;
    }),
  );
  expect(answers).toEqual(answers.map(() => [{ length: 1_000_000 }]));
  await close();
});
