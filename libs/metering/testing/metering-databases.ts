import { type Database, allTenants, openDatabase } from '#database';
import { createEmbeddedTestDatabase, createTestDatabase } from '#testing';

/** A migrated database, opened once for each replica of the test. */
export interface OpenedDatabases {
  readonly replicas: readonly Database[];
  close(): Promise<void>;
}

/** Both kinds of database that the product runs on, opened by one replica. */
export const databaseKinds: [name: string, open: () => Promise<OpenedDatabases>][] = [
  ['Postgres', () => openServer(1)],
  ['the embedded database', openEmbedded],
];

export async function openServer(count: number): Promise<OpenedDatabases> {
  const server = await createTestDatabase();
  const options = { databaseUrl: server.url, migrationDatabaseUrl: null, dataDir: '' };
  const replicas = await Promise.all(Array.from({ length: count }, () => openDatabase(options)));
  const close = async () => {
    await Promise.all(replicas.map((database) => database.close()));
    await server.drop();
  };
  return { replicas, close };
}

async function openEmbedded(): Promise<OpenedDatabases> {
  const { database, close } = await createEmbeddedTestDatabase();
  return { replicas: [database], close };
}

export async function addTenant(database: Database, tenantId: string): Promise<string> {
  const sql = `INSERT INTO tenants (tenant_id, name, plan) VALUES ($1, $1, 'pro')`;
  await database.asPlatform(allTenants, () => database.query(sql, [tenantId]));
  return tenantId;
}

/** Reads rows as the platform, which sees every tenant. */
export function readRows<Row>(database: Database, sql: string, values: unknown[] = []): Promise<Row[]> {
  return database.readAsPlatform(allTenants, () => database.query<Row>(sql, values));
}
