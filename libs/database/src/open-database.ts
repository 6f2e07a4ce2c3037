import type { DataSource } from 'typeorm';
import { type EntityClass, closeDataSource, createDataSource, describeServer } from './data-source.js';
import { Database } from './database.js';
import { assertSafeLogin } from './assert-safe-login.js';
import { assertMigrated, migrate } from './migrate.js';
import { ServerProbe, primaryCheck } from './availability/server-probe.js';
import { DatabaseAvailability } from './availability/database-availability.js';
import { AvailabilityMonitor } from './availability/availability-monitor.js';
import { PoolSockets } from './availability/pool-sockets.js';
import { openStandby } from './standby/open-standby.js';
import { StandbyComparison } from './standby/standby-comparison.js';
import { StartupTasks } from './startup-tasks.js';
import { sayProgress } from './embedded/say-progress.js';

/** Where the database is, and how long to wait for it. */
export interface DatabaseOptions {
  /** null: the embedded database in `dataDir`. */
  readonly databaseUrl: string | null;
  /** A standby of it, which `listAs…` reads. Default: null, for none. */
  readonly databaseReadUrl?: string | null;
  /** null: the database was migrated before. */
  readonly migrationDatabaseUrl: string | null;
  readonly dataDir: string;
  /** How long start-up waits for an unreachable server before continuing without it (default 3 s); null: the server must answer. */
  readonly startupTimeoutMs?: number | null;
  /** Silence after which the server counts as unreachable (default 2 s), in milliseconds. */
  readonly databaseOutageMs?: number;
}

interface KnownEntities {
  readonly entities?: readonly EntityClass[];
}

type ServerOptions = DatabaseOptions & KnownEntities & { readonly databaseUrl: string };

const defaultStartupTimeoutMs = 3_000;
const defaultOutageMs = 2_000;

/**
 * Opens the database that the options name, and migrates it if `migrationDatabaseUrl` is set or it is the embedded one. If the
 * server cannot be reached, it is tried again in the background, and `database.availability` reports it.
 *
 * `entities` are the classes that `database.manager` can read and write; by default every one that the process has loaded.
 *
 * @throws Error when an operator has to mend something: the login, the database's name, a migration, a folder in use.
 */
export async function openDatabase(
  options: DatabaseOptions,
  entities?: readonly EntityClass[],
): Promise<Database> {
  const known = entities ? { entities } : {};
  return options.databaseUrl === null
    ? openEmbedded(options.dataDir, known)
    : openServer({ ...options, ...known, databaseUrl: options.databaseUrl });
}

async function openEmbedded(dataDir: string, known: KnownEntities): Promise<Database> {
  const { EmbeddedDatabase } = await import('./embedded/embedded-database.js');
  const embedded = await EmbeddedDatabase.open(dataDir);
  const source = createDataSource(embedded, known);
  try {
    await source.initialize();
    if (await source.showMigrations())
      await sayProgress('Bringing the tables up to date.', () => source.runMigrations());
  } catch (error) {
    await embedded.close();
    throw error;
  }
  const close = async (): Promise<void> => {
    await source.destroy();
    await embedded.close();
  };
  const availability = new DatabaseAvailability();
  const startupTasks = new StartupTasks(availability);
  const backUp = () => embedded.backUp();
  return new Database(source, { availability, startupTasks, close, backUp, isSessionShared: true });
}

async function openServer(options: ServerOptions): Promise<Database> {
  const { databaseUrl, databaseReadUrl = null, startupTimeoutMs = defaultStartupTimeoutMs } = options;
  const { databaseOutageMs: outageMs = defaultOutageMs } = options;
  const comparison = new StandbyComparison();
  const sockets = new PoolSockets();
  const source = createDataSource({ url: databaseUrl, sockets }, { ...options, connectTimeoutMs: outageMs });
  const monitor: AvailabilityMonitor = new AvailabilityMonitor({
    variable: 'DATABASE_URL',
    name: describeServer('DATABASE_URL', databaseUrl),
    probe: new ServerProbe(
      databaseUrl,
      outageMs,
      databaseReadUrl === null ? primaryCheck : comparison.primaryCheck,
    ),
    sockets,
    initialize: createInitializer(source, options, () => startupTasks.runBlocking()),
  });
  const startupTasks = new StartupTasks(monitor);
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
  const standby =
    databaseReadUrl === null ? null : openStandby({ ...options, url: databaseReadUrl, outageMs, comparison });
  return new Database(source, { availability: monitor, startupTasks, close, standby });
}

/** Migrates once, and checks login and schema again after each outage. */
function createInitializer(
  source: DataSource,
  options: ServerOptions,
  runBlockingTasks: () => Promise<void>,
): () => Promise<void> {
  let isMigrated = options.migrationDatabaseUrl === null;
  return async () => {
    if (!isMigrated) await migrateServer(options);
    isMigrated = true;
    if (!source.isInitialized) await source.initialize();
    await assertSafeLogin(source);
    await assertMigrated(source);
    await runBlockingTasks();
  };
}

async function migrateServer({ databaseUrl, migrationDatabaseUrl }: ServerOptions): Promise<void> {
  const applicationUser = decodeURIComponent(new URL(databaseUrl).username);
  await migrate({ migrationUrl: migrationDatabaseUrl!, applicationUser });
}
