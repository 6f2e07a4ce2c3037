/** As in the image: another user, files that nobody may write, only /tmp is writable. */
import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ApiClient, type TestDatabase, createTestDatabase, freePort, testRedisUrl, waitFor } from '#testing';
import { createTenant, getConfiguration } from '../app/test-app.js';

const root = join(import.meta.dirname, '../..');
const folder = mkdtempSync(join(tmpdir(), 'attune-read-only-'));
const product = join(folder, 'attune');
const platformKey = `atn_${'a'.repeat(12)}_${'b'.repeat(48)}`;
/** The user of the image, where the tests may become another user and that one can read the packages. */
const user = { uid: 1000, gid: 1000 };
const canChangeUser = spawnSync(process.execPath, ['--version'], { ...user, cwd: '/' }).status === 0;

let database: TestDatabase;
let env: Record<string, string>;
let output = '';
let replica: ChildProcess | undefined;

function startReplica(): ChildProcess {
  const options = { cwd: product, env, ...(canChangeUser ? user : {}) };
  const started = spawn(process.execPath, ['dist/apps/api/src/main.js'], options);
  for (const stream of [started.stdout, started.stderr])
    stream.on('data', (bytes) => (output += String(bytes)));
  return started;
}

/** Every file of the product, and when it was written. */
function files(): string[] {
  return readdirSync(product, { recursive: true, encoding: 'utf8' }).map(
    (name) => `${name} ${statSync(join(product, name)).mtimeMs}`,
  );
}

beforeAll(async () => {
  database = await createTestDatabase();
  mkdirSync(join(folder, 'tmp'));
  cpSync(join(root, 'dist'), join(product, 'dist'), { recursive: true });
  cpSync(join(root, 'package.json'), join(product, 'package.json'));
  symlinkSync(join(root, 'node_modules'), join(product, 'node_modules'));
  execFileSync('chmod', ['-R', 'a-w,a+rX', join(product, 'dist'), join(product, 'package.json'), product]);
  chmodSync(folder, 0o755);
  chmodSync(join(folder, 'tmp'), 0o777);
  env = {
    TMPDIR: join(folder, 'tmp'),
    DATA_DIR: '/nowhere',
    NODE_ENV: 'production',
    NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'] ?? '',
    PORT: String(await freePort()),
    MANAGEMENT_PORT: String(await freePort()),
    DATABASE_URL: database.url,
    REDIS_URL: testRedisUrl(),
    ATTUNE_PLATFORM_API_KEY: platformKey,
    SHUTDOWN_DRAIN_MS: '0',
  };
});
afterAll(async () => {
  replica?.kill('SIGKILL');
  execFileSync('chmod', ['-R', 'u+w', join(product, 'dist'), product]);
  rmSync(folder, { recursive: true });
  await database?.drop();
});

describe('the product of the image, on a read-only file system', () => {
  it('serves, reads documents, and writes to none of its own files', async () => {
    const before = files();
    replica = startReplica();
    const platform = new ApiClient(`http://127.0.0.1:${env['PORT']}`, platformKey);
    await waitFor(
      async () => replica?.exitCode !== null || (await platform.get('/health/ready')).status === 200,
      { timeoutMs: 120_000, what: 'the replica is ready' },
    );
    const { admin } = await createTenant(platform, 'sealed');
    expect((await admin.patch('/v1/config', { retrieval_alpha: 0.3 })).status).toBe(200);
    const form = new FormData();
    form.append('file', new File(['<p>Leave begins in May.</p>'], 'leave.html', { type: 'text/html' }));
    expect((await admin.send('/v1/documents', { method: 'POST', body: form })).status).toBe(201);
    await waitFor(async () => {
      const { body } = await admin.post<{ sources: unknown[] }>('/v1/query', {
        question: 'When does leave begin?',
      });
      return body.sources.length > 0;
    });
    expect((await getConfiguration(admin)).version).toBe(2);

    replica.kill('SIGTERM');
    expect([(await once(replica, 'close'))[0], output.match(/EACCES|EROFS|read-only/i)]).toEqual([0, null]);
    expect(files()).toEqual(before);
  });
});
