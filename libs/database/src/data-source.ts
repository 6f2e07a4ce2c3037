import { setTimeout as pause } from 'node:timers/promises';
import { migrations } from '#migrations';
import { DataSource } from 'typeorm';
import type { Sockets } from './reach/sockets.js';

/** Where the server is: an address, or the folder of the embedded database's socket. */
export type ServerAddress =
  { readonly url: string; readonly sockets?: Sockets } | { readonly socketFolder: string };

const connectTimeoutMs = 2_000;
const statementTimeoutMs = 15_000;
const farewellMs = 1_000;
/** The embedded database works through one statement at a time; more connections only wait. */
const embeddedConnections = 5;

/** A pool on this server. `connections` bounds it; nothing is ever set on a session. */
export function createDataSource(address: ServerAddress, connections = 10): DataSource {
  return new DataSource({
    type: 'postgres',
    ...('url' in address
      ? { url: address.url, poolSize: connections }
      : {
          host: address.socketFolder,
          // The socket's name ends with it; PGPORT of the environment must not.
          port: 5432,
          username: 'postgres',
          database: 'postgres',
          poolSize: embeddedConnections,
        }),
    connectTimeoutMS: connectTimeoutMs,
    extra: {
      // Statements do not wait for the answers to those before them.
      pipeline: true,
      query_timeout: statementTimeoutMs,
      ...('url' in address && address.sockets ? { stream: address.sockets.create } : {}),
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
export async function closeDataSource(source: DataSource, sockets: Sockets): Promise<void> {
  const goodbye = source.isInitialized ? source.destroy() : Promise.resolve();
  await Promise.race([goodbye.catch(() => undefined), pause(farewellMs)]);
  sockets.closeAll();
}
