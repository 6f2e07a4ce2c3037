/** Postgres and Redis as managed services offer them: TLS by an authority of their own, and no superuser for anybody. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from 'pg';
import { openDatabase } from '#database';
import {
  PostgresServer,
  RedisServer,
  type Replica,
  TestCertificate,
  projectRoot,
  startReplica,
  waitFor,
} from '#testing';
import { type TestTenant, createTenant, querySql } from '../app/test-app.js';

const password = 'p@ss word';
const watcher = ['--no-auth-warning', '--user', 'watcher', '--pass', 'watching'];

let certificate: TestCertificate;
let postgres: PostgresServer;
let redis: RedisServer;
let replica: Replica;
let tenant: TestTenant;

beforeAll(async () => {
  certificate = await TestCertificate.create();
  [postgres, redis] = await Promise.all([
    PostgresServer.start(),
    RedisServer.start({
      certificate,
      config: ['user default off', documentedUser(), 'user watcher on >watching ~* &* +@all'],
    }),
  ]);
  await postgres.requireTls(certificate);
  await makeDatabase();
  replica = await startReplica({ env: variables() });
  tenant = await createTenant(replica.api, 'acme');
});
afterAll(async () => {
  await replica?.stop();
  await Promise.all([postgres?.stop(), redis?.stop()]);
  await certificate?.remove();
});

/** The line of the guide for Redis's file of users, with the test's password. */
function documentedUser(): string {
  const guide = readFileSync(join(projectRoot, 'docs/guide/coherence.md'), 'utf8');
  const line = /^user attune .*$/m.exec(guide)?.[0] ?? '';
  return line.replace('>…', `>${encodeURIComponent(password)}`);
}

/** What the guide says an administrator runs, who may create roles and databases and nothing else. */
async function makeDatabase(): Promise<void> {
  const superuser = { connectionString: postgres.url };
  await run(superuser, [`CREATE ROLE administrator LOGIN CREATEROLE CREATEDB PASSWORD '${password}'`]);
  await run(administratorOf('postgres'), [
    `CREATE ROLE attune_owner LOGIN CREATEROLE PASSWORD '${password}'`,
    `CREATE ROLE attune_app LOGIN NOINHERIT PASSWORD '${password}'`,
    'GRANT attune_owner TO CURRENT_USER',
    'CREATE DATABASE attune OWNER attune_owner',
  ]);
}

function administratorOf(database: string) {
  const ssl = { ca: readFileSync(certificate.file, 'utf8') };
  const { hostname: host, port } = new URL(postgres.url);
  return { host, port: Number(port), user: 'administrator', password, database, ssl };
}

async function run(connection: ConstructorParameters<typeof Client>[0], statements: string[]): Promise<void> {
  const client = new Client(connection);
  await client.connect();
  for (const statement of statements) await client.query(statement);
  await client.end();
}

function databaseUrl(user: string, parameters: string): string {
  const url = new URL(postgres.url);
  return `postgres://${user}:${encodeURIComponent(password)}@${url.host}/attune?${parameters}`;
}

function variables(
  parameters = `sslmode=verify-full&sslrootcert=${certificate.file}`,
): Record<string, string> {
  return {
    DATABASE_URL: databaseUrl('attune_app', parameters),
    MIGRATION_DATABASE_URL: databaseUrl('attune_owner', parameters),
    REDIS_URL: `rediss://attune:${encodeURIComponent(encodeURIComponent(password))}@${redis.address}`,
    NODE_EXTRA_CA_CERTS: certificate.file,
    CONFIG_CHANGES_PER_HOUR: '0',
  };
}

async function upload(): Promise<number> {
  const form = new FormData();
  form.append('file', new File(['Leave begins in May.'], 'leave.txt', { type: 'text/plain' }));
  return (await tenant.admin.send('/v1/documents', { method: 'POST', body: form })).status;
}

describe('a replica on Postgres with TLS, whose administrator is no superuser', () => {
  it('the replica migrates the database, changes configurations and answers queries', async () => {
    expect((await tenant.admin.patch('/v1/config', { max_tokens: 1_234 })).status).toBe(200);
    expect(await upload()).toBe(201);
    const question = { question: 'When does leave begin?' };
    expect((await tenant.member.post('/v1/query', question)).status).toBe(200);
  });

  it('the replica uses no connection without TLS', async () => {
    const connections = await querySql<{ ssl: boolean }>(
      postgres.url,
      `SELECT DISTINCT ssl FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) WHERE usename LIKE 'attune_%' AND usename <> current_user`,
    );
    expect(connections).toEqual([{ ssl: true }]);
  });

  it('the replica does not start with an authority that it does not know, and names the parameter of the URL', async () => {
    const { NODE_EXTRA_CA_CERTS: _authority, ...env } = variables('sslmode=verify-full');
    await expect(startReplica({ env })).rejects.toThrow(/DATABASE_URL: .*sslrootcert=/);
  });
});

/** Opens the database as a replica does, and closes it. */
async function open(parameters: string): Promise<void> {
  const url = databaseUrl('attune_app', parameters.replace('<file>', certificate.file));
  const database = await openDatabase({ databaseUrl: url, migrationDatabaseUrl: null, dataDir: '' });
  await database.ping();
  await database.close();
}

/** The table of docs/reference/environment.md. The server refuses connections without TLS. */
describe('a URL of Postgres', () => {
  it.each([
    'sslmode=no-verify',
    'uselibpqcompat=true&sslmode=require',
    'sslmode=require&sslrootcert=<file>',
    'sslmode=verify-ca&sslrootcert=<file>',
    'sslmode=verify-full&sslrootcert=<file>',
  ])('a connection with TLS is made with %s', async (parameters) => {
    await expect(open(parameters)).resolves.toBeUndefined();
  });

  it.each(['sslmode=require', 'sslmode=verify-ca', 'sslmode=verify-full'])(
    'an unknown authority is refused with %s',
    async (parameters) => {
      await expect(open(parameters)).rejects.toThrow(/DATABASE_URL: .*sslrootcert=/);
    },
  );

  it.each(['sslmode=disable', ''])(
    'a connection without TLS is made with "%s", and refused by the server',
    async (parameters) => {
      await expect(open(parameters)).rejects.toThrow(/DATABASE_URL: .*no encryption/);
    },
  );
});

describe('a replica on Redis with TLS, as the user that the guide describes', () => {
  it('the replica is connected, and has stored a copy of a configuration', async () => {
    await waitFor(
      async () => (await replica.api.get<{ status: string }>('/health/ready')).body.status === 'ok',
    );
    await waitFor(async () => (await redis.command(...watcher, 'keys', 'attune:*')).includes('acme'), {
      what: 'a copy is in Redis',
    });
  });

  it('the replica sends no command that the user may not send', async () => {
    expect(await redis.command(...watcher, 'acl', 'log')).toBe('');
    const users = await redis.command(...watcher, 'client', 'list');
    expect(users.match(/user=attune /g)?.length).toBeGreaterThanOrEqual(2);
  });
});
