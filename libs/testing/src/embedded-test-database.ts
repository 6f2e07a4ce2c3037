import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Database } from '#database';

/** The database that `npm start` uses, in this process and in a folder of its own. */
export interface EmbeddedTestDatabase {
  readonly database: Database;
  readonly dataDir: string;
  /** Closes the database and removes the folder. */
  close(): Promise<void>;
}

/** A new embedded database, migrated. It takes seconds: one for a file of tests, in `beforeAll`. */
export async function createEmbeddedTestDatabase(): Promise<EmbeddedTestDatabase> {
  const { openDatabase } = await import('#database');
  const dataDir = await mkdtemp(join(tmpdir(), 'attune-embedded-'));
  const database = await openDatabase({ databaseUrl: null, migrationDatabaseUrl: null, dataDir });
  const close = async () => {
    await database.close();
    await rm(dataDir, { recursive: true, force: true });
  };
  return { database, dataDir, close };
}
