import { createDataSource } from './data-source.js';
import { Database } from './database.js';
import { EmbeddedDatabase } from './embedded-database.js';
import { checkLogin } from './login-check.js';
import { migrate } from './migrate.js';

export interface DatabaseOptions {
  /** null: the embedded database in `dataDir`. */
  readonly databaseUrl: string | null;
  /** null: the database was migrated before. */
  readonly migrationDatabaseUrl: string | null;
  readonly dataDir: string;
}

/** Opens, and where it may brings up to date, the one database that the environment names. */
export async function openDatabase(options: DatabaseOptions): Promise<Database> {
  return options.databaseUrl === null
    ? openEmbedded(options.dataDir)
    : openServer(options.databaseUrl, options);
}

async function openEmbedded(dataDir: string): Promise<Database> {
  const embedded = await EmbeddedDatabase.open(dataDir);
  const source = createDataSource(embedded);
  try {
    await source.initialize();
    await source.runMigrations();
  } catch (error) {
    await embedded.close();
    throw error;
  }
  return new Database(source, () => embedded.close());
}

async function openServer(databaseUrl: string, options: DatabaseOptions): Promise<Database> {
  if (options.migrationDatabaseUrl !== null) {
    const applicationUser = decodeURIComponent(new URL(databaseUrl).username);
    await migrate({ migrationUrl: options.migrationDatabaseUrl, applicationUser });
  }
  const source = await createDataSource({ url: databaseUrl }).initialize();
  try {
    await checkLogin(source);
  } catch (error) {
    await source.destroy();
    throw error;
  }
  return new Database(source);
}
