import { Client } from 'pg';
import { type Database, allTenants, openDatabase } from '#database';
import { createEmbeddedTestDatabase, createTestDatabase } from '#testing';

/** One of the two databases that Attune runs on, open as the product opens it. */
export interface TestStore {
  readonly database: Database;
  /** Runs one statement in its own transaction as superuser. */
  asSuperuser<Row>(sql: string, values?: readonly unknown[]): Promise<Row[]>;
  /** The session's user of such a statement. */
  readonly superuser: string;
  close(): Promise<void>;
}

/** For `describe.each`: both databases must behave the same. */
export const testStores: [name: string, open: () => Promise<TestStore>][] = [
  ['Postgres', openPostgresStore],
  ['the embedded database', openEmbeddedStore],
];

async function openPostgresStore(): Promise<TestStore> {
  const server = await createTestDatabase();
  const database = await openDatabase({ databaseUrl: server.url, migrationDatabaseUrl: null, dataDir: '' });
  const client = new Client({ connectionString: server.superuserUrl });
  await client.connect();
  return {
    database,
    superuser: client.user ?? '',
    asSuperuser: async <Row>(sql: string, values: readonly unknown[] = []) =>
      (await client.query(sql, [...values])).rows as Row[],
    close: async () => {
      await client.end();
      await database.close();
      await server.drop();
    },
  };
}

async function openEmbeddedStore(): Promise<TestStore> {
  const { database, close } = await createEmbeddedTestDatabase();
  return {
    database,
    superuser: 'postgres',
    asSuperuser: <Row>(sql: string, values: readonly unknown[] = []) =>
      database.asPlatform(allTenants, async () => {
        await database.query('RESET ROLE');
        return database.query<Row>(sql, values);
      }),
    close,
  };
}
