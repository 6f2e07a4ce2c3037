import { type Database, type DatabaseConfig, openDatabase } from '#database';
import { EnvironmentError } from '#kernel';

/** Help text of commands that need the database. */
export const databaseHelp = `
Needs DATABASE_URL, the application's login. (For the embedded database use GET /v1/platform/audit/verify.)`;

/**
 * Opens the database of DATABASE_URL for `work`, and closes it afterwards.
 *
 * @throws EnvironmentError when DATABASE_URL is not set.
 */
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
