import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { EnvironmentError } from '#kernel';
import { PoolSockets } from './availability/pool-sockets.js';
import { DatabaseAvailability } from './availability/database-availability.js';
import { closeDataSource, connectAsOwner } from './data-source.js';
import { Database } from './database.js';
import type { DatabaseConfig } from './database.config.js';
import { openDatabase } from './open-database.js';
import { StartupTasks } from './startup-tasks.js';

/**
 * Opens the database for a command of the operator, as the owner who migrated it: `MIGRATION_DATABASE_URL`, or the embedded database if
 * no server is named. Every transaction takes a role of the application, as those of the service do.
 *
 * @throws EnvironmentError when only `DATABASE_URL` is set, or there is no embedded database.
 * @throws Error when the server does not answer, or refuses the login.
 */
export async function openDatabaseAsOwner(config: DatabaseConfig): Promise<Database> {
  const { databaseUrl, migrationDatabaseUrl: url, dataDir } = config;
  if (url !== null) return openServerAsOwner(url);
  if (databaseUrl !== null)
    throw new EnvironmentError(['MIGRATION_DATABASE_URL must be set: the owner of the database.']);
  if (!existsSync(join(dataDir, 'postgres')))
    throw new EnvironmentError([
      `There is no embedded database in ${dataDir}. Set DATA_DIR, or MIGRATION_DATABASE_URL for a server.`,
    ]);
  return openDatabase({ databaseUrl, migrationDatabaseUrl: null, dataDir });
}

async function openServerAsOwner(url: string): Promise<Database> {
  const sockets = new PoolSockets();
  const source = await connectAsOwner({ url, sockets }, { maxConnections: 1 });
  const availability = new DatabaseAvailability();
  const close = () => closeDataSource(source, sockets);
  return new Database(source, { availability, startupTasks: new StartupTasks(availability), close });
}
