import { Logger } from '@nestjs/common';
import { FaultProxy, type TestDatabase, createTestDatabase, waitFor } from '#testing';
import type { Database } from '../database.js';
import { openDatabase } from '../open-database.js';

Logger.overrideLogger(false);

const unavailable = { slug: 'unavailable', details: { retry_after_s: expect.any(Number) as number } };

describe('a lost connection', () => {
  let server: TestDatabase;
  let link: FaultProxy;
  let database: Database;

  beforeAll(async () => {
    server = await createTestDatabase();
    link = await FaultProxy.forTarget(server.url);
    database = await openDatabase({ databaseUrl: link.url, migrationDatabaseUrl: null, dataDir: '' });
  });

  beforeEach(async () => {
    await link.restore();
    await up();
  });

  const up = (): Promise<true> => waitFor(() => database.availability.isAvailable);

  afterAll(async () => {
    await database.close();
    await link.close();
    await server.drop();
  });

  it('answers unavailable without naming the server', async () => {
    await database.ping();
    link.cut();
    const outcome = await database.ping().catch((error: object) => error);
    expect(outcome).toMatchObject(unavailable);
    expect((outcome as Error).message).not.toMatch(/127\.0\.0\.1|attune_|ECONN/);
  });

  it('recovers without a restart', async () => {
    link.cut();
    await expect(database.ping()).rejects.toMatchObject(unavailable);
    await link.restore();
    await up();
    await expect(database.ping()).resolves.toBeUndefined();
  });

  it('answers unavailable when it is lost during a statement', async () => {
    const work = database.asTenant('one', async () => {
      const sleeping = database.query('SELECT pg_sleep(60)');
      link.cut();
      return sleeping;
    });
    await expect(work).rejects.toMatchObject(unavailable);
  });

  it('answers unavailable when it is lost between two statements', async () => {
    const work = database.asTenant('one', async () => {
      await database.query('SELECT 1');
      await goneDuring(database.query('SELECT pg_sleep(60)'));
      return database.query('SELECT 1');
    });
    await expect(work).rejects.toMatchObject(unavailable);
  });

  it('answers unavailable when it is lost before the commit', async () => {
    const work = database.asTenant('one', () => goneDuring(database.query('SELECT pg_sleep(60)')));
    await expect(work).rejects.toMatchObject(unavailable);
  });

  async function goneDuring(statement: Promise<unknown>): Promise<void> {
    link.cut();
    await statement.catch(() => undefined);
  }
});
