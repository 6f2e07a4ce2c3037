import { Database, openDatabase } from '#database';
import { createEmbeddedDatabase, createTestDatabase } from '#testing';

/** A migrated database with a few tenants, and how to be rid of it. */
export interface OpenedDatabase {
  readonly database: Database;
  close(): Promise<void>;
}

/** Both kinds of database that the product runs on. */
export const databases: [name: string, open: () => Promise<OpenedDatabase>][] = [
  ['Postgres', openServer],
  ['the embedded database', createEmbeddedDatabase],
];

async function openServer(): Promise<OpenedDatabase> {
  const server = await createTestDatabase();
  const database = await openDatabase({ databaseUrl: server.url, migrationDatabaseUrl: null, dataDir: '' });
  const close = async () => {
    await database.close();
    await server.drop();
  };
  return { database, close };
}

export async function addTenants(database: Database, ...tenantIds: string[]): Promise<void> {
  for (const tenantId of tenantIds) {
    await database.asPlatform(tenantId, () =>
      database.query('INSERT INTO tenants (tenant_id, name, plan) VALUES ($1, $1, $2)', [tenantId, 'pro']),
    );
  }
}
