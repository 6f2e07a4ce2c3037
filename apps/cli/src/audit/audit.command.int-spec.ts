import { execFile } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { type TestDatabase, createTestDatabase } from '#testing';

const program = join(import.meta.dirname, '../../../../dist/apps/cli/src/main.js');

interface CommandResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

describe('attune audit', () => {
  let database: TestDatabase;
  let client: Client;
  let folder: string;
  let keys: { privateKey: string; publicKey: string };

  beforeAll(async () => {
    database = await createTestDatabase();
    client = new Client({ connectionString: database.superuserUrl });
    await client.connect();
    await client.query(
      `INSERT INTO tenants (tenant_id, name, plan) SELECT 't-' || n, 'x', 'pro' FROM generate_series(1, 300) n`,
    );
    await client.query(`UPDATE tenant_configurations SET settings = '{"temperature": 0.4}'`);
    folder = await mkdtemp(join(tmpdir(), 'attune-audit-'));
    keys = generateKeyPairSync('ed25519', {
      privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
      publicKeyEncoding: { type: 'spki', format: 'pem' },
    });
    await writeFile(file('private.pem'), keys.privateKey);
    await writeFile(file('public.pem'), keys.publicKey);
  });
  afterAll(async () => {
    await client.end();
    await database.drop();
    await rm(folder, { recursive: true });
  });

  const file = (name: string) => join(folder, name);

  function audit(...words: string[]): Promise<CommandResult> {
    const env = { DATABASE_URL: database.url };
    return new Promise((resolve) => {
      const child = execFile(
        process.execPath,
        [program, 'audit', ...words],
        { env },
        (_error, stdout, stderr) => resolve({ code: child.exitCode ?? -1, stdout, stderr }),
      );
    });
  }

  /** What its owner can do: the triggers that keep the history are off meanwhile. */
  async function tamper(sql: string): Promise<void> {
    await client.query('ALTER TABLE tenant_configuration_history DISABLE TRIGGER USER');
    await client.query(sql);
    await client.query('ALTER TABLE tenant_configuration_history ENABLE TRIGGER USER');
  }

  async function exported(name: string, ...words: string[]): Promise<void> {
    const { code, stdout } = await audit('heads', ...words);
    expect(code).toBe(0);
    await writeFile(file(name), stdout);
  }

  it('verify finds an untouched history unbroken and prints its progress', async () => {
    const { code, stdout, stderr } = await audit('verify');
    expect([code, stdout]).toEqual([0, 'Unbroken: 300 tenants, 600 history entries.\n']);
    expect(stderr).toContain('verifying: 300 of 300');
  });

  it('verify compares the history with signed heads', async () => {
    await exported('signed.json', '--sign-with', file('private.pem'));
    const signed = ['verify', '--heads', file('signed.json'), '--public-key', file('public.pem')];
    expect(await audit(...signed)).toMatchObject({
      code: 0,
      stdout: 'Unbroken: 300 tenants, 600 history entries, 300 exported heads among them.\n',
    });
    const forged = (await readFile(file('signed.json'), 'utf8')).replace('"version": 2', '"version": 1');
    await writeFile(file('signed.json'), forged);
    expect(await audit(...signed)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('the signature is not that of this key') as string,
    });
  });

  it('verify names the first altered entry, and an entry of the export that is missing', async () => {
    await exported('before.json');
    await tamper(
      `UPDATE tenant_configuration_history SET reason = 'x' WHERE tenant_id = 't-7' AND version = 2`,
    );
    expect(await audit('verify')).toMatchObject({
      code: 1,
      stdout: 'Broken: tenant t-7, version 2: its contents do not match its hash.\n',
    });
    await tamper(
      `UPDATE tenant_configuration_history h SET hash = attune_history_hash(h) WHERE tenant_id = 't-7' AND version = 2`,
    );
    expect(await audit('verify', '--heads', file('before.json'))).toMatchObject({
      code: 1,
      stdout: 'Broken: tenant t-7, version 2: its entry is not the one that was exported.\n',
    });
  });

  it('verify prints what is wrong with a command line and how to correct it', async () => {
    const [ended, printed] = await Promise.all([
      audit('verify', '--public-key', 'x.pem'),
      audit('verify', '--help'),
    ]);
    expect([ended.code, ended.stderr]).toEqual([2, expect.stringContaining('--public-key needs --heads')]);
    expect(printed.stdout).toContain('attune audit verify --heads');
  });
});
