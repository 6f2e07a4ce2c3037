import type { DataSource } from 'typeorm';
import { advisoryLockSql } from './advisory-locks.js';
import { closeDataSource, connectAsOwner } from './data-source.js';
import { PoolSockets } from './availability/pool-sockets.js';

/** The roles of the application. A transaction takes one of them. */
const applicationRoles = 'attune_tenant, attune_platform, attune_jobs, attune_webhooks, attune_sign_in';

export interface MigrationTarget {
  /** The owner of the database, who may create roles. */
  readonly migrationUrl: string;
  /** The login role of `DATABASE_URL`, which is granted the application's roles. */
  readonly applicationUser: string;
}

/**
 * Migrates the database to this release and grants the application's roles. Replicas that start at the same time wait for one
 * another. Returns the names of the migrations that it ran.
 *
 * @throws Error when Postgres is older than 15, the application's user does not exist, or a migration fails.
 */
export async function migrate(target: MigrationTarget): Promise<string[]> {
  const sockets = new PoolSockets();
  const source = await connectAsOwner({ url: target.migrationUrl, sockets }, 2);
  const lockRunner = source.createQueryRunner();
  try {
    await lockRunner.query(advisoryLockSql.migration);
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

/**
 * The login may take a role with SET ROLE but inherits none, so a transaction without SET ROLE sees no row. Without a role it may
 * only write the ledger, through a function that limits itself to the tenants that the call names.
 */
async function grantRoles(source: DataSource, user: string): Promise<void> {
  const [login] = await source.query<{ version: number; inherits: boolean; name: string }[]>(
    `SELECT current_setting('server_version_num')::int AS version, rolinherit AS inherits, quote_ident(rolname) AS name
     FROM pg_roles WHERE rolname = $1`,
    [user],
  );
  if (!login)
    throw new Error(`The user of DATABASE_URL, ${user}, does not exist: CREATE ROLE … LOGIN NOINHERIT.`);
  await source.query(`GRANT USAGE ON SCHEMA public TO ${login.name}`);
  await source.query(`GRANT EXECUTE ON FUNCTION attune_write_ledger TO ${login.name}`);
  if (login.version >= 160_000) {
    await source.query(`GRANT ${applicationRoles} TO ${login.name} WITH INHERIT FALSE, SET TRUE`);
    return;
  }
  if (login.inherits) await source.query(`ALTER ROLE ${login.name} NOINHERIT`);
  await source.query(`GRANT ${applicationRoles} TO ${login.name}`);
}
