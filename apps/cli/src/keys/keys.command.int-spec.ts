import { execFile } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Client } from 'pg';
import { type TestDatabase, createEmbeddedTestDatabase, createTestDatabase } from '#testing';

const program = join(import.meta.dirname, '../../../../dist/apps/cli/src/main.js');
const run = promisify(execFile);

interface CommandResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

async function attune(env: Readonly<Record<string, string>>, ...words: string[]): Promise<CommandResult> {
  const options = { env, cwd: tmpdir() };
  return run(process.execPath, [program, 'keys', ...words], options).then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
    ({ code, stdout, stderr }: CommandResult) => ({ code, stdout, stderr }),
  );
}

describe('attune keys', () => {
  let database: TestDatabase;
  let env: Record<string, string>;

  beforeAll(async () => {
    database = await createTestDatabase();
    env = { MIGRATION_DATABASE_URL: database.migrationUrl };
  });

  afterAll(() => database.drop());

  it('create prints the key alone on standard output, and list shows it without its secret', async () => {
    const created = await attune(env, 'create', '--name', 'rescue', '--expires-at', '2100-01-01T00:00:00Z');
    expect(created.code).toBe(0);
    const [, id, secret] = created.stdout.trim().split('_');
    expect(created.stdout).toMatch(/^atn_[a-z0-9]{16}_[a-z0-9]{56}\n$/);
    expect(created.stderr).toContain(`platform_admin key ${id}`);
    const listed = await attune(env, 'list', '--json');
    expect(JSON.parse(listed.stdout)).toMatchObject([
      { id, name: 'rescue', role: 'platform_admin', created_by: 'db:attune_owner' },
    ]);
    expect(listed.stdout).not.toContain(secret);
    expect((await attune(env, 'list')).stdout).toMatch(new RegExp(`^ID .*\n${id} .*rescue`));
  });

  it('revoke ends a key, also the last one, and the audit log and the replicas know of it', async () => {
    const { stdout } = await attune(env, 'create', '--name', 'leaked', '--role', 'platform_reader');
    const id = stdout.split('_')[1]!;
    expect(await attune(env, 'revoke', id)).toMatchObject({ code: 0, stdout: `Revoked the key ${id}.\n` });
    const client = new Client({ connectionString: database.superuserUrl });
    await client.connect();
    const acts = await client.query('SELECT actor, action FROM audit_log WHERE target = $1 ORDER BY id', [
      id,
    ]);
    const feed = await client.query(`SELECT version::int FROM change_feed WHERE key = $1 ORDER BY 1`, [id]);
    await client.end();
    expect([acts.rows, feed.rows]).toEqual([
      [
        { actor: 'db:attune_owner', action: 'key.create' },
        { actor: 'db:attune_owner', action: 'key.revoke' },
      ],
      [{ version: 1 }, { version: 2 }],
    ]);
    expect(await attune(env, 'revoke', id)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('no such API key'),
    });
  });

  it('the command says which variable is missing or wrong, and makes no embedded database', async () => {
    const withoutOwner = await attune({ DATABASE_URL: database.url }, 'list');
    expect(withoutOwner).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('MIGRATION_DATABASE_URL'),
    });
    const wrongLogin = Object.assign(new URL(database.migrationUrl), { username: 'nobody' }).href;
    expect(await attune({ MIGRATION_DATABASE_URL: wrongLogin }, 'list')).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^attune: MIGRATION_DATABASE_URL: .*nobody/),
    });
    const nowhere = await attune({ DATA_DIR: join(tmpdir(), 'attune-no-such-folder') }, 'list');
    expect(nowhere).toMatchObject({ code: 2, stderr: expect.stringContaining('no embedded database') });
    expect((await attune(env, 'create', '--name', 'x', '--expires-at', 'tomorrow')).code).toBe(1);
  });

  it('the command works on the embedded database of a service that was stopped', async () => {
    const { database: embedded, dataDir } = await createEmbeddedTestDatabase();
    await embedded.close();
    const created = await attune({ DATA_DIR: dataDir }, 'create', '--name', 'rescue');
    expect([created.code, created.stdout]).toEqual([0, expect.stringMatching(/^atn_/)]);
    await rm(dataDir, { recursive: true });
  });
});
