import { Client } from 'pg';
import { createTestDatabase, type TestDatabase } from '#testing';
import { startTenancyApp, type TenancyApp, type TenancyAppOptions } from './tenancy-app.js';

/** A replica on a database of its own. */
export interface TenancyTestApp extends TenancyApp {
  readonly database: TestDatabase;
  queryAsSuperuser<Row>(sql: string, values?: unknown[]): Promise<Row[]>;
}

interface UseTenancyAppOptions extends Omit<TenancyAppOptions, 'env'> {
  /** Variables, or a function that first starts the servers that they name. */
  readonly env?: TenancyAppOptions['env'] | (() => Promise<NonNullable<TenancyAppOptions['env']>>);
  /** Every test has its own replica and database; without this, all tests of the `describe` share one. */
  readonly forEachTest?: boolean;
}

/** Starts a replica before the tests of a `describe`, and stops it after them. Its members exist inside hooks and tests. */
export function useTenancyApp({
  forEachTest = false,
  env = {},
  ...options
}: UseTenancyAppOptions = {}): TenancyTestApp {
  const app = {} as TenancyTestApp;
  const [before, after] = forEachTest ? [beforeEach, afterEach] : [beforeAll, afterAll];
  before(async () => {
    const database = await createTestDatabase();
    const queryAsSuperuser = (sql: string, values?: unknown[]) =>
      querySql(database.superuserUrl, sql, values);
    Object.assign(app, { database, queryAsSuperuser });
    Object.assign(
      app,
      await startTenancyApp(database, { ...options, env: typeof env === 'function' ? await env() : env }),
    );
  });
  after(async () => {
    await app.close();
    await app.database.drop();
  });
  return app;
}

/** Runs plain SQL. */
export async function querySql(url: string, sql: string, values: unknown[] = []): Promise<unknown[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql, values)).rows;
  } finally {
    await client.end();
  }
}
