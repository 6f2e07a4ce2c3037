import { setTimeout as pause } from 'node:timers/promises';
import { migrations } from '#migrations';
import { DataSource } from 'typeorm';
import type { PoolSockets } from './availability/pool-sockets.js';

/** Where the server is: an address, or the folder of the embedded database's socket. */
export type DatabaseAddress =
  { readonly url: string; readonly sockets?: PoolSockets } | { readonly socketFolder: string };

const connectTimeoutMs = 2_000;
const statementTimeoutMs = 15_000;
const closeTimeoutMs = 1_000;
/** The embedded database works through one statement at a time; more connections only wait. */
const maxEmbeddedConnections = 5;

/** A pool on this server. `connections` bounds it; nothing is ever set on a session. */
export function createDataSource(address: DatabaseAddress, maxConnections = 10): DataSource {
  return new DataSource({
    type: 'postgres',
    ...('url' in address
      ? { url: address.url, poolSize: maxConnections }
      : {
          host: address.socketFolder,
          // The socket's name ends with it; PGPORT of the environment must not.
          port: 5432,
          username: 'postgres',
          database: 'postgres',
          poolSize: maxEmbeddedConnections,
        }),
    connectTimeoutMS: connectTimeoutMs,
    extra: {
      // Statements do not wait for the answers to those before them.
      pipeline: true,
      query_timeout: statementTimeoutMs,
      ...('url' in address && address.sockets ? { stream: address.sockets.createSocket } : {}),
    },
    installExtensions: false,
    migrations,
    migrationsTableName: 'attune_migrations',
    migrationsTransactionMode: 'each',
    applicationName: 'attune',
    poolErrorHandler: () => undefined,
  });
}

/** Says goodbye to the server, and leaves without when it does not listen. */
export async function closeDataSource(source: DataSource, sockets: PoolSockets): Promise<void> {
  const closing = source.isInitialized ? source.destroy() : Promise.resolve();
  await Promise.race([closing.catch(() => undefined), pause(closeTimeoutMs)]);
  sockets.closeAll();
}
