import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestDatabase, FaultProxy, createTestDatabase, freePort, waitFor } from '#testing';

const program = join(import.meta.dirname, '../../../dist/apps/api/src/main.js');

/** A process of the product that may be not ready, or end. */
interface Start {
  readonly url: string;
  readonly process: ChildProcess;
  stdout: string;
  stderr: string;
}

let folder: string;
let database: TestDatabase;
const starts: Start[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'attune-start-'));
  database = await createTestDatabase();
});

afterEach(async () => {
  for (const { process: child } of starts.splice(0)) {
    if (child.exitCode !== null) continue;
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
});

afterAll(async () => {
  await database.drop();
  await rm(folder, { recursive: true, force: true });
});

async function startProcess(env: Record<string, string>): Promise<Start> {
  const port = String(await freePort());
  const child = spawn(process.execPath, [program], {
    cwd: folder,
    env: { PATH: process.env['PATH'] ?? '', PORT: port, DATABASE_URL: database.url, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const start: Start = { url: `http://127.0.0.1:${port}`, process: child, stdout: '', stderr: '' };
  child.stdout.on('data', (chunk: Buffer) => (start.stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (start.stderr += chunk.toString()));
  starts.push(start);
  return start;
}

const readiness = async ({ url }: Start): Promise<number | null> =>
  (await fetch(`${url}/health/ready`).catch(() => null))?.status ?? null;

async function endOf({ process: child }: Start): Promise<number | null> {
  if (child.exitCode === null) await once(child, 'close');
  return child.exitCode;
}

describe('the start of the service', () => {
  it('a start without the demo writes only JSON lines to stdout and the first platform key to stderr', async () => {
    const start = await startProcess({});
    // Readiness can be answered before this process reads what the other one has written.
    const listens = `Attune listens on ${start.url.replace('127.0.0.1', 'localhost')}`;
    await waitFor(() => start.stdout.includes(listens));
    await waitFor(async () => (await readiness(start)) === 200);
    for (const line of start.stdout.trim().split('\n')) expect(JSON.parse(line)).toEqual(expect.any(Object));
    expect(start.stderr).toMatch(/^platform-admin-key atn_\S+$/m);
    expect(start.stdout).not.toContain('atn_');
  });

  it('a start that fails prints the reason once, on stderr', async () => {
    const url = Object.assign(new URL(database.url), { pathname: '/nowhere' }).href;
    const start = await startProcess({ DATABASE_URL: url });
    expect(await endOf(start)).toBe(1);
    expect(start.stderr).toBe(
      'Attune is starting.\nattune: DATABASE_URL: database "nowhere" does not exist.\n',
    );
    expect(start.stdout).not.toContain('nowhere');
  });

  it('a start on a port that is taken fails before anything is made', async () => {
    const other = createServer().listen(0, '0.0.0.0');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    const start = await startProcess({ PORT: String(port), ATTUNE_DEMO: 'true' });
    expect(await endOf(start)).toBe(1);
    expect(start.stderr).toContain(`attune: port ${port} is in use`);
    expect(start.stdout).toBe('');
    other.close();
  });

  it('a first start that is interrupted shows the first platform key, and no error', async () => {
    const empty = await createTestDatabase();
    const start = await startProcess({ DATABASE_URL: empty.url, ATTUNE_DEMO: 'true' });
    await waitFor(() => start.stdout.includes('Adding document'));
    start.process.kill('SIGINT');
    expect(await endOf(start)).toBe(0);
    expect(start.stderr).toMatch(/^Attune is starting\.\nplatform-admin-key atn_\S+\n.*once\.\n$/);
    expect(start.stdout).toContain('Attune stops.');
    await empty.drop();
  });

  // The first process of a container ignores a signal that it has no handler for.
  it('a signal before the service is loaded ends the process with the exit code of that signal', async () => {
    const start = await startProcess({});
    await waitFor(() => start.stderr.includes('Attune is starting.'));
    start.process.kill('SIGTERM');
    expect(await endOf(start)).toBe(143);
  });

  it('a replica without Redis becomes ready only after it reached Postgres once', async () => {
    const link = await FaultProxy.forTarget(database.url);
    link.cut();
    const start = await startProcess({ DATABASE_URL: link.url });
    await waitFor(async () => (await readiness(start)) === 503);
    await waitFor(() => start.stdout.includes('Attune listens on'));
    expect(await readiness(start)).toBe(503);
    await link.restore();
    await waitFor(async () => (await readiness(start)) === 200);
    await link.close();
  });

  it('a replica shows a page at its root address', async () => {
    const start = await startProcess({});
    await waitFor(async () => (await readiness(start)) === 200);
    const response = await fetch(start.url);
    expect([response.status, response.headers.get('content-type')]).toEqual([
      200,
      'text/html; charset=utf-8',
    ]);
    expect(await response.text()).toContain('href="/docs"');
  });
});
