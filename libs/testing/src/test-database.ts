import { randomBytes } from 'node:crypto';
import { Client } from 'pg';
import { migrationsFingerprint } from './migrations-fingerprint.js';
import { testServerUrl } from './servers/test-server-url.js';

/** A database for one test, set up as by an operator: the product never gets a superuser. */
export interface TestDatabase {
  /** For `DATABASE_URL`: the login role `attune_app`, NOINHERIT and without grants of its own. */
  readonly url: string;
  /** For `MIGRATION_DATABASE_URL`: the owner `attune_owner`, CREATEROLE and no superuser. */
  readonly migrationUrl: string;
  /** For statements that the product does not know of. */
  readonly superuserUrl: string;
  /** Drops the database and closes its connections. */
  drop(): Promise<void>;
}

const password = 'attune-test';
const applicationRole = 'attune_app';
const ownerRole = 'attune_owner';
const roles = { [applicationRole]: 'LOGIN NOINHERIT', [ownerRole]: 'LOGIN CREATEROLE' };
/** Any number will do, as long as every worker of the run asks for the same lock. */
const setupLockKey = 4_861_302;

/** Creates a migrated database, cloned from a template that the product's migrations made. The default server is that of the test run. */
export function createTestDatabase(server = testServerUrl('TEST_DATABASE_URL')): Promise<TestDatabase> {
  return asSuperuser(server, async (superuser) => {
    const template = await withSetupLock(superuser, () => migratedTemplate(superuser, server));
    const database = await createDatabase(superuser, server, `TEMPLATE ${template}`);
    // A test kills its own server. Without this, its sequences would then start again where those of the template ended.
    if (server !== process.env['TEST_DATABASE_URL']) await superuser.query('CHECKPOINT');
    return database;
  });
}

/** Creates a database without tables, for tests of the migrations. */
export function createEmptyDatabase(server = testServerUrl('TEST_DATABASE_URL')): Promise<TestDatabase> {
  return asSuperuser(server, async (superuser) => {
    await withSetupLock(superuser, () => createRoles(superuser));
    return createDatabase(superuser, server, 'TEMPLATE template0');
  });
}

async function createDatabase(superuser: Client, server: string, origin: string): Promise<TestDatabase> {
  const name = `attune_test_${randomBytes(6).toString('hex')}`;
  await superuser.query(`CREATE DATABASE ${name} ${origin} OWNER ${ownerRole}`);
  return {
    url: databaseUrl(server, name, applicationRole),
    migrationUrl: databaseUrl(server, name, ownerRole),
    superuserUrl: databaseUrl(server, name),
    drop: () => asSuperuser(server, (again) => dropDatabase(again, name)),
  };
}

/** Returns the name of the template, which contains a fingerprint of the migrations. The first caller creates it. */
async function migratedTemplate(superuser: Client, server: string): Promise<string> {
  const name = `attune_template_${migrationsFingerprint()}`;
  const existing = await superuser.query('SELECT FROM pg_database WHERE datname = $1', [name]);
  if (existing.rowCount === 0) await createTemplate(superuser, server, name);
  return name;
}

async function createTemplate(superuser: Client, server: string, name: string): Promise<void> {
  const unfinished = `${name}_unfinished`;
  await createRoles(superuser);
  await dropDatabase(superuser, unfinished);
  await superuser.query(`CREATE DATABASE ${unfinished} TEMPLATE template0 OWNER ${ownerRole}`);
  // Loaded here, so that a test without a database does not load the product's either.
  const { migrate } = await import('#database');
  await migrate({
    migrationUrl: databaseUrl(server, unfinished, ownerRole),
    applicationUser: applicationRole,
  });
  await superuser.query(`ALTER DATABASE ${unfinished} RENAME TO ${name}`);
}

async function createRoles(superuser: Client): Promise<void> {
  for (const [name, attributes] of Object.entries(roles)) {
    const existing = await superuser.query('SELECT FROM pg_roles WHERE rolname = $1', [name]);
    if (existing.rowCount === 0)
      await superuser.query(`CREATE ROLE ${name} ${attributes} PASSWORD '${password}'`);
  }
}

async function dropDatabase(superuser: Client, name: string): Promise<void> {
  await superuser.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
}

/** Runs one caller at a time over all workers of the run; the lock ends with the connection at the latest. */
async function withSetupLock<T>(superuser: Client, work: () => Promise<T>): Promise<T> {
  await superuser.query('SELECT pg_advisory_lock($1)', [setupLockKey]);
  try {
    return await work();
  } finally {
    await superuser.query('SELECT pg_advisory_unlock($1)', [setupLockKey]);
  }
}

async function asSuperuser<T>(server: string, work: (superuser: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: server });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

function databaseUrl(server: string, database: string, user?: string): string {
  const url = new URL(server);
  url.pathname = database;
  if (user === undefined) return url.href;
  url.username = user;
  url.password = password;
  return url.href;
}
