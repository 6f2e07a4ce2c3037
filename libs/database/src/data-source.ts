import { setTimeout as pause } from 'node:timers/promises';
import { type MigrationClass, migrations as allMigrations } from '#migrations';
import { DataSource, getMetadataArgsStorage } from 'typeorm';
import { explainConnectionError } from './availability/connection-problem.js';
import type { PoolSockets } from './availability/pool-sockets.js';
import { xid8Column } from './entities/column-types.js';

/** A class with TypeORM's `@Entity`. */
export type EntityClass = new () => object;

/** The URL of a server, or the folder with the socket of the embedded database. */
export type DatabaseAddress =
  { readonly url: string; readonly sockets?: PoolSockets } | { readonly socketFolder: string };

const defaultConnectTimeoutMs = 2_000;
const defaultStatementTimeoutMs = 15_000;
const closeTimeoutMs = 1_000;
/** The embedded database runs one statement at a time, so more connections would only wait. */
const maxEmbeddedConnections = 5;

interface DataSourceOptions {
  readonly maxConnections?: number;
  /** How long a new connection may take to be established. */
  readonly connectTimeoutMs?: number;
  /** How long a statement may take; 0: as long as it needs. */
  readonly statementTimeoutMs?: number;
  /** What `Database.manager` can read and write; by default every entity class that the process has loaded. */
  readonly entities?: readonly EntityClass[];
  /** By default those of this release. */
  readonly migrations?: readonly MigrationClass[];
}

/** A pool on this server. `maxConnections` bounds it; nothing is ever set on a session. */
export function createDataSource(
  address: DatabaseAddress,
  {
    maxConnections = 10,
    connectTimeoutMs = defaultConnectTimeoutMs,
    statementTimeoutMs = defaultStatementTimeoutMs,
    entities = loadedEntities(),
    migrations = allMigrations,
  }: DataSourceOptions = {},
): DataSource {
  const source = new DataSource({
    type: 'postgres',
    ...('url' in address
      ? { url: address.url, poolSize: maxConnections }
      : embeddedServer(address.socketFolder)),
    connectTimeoutMS: connectTimeoutMs,
    extra: {
      // A statement does not wait for the answers to the earlier ones.
      pipeline: true,
      query_timeout: statementTimeoutMs,
      ...socketsOf(address),
    },
    installExtensions: false,
    entities: [...entities],
    migrations: [...migrations],
    migrationsTableName: 'attune_migrations',
    migrationsTransactionMode: 'each',
    applicationName: 'attune',
    poolErrorHandler: () => undefined,
  });
  source.driver.supportedDataTypes.push(xid8Column.type);
  return source;
}

/** How many connections it may have. */
export function poolSizeOf({ options }: DataSource): number {
  return (options as { poolSize?: number }).poolSize ?? 1;
}

/** Names the server for the log, without user and password. */
export function describeServer(variable: string, databaseUrl: string): string {
  const { host, searchParams } = new URL(databaseUrl);
  return `The server of ${variable}, ${host || searchParams.get('host') || 'localhost'},`;
}

function embeddedServer(socketFolder: string) {
  return {
    host: socketFolder,
    // The name of the socket ends with this number, so the variable PGPORT must not change it.
    port: 5432,
    username: 'postgres',
    database: 'postgres',
    poolSize: maxEmbeddedConnections,
  };
}

function socketsOf(address: DatabaseAddress): object {
  return 'url' in address && address.sockets ? { stream: address.sockets.createSocket } : {};
}

function loadedEntities(): EntityClass[] {
  return getMetadataArgsStorage().tables.map(({ target }) => target as EntityClass);
}

/**
 * Connects as the owner of the database, the user of `MIGRATION_DATABASE_URL`. A migration may take as long as it needs, and so may the
 * wait for another process that migrates.
 *
 * @throws Error that names the variable when an operator has to mend it.
 */
export function connectAsOwner(
  address: Required<Extract<DatabaseAddress, { url: string }>>,
  options: DataSourceOptions,
): Promise<DataSource> {
  const connecting = createDataSource(address, { ...options, statementTimeoutMs: 0 }).initialize();
  return connecting.catch((error: unknown) => {
    throw explainConnectionError('MIGRATION_DATABASE_URL', error);
  });
}

/** Closes the connections in order, or cuts them if the server does not answer within 1 s. */
export async function closeDataSource(source: DataSource, sockets: PoolSockets): Promise<void> {
  const closing = source.isInitialized ? source.destroy() : Promise.resolve();
  await Promise.race([closing.catch(() => undefined), pause(closeTimeoutMs)]);
  sockets.closeAll();
}
