import { Logger } from '@nestjs/common';
import type { DataSource } from 'typeorm';
import { closeDataSource, createDataSource } from './data-source.js';
import { Database } from './database.js';
import { EmbeddedDatabase } from './embedded-database.js';
import { checkLogin } from './login-check.js';
import { migrate } from './migrate.js';
import { Probe } from './reach/probe.js';
import { Reachability } from './reach/reachability.js';
import { ServerWatch } from './reach/server-watch.js';
import { Sockets } from './reach/sockets.js';
import { StartWork } from './reach/start-work.js';
import { reasonOf } from './reach/unreachable.js';

export interface DatabaseOptions {
  /** null: the embedded database in `dataDir`. */
  readonly databaseUrl: string | null;
  /** null: the database was migrated before. */
  readonly migrationDatabaseUrl: string | null;
  readonly dataDir: string;
  /** So long a start waits for a server that is away before it goes on without it, 3 s; null: the server has to be there. */
  readonly patienceMs?: number | null;
}

type ServerOptions = DatabaseOptions & { readonly databaseUrl: string };

const defaultPatienceMs = 3_000;

/**
 * Opens, and where it may brings up to date, the one database that the environment names. A server that is away is waited for
 * in the background: `database.reachability` says so.
 *
 * @throws Error when the server answers and something has to be mended: the login, the database's name, its migrations.
 */
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
  const close = async (): Promise<void> => {
    await source.destroy();
    await embedded.close();
  };
  return new Database(source, { reachability: new Reachability(), start: startWork(), close });
}

/** A server that is away does not keep the service from starting: it is waited for in the background. */
async function openServer(databaseUrl: string, options: DatabaseOptions): Promise<Database> {
  const { patienceMs = defaultPatienceMs } = options;
  const sockets = new Sockets();
  const source = createDataSource({ url: databaseUrl, sockets });
  const start = startWork();
  const watch = new ServerWatch({
    name: nameOf(databaseUrl),
    probe: new Probe(databaseUrl),
    sockets,
    enter: entrance(source, { ...options, databaseUrl }, start['before others']),
  });
  const close = async (): Promise<void> => {
    await watch.stop();
    await closeDataSource(source, sockets);
  };
  try {
    await watch.begin(patienceMs);
  } catch (error) {
    await close();
    throw error;
  }
  watch.onChange((isUp) => {
    if (isUp) void start['beside others'].run().catch(tellOfFailure);
  });
  return new Database(source, { reachability: watch, start, close });
}

function startWork() {
  return { 'before others': new StartWork(), 'beside others': new StartWork() };
}

/** After an outage the work is done again anyway. */
function tellOfFailure(error: unknown): void {
  if (reasonOf(error) === null)
    new Logger('database').error({ err: error }, 'a work of the start has failed');
}

/** Migrates once; who logs in is looked at anew after each outage. */
function entrance(source: DataSource, options: ServerOptions, start: StartWork): () => Promise<void> {
  let isMigrated = options.migrationDatabaseUrl === null;
  return async () => {
    if (!isMigrated) await migrateFor(options);
    isMigrated = true;
    if (!source.isInitialized) await source.initialize();
    await checkLogin(source);
    await start.run();
  };
}

async function migrateFor({ databaseUrl, migrationDatabaseUrl }: ServerOptions): Promise<void> {
  const applicationUser = decodeURIComponent(new URL(databaseUrl).username);
  await migrate({ migrationUrl: migrationDatabaseUrl!, applicationUser });
}

/** Without user and password. */
function nameOf(databaseUrl: string): string {
  const { host, searchParams } = new URL(databaseUrl);
  return `The server of DATABASE_URL, ${host || searchParams.get('host') || 'localhost'},`;
}
