import { migrations } from '#migrations';
import { DataSource } from 'typeorm';

/** Where the server is: an address, or the folder of the embedded database's socket. */
export type ServerAddress = { readonly url: string } | { readonly socketFolder: string };

const connectTimeoutMs = 2_000;
const statementTimeoutMs = 15_000;
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
    extra: { query_timeout: statementTimeoutMs },
    installExtensions: false,
    migrations,
    migrationsTableName: 'attune_migrations',
    migrationsTransactionMode: 'each',
    applicationName: 'attune',
    poolErrorHandler: () => undefined,
  });
}
