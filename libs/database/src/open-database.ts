import { Logger } from '@nestjs/common';
import type { DataSource } from 'typeorm';
import { closeDataSource, createDataSource } from './data-source.js';
import { Database } from './database.js';
import { EmbeddedDatabase } from './embedded-database.js';
import { assertSafeLogin } from './assert-safe-login.js';
import { migrate } from './migrate.js';
import { ServerProbe } from './availability/server-probe.js';
import { DatabaseAvailability } from './availability/database-availability.js';
import { AvailabilityMonitor } from './availability/availability-monitor.js';
import { PoolSockets } from './availability/pool-sockets.js';
import { StartupTasks } from './startup-tasks.js';
import { outageReasonOf } from './availability/connection-errors.js';

export interface DatabaseOptions {
  /** null: the embedded database in `dataDir`. */
  readonly databaseUrl: string | null;
  /** null: the database was migrated before. */
  readonly migrationDatabaseUrl: string | null;
  readonly dataDir: string;
  /** So long a start waits for a server that is away before it goes on without it, 3 s; null: the server has to be there. */
  readonly startupTimeoutMs?: number | null;
}

type ServerOptions = DatabaseOptions & { readonly databaseUrl: string };

const defaultStartupTimeoutMs = 3_000;

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
  return new Database(source, {
    availability: new DatabaseAvailability(),
    startupTasks: createStartupTasks(),
    close,
  });
}

/** A server that is away does not keep the service from starting: it is waited for in the background. */
async function openServer(databaseUrl: string, options: DatabaseOptions): Promise<Database> {
  const { startupTimeoutMs = defaultStartupTimeoutMs } = options;
  const sockets = new PoolSockets();
  const source = createDataSource({ url: databaseUrl, sockets });
  const startupTasks = createStartupTasks();
  const monitor = new AvailabilityMonitor({
    name: describeServer(databaseUrl),
    probe: new ServerProbe(databaseUrl),
    sockets,
    initialize: createInitializer(source, { ...options, databaseUrl }, startupTasks['blocking']),
  });
  const close = async (): Promise<void> => {
    await monitor.stop();
    await closeDataSource(source, sockets);
  };
  try {
    await monitor.start(startupTimeoutMs);
  } catch (error) {
    await close();
    throw error;
  }
  monitor.onChange((isAvailable) => {
    if (isAvailable) void startupTasks['background'].run().catch(logTaskFailure);
  });
  return new Database(source, { availability: monitor, startupTasks, close });
}

function createStartupTasks() {
  return { blocking: new StartupTasks(), background: new StartupTasks() };
}

/** After an outage the work is done again anyway. */
function logTaskFailure(error: unknown): void {
  if (outageReasonOf(error) === null)
    new Logger('database').error({ err: error }, 'a work of the start has failed');
}

/** Migrates once; who logs in is looked at anew after each outage. */
function createInitializer(
  source: DataSource,
  options: ServerOptions,
  blockingTasks: StartupTasks,
): () => Promise<void> {
  let isMigrated = options.migrationDatabaseUrl === null;
  return async () => {
    if (!isMigrated) await migrateServer(options);
    isMigrated = true;
    if (!source.isInitialized) await source.initialize();
    await assertSafeLogin(source);
    await blockingTasks.run();
  };
}

async function migrateServer({ databaseUrl, migrationDatabaseUrl }: ServerOptions): Promise<void> {
  const applicationUser = decodeURIComponent(new URL(databaseUrl).username);
  await migrate({ migrationUrl: migrationDatabaseUrl!, applicationUser });
}

/** Without user and password. */
function describeServer(databaseUrl: string): string {
  const { host, searchParams } = new URL(databaseUrl);
  return `The server of DATABASE_URL, ${host || searchParams.get('host') || 'localhost'},`;
}
