import { setTimeout as pause } from 'node:timers/promises';
import { type MigrationClass, migrations as allMigrations } from '#migrations';
import { type DataSource, MigrationExecutor } from 'typeorm';
import { advisoryLockSql } from './advisory-locks.js';
import { closeDataSource, connectAsOwner } from './data-source.js';
import { sqlStateOf } from './availability/connection-errors.js';
import { PoolSockets } from './availability/pool-sockets.js';

/** The roles of the application. A transaction takes one of them. */
const applicationRoles = 'attune_tenant, attune_platform, attune_jobs, attune_webhooks, attune_sign_in';

/** With the two seconds that a migration waits for a table, three minutes. */
const maxAttempts = 60;
const retryDelayMs = 1_000;

const insufficientPrivilege = '42501';

export interface MigrationTarget {
  /** The owner of the database, who may create roles. */
  readonly migrationUrl: string;
  /** The login role of `DATABASE_URL`, which is granted the application's roles. */
  readonly applicationUser: string;
  /** By default those of this release. */
  readonly migrations?: readonly MigrationClass[];
}

/**
 * Migrates the database to this release and grants the application's roles. Replicas that start at the same time wait for one
 * another. Migrations of a newer release stay as they are. Returns the names of the migrations that it ran.
 *
 * @throws Error when Postgres is older than 15, the application's user does not exist, or a migration fails.
 */
export async function migrate({
  migrationUrl,
  applicationUser,
  migrations = allMigrations,
}: MigrationTarget): Promise<string[]> {
  const sockets = new PoolSockets();
  const source = await connectAsOwner({ url: migrationUrl, sockets }, { maxConnections: 2, migrations });
  const lockRunner = source.createQueryRunner();
  try {
    await lockRunner.query(advisoryLockSql.migration);
    await assertPostgresVersion(source);
    const executed = await runMigrations(source);
    await grantRoles(source, applicationUser);
    return executed;
  } finally {
    await lockRunner.release();
    await closeDataSource(source, sockets);
  }
}

/**
 * Refuses a database that an older release has migrated, because statements of this release would fail there one by one. Migrations of a
 * newer release do no harm.
 *
 * @throws Error that says what to do.
 */
export async function assertMigrated(source: DataSource): Promise<void> {
  const executed = await readExecutedMigrations(source);
  const missing = source.migrations.filter(({ name }) => !executed.has(name));
  if (missing.length === 0) return;
  throw new Error(
    `DATABASE_URL: the database has the tables of an older release and lacks ${missing.length} of this release's migrations; run "attune migrate" with MIGRATION_DATABASE_URL.`,
  );
}

async function readExecutedMigrations(source: DataSource): Promise<Set<string | undefined>> {
  try {
    const rows = await source.query<{ name: string }[]>('SELECT name FROM attune_migrations');
    return new Set(rows.map(({ name }) => name));
  } catch (error) {
    // A release before this check did not grant the right.
    if (sqlStateOf(error) === insufficientPrivilege) return new Set();
    throw error;
  }
}

/**
 * Repeats a migration that could not get a table because other transactions held it. Each runs whole or not at all, but one without a
 * transaction: what it has committed stays, and the next attempt does the rest.
 */
async function runMigrations(source: DataSource): Promise<string[]> {
  const pending = await new MigrationExecutor(source).getPendingMigrations();
  for (let attempt = 1; ; attempt += 1) {
    try {
      await source.runMigrations();
      return pending.map(({ name }) => name);
    } catch (error) {
      if (!isLockConflict(error)) throw error;
      if (attempt === maxAttempts) throw new Error(lockRemedy, { cause: error });
      await pause(retryDelayMs);
    }
  }
}

const lockRemedy =
  'A migration needs a table that other transactions hold for long. Find them in pg_stat_activity, let them end, and migrate again.';

/** A lock that it did not get in time, or a deadlock. */
function isLockConflict(error: unknown): boolean {
  return ['55P03', '40P01'].includes(sqlStateOf(error) ?? '');
}

async function assertPostgresVersion(source: DataSource): Promise<void> {
  const [row] = await source.query<{ version: number }[]>(
    "SELECT current_setting('server_version_num')::int AS version",
  );
  if ((row?.version ?? 0) < 150_000) throw new Error('Attune needs Postgres 15 or newer.');
}

/**
 * The login may take a role with SET ROLE but inherits none, so a transaction without SET ROLE sees no row of a tenant. Without a role
 * it may only write the ledger, through a function that limits itself to the tenants that the call names, and see which migrations ran.
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
  await source.query(`GRANT SELECT ON attune_migrations TO ${login.name}`);
  if (login.version >= 160_000) {
    await source.query(`GRANT ${applicationRoles} TO ${login.name} WITH INHERIT FALSE, SET TRUE`);
    return;
  }
  if (login.inherits) await source.query(`ALTER ROLE ${login.name} NOINHERIT`);
  await source.query(`GRANT ${applicationRoles} TO ${login.name}`);
}
