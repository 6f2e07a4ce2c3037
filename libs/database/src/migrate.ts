import type { DataSource } from 'typeorm';
import { closeDataSource, createDataSource } from './data-source.js';
import { Sockets } from './reach/sockets.js';

/** Any number does, as long as every replica asks for the same lock. */
const migrationLock = 7_203_118;
/** What the application's login may become, one at a time. */
const roles = 'attune_tenant, attune_platform, attune_jobs';

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
  const sockets = new Sockets();
  const source = await createDataSource({ url: target.migrationUrl, sockets }, 2).initialize();
  const lock = source.createQueryRunner();
  try {
    await lock.query('SELECT pg_advisory_lock($1)', [migrationLock]);
    await checkVersion(source);
    const done = await source.runMigrations();
    await admit(source, target.applicationUser);
    return done.map((migration) => migration.name);
  } finally {
    await lock.release();
    await closeDataSource(source, sockets);
  }
}

async function checkVersion(source: DataSource): Promise<void> {
  const [row] = await source.query<{ version: number }[]>(
    "SELECT current_setting('server_version_num')::int AS version",
  );
  if ((row?.version ?? 0) < 150_000) throw new Error('Attune needs Postgres 15 or newer.');
}

/** The login takes a role when a transaction asks for it, and inherits neither: a forgotten SET ROLE sees nothing. */
async function admit(source: DataSource, user: string): Promise<void> {
  const [found] = await source.query<{ version: number; inherits: boolean; name: string }[]>(
    `SELECT current_setting('server_version_num')::int AS version, rolinherit AS inherits, quote_ident(rolname) AS name
     FROM pg_roles WHERE rolname = $1`,
    [user],
  );
  if (!found)
    throw new Error(`The user of DATABASE_URL, ${user}, does not exist: CREATE ROLE … LOGIN NOINHERIT.`);
  if (found.version >= 160_000) {
    await source.query(`GRANT ${roles} TO ${found.name} WITH INHERIT FALSE, SET TRUE`);
    return;
  }
  if (found.inherits) await source.query(`ALTER ROLE ${found.name} NOINHERIT`);
  await source.query(`GRANT ${roles} TO ${found.name}`);
}
