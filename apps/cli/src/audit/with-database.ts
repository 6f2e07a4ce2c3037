import { type Database, type DatabaseConfig, openDatabase } from '#database';
import { EnvironmentError } from '#kernel';

/** What the help of each command says of the database. */
export const databaseHelp = `
Needs DATABASE_URL, the application's login. (A server on the embedded database is asked by GET /v1/platform/audit/verify.)`;

/** Does the work on the database of DATABASE_URL, and closes it again. */
export async function withDatabase<T>(
  { databaseUrl, dataDir }: DatabaseConfig,
  work: (database: Database) => Promise<T>,
): Promise<T> {
  if (databaseUrl === null) throw new EnvironmentError(['DATABASE_URL must be set.']);
  const database = await openDatabase({
    databaseUrl,
    migrationDatabaseUrl: null,
    dataDir,
    startupTimeoutMs: null,
  });
  try {
    return await work(database);
  } finally {
    await database.close();
  }
}
