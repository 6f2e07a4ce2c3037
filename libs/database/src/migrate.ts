import type { DataSource } from 'typeorm';
import { closeDataSource, createDataSource } from './data-source.js';
import { PoolSockets } from './availability/pool-sockets.js';

/** Any number does, as long as every replica asks for the same lock. */
const migrationLockKey = 7_203_118;
/** What the application's login may become, one at a time. */
const applicationRoles = 'attune_tenant, attune_platform, attune_jobs';

export interface MigrationTarget {
  /** The owner of the database, who may create roles. */
  readonly migrationUrl: string;
  /** The login role of `DATABASE_URL`, which is granted the application's roles. */
  readonly applicationUser: string;
}

/**
 * Brings the database to this version; replicas that start together wait for one another. Returns the names of the
 * migrations that were run, none when there was nothing to do.
 *
 * @throws Error when the application's user does not exist.
 */
export async function migrate(target: MigrationTarget): Promise<string[]> {
  const sockets = new PoolSockets();
  const source = await createDataSource(
    { url: target.migrationUrl, sockets },
    { maxConnections: 2 },
  ).initialize();
  const lockRunner = source.createQueryRunner();
  try {
    await lockRunner.query('SELECT pg_advisory_lock($1)', [migrationLockKey]);
    await assertPostgresVersion(source);
    const executed = await source.runMigrations();
    await grantRoles(source, target.applicationUser);
    return executed.map((migration) => migration.name);
  } finally {
    await lockRunner.release();
    await closeDataSource(source, sockets);
  }
}

async function assertPostgresVersion(source: DataSource): Promise<void> {
  const [row] = await source.query<{ version: number }[]>(
    "SELECT current_setting('server_version_num')::int AS version",
  );
  if ((row?.version ?? 0) < 150_000) throw new Error('Attune needs Postgres 15 or newer.');
}

/** The login takes a role when a transaction asks for it, and inherits neither: a forgotten SET ROLE sees nothing. */
async function grantRoles(source: DataSource, user: string): Promise<void> {
  const [login] = await source.query<{ version: number; inherits: boolean; name: string }[]>(
    `SELECT current_setting('server_version_num')::int AS version, rolinherit AS inherits, quote_ident(rolname) AS name
     FROM pg_roles WHERE rolname = $1`,
    [user],
  );
  if (!login)
    throw new Error(`The user of DATABASE_URL, ${user}, does not exist: CREATE ROLE … LOGIN NOINHERIT.`);
  if (login.version >= 160_000) {
    await source.query(`GRANT ${applicationRoles} TO ${login.name} WITH INHERIT FALSE, SET TRUE`);
    return;
  }
  if (login.inherits) await source.query(`ALTER ROLE ${login.name} NOINHERIT`);
  await source.query(`GRANT ${applicationRoles} TO ${login.name}`);
}
