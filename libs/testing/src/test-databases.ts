import type { Database } from '#database';
import { createEmbeddedTestDatabase } from './embedded-test-database.js';
import { createTestDatabase } from './test-database.js';

/** A migrated database, open in this process as the product opens it. */
export interface OpenDatabase {
  readonly database: Database;
  /** Closes the database and removes it. */
  close(): Promise<void>;
}

/** Both kinds of database that the product runs on, for `describe.each`: what holds on one must hold on the other. */
export const testDatabases: [name: string, open: () => Promise<OpenDatabase>][] = [
  ['Postgres', openServerDatabase],
  ['the embedded database', createEmbeddedTestDatabase],
];

async function openServerDatabase(): Promise<OpenDatabase> {
  const { openDatabase } = await import('#database');
  const server = await createTestDatabase();
  const database = await openDatabase({ databaseUrl: server.url, migrationDatabaseUrl: null, dataDir: '' });
  const close = async () => {
    await database.close();
    await server.drop();
  };
  return { database, close };
}
