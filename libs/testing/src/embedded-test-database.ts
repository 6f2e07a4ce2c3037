import { existsSync } from 'node:fs';
import { cp, mkdtemp, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Database } from '#database';
import { migrationsFingerprint } from './migrations-fingerprint.js';

/** The database that `npm start` uses, in this process and in a folder of its own. */
export interface EmbeddedTestDatabase {
  readonly database: Database;
  readonly dataDir: string;
  /** Closes the database and removes the folder. */
  close(): Promise<void>;
}

/**
 * A new embedded database, migrated: a copy of one that the first caller of a run makes, since creating one takes seconds
 * of processor time and a copy a tenth of that.
 */
export async function createEmbeddedTestDatabase(): Promise<EmbeddedTestDatabase> {
  const template = await findOrCreateTemplate();
  const dataDir = await mkdtemp(join(tmpdir(), 'attune-embedded-'));
  await cp(template, dataDir, { recursive: true });
  const database = await openEmbedded(dataDir);
  const close = async () => {
    await database.close();
    await rm(dataDir, { recursive: true, force: true });
  };
  return { database, dataDir, close };
}

/** Two callers at once both make one; the first rename wins. */
async function findOrCreateTemplate(): Promise<string> {
  const runFolder = process.env['TEST_RUN_FOLDER'] ?? tmpdir();
  const template = join(runFolder, `embedded-template-${migrationsFingerprint()}`);
  if (existsSync(template)) return template;
  const unfinished = await mkdtemp(`${template}-`);
  await (await openEmbedded(unfinished)).close();
  await rename(unfinished, template).catch(() => rm(unfinished, { recursive: true, force: true }));
  return template;
}

async function openEmbedded(dataDir: string): Promise<Database> {
  const { openDatabase } = await import('#database');
  return openDatabase({ databaseUrl: null, migrationDatabaseUrl: null, dataDir });
}
