/** Starts a throw-away Postgres cluster and a throw-away Redis, both on 127.0.0.1 and in a folder of the run. */
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, openSync, readFileSync, realpathSync } from 'node:fs';
import { createServer, connect } from 'node:net';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';

const startMs = 30_000;
const superuser = 'attune_superuser';
const host = '127.0.0.1';

/** Resolves to `{ url, process }` once the cluster takes connections. */
export async function startPostgres(programs, runFolder) {
  const cluster = await createCluster(programs, runFolder);
  return { url: cluster.url, process: await cluster.start() };
}

/**
 * Makes a cluster that can be started, and started again after its end: `{ url, data, start }`: its address, its folder, and
 * what resolves to the server's process once it takes connections. With the URL of a primary it is a standby that follows it.
 */
export async function createCluster(programs, runFolder, primaryUrl) {
  const folder = join(runFolder, 'postgres');
  const account = unprivilegedAccount();
  giveFolder(folder, account);
  const data = join(folder, 'data');
  const [program, options] = primaryUrl === undefined ? newCluster : copyOf(primaryUrl);
  const output = { stdio: ['ignore', 'ignore', 'pipe'] };
  execFileSync(join(dirname(realpathSync(join(programs, 'initdb'))), program), ['-D', data, ...options], {
    ...account,
    cwd: folder,
    ...output,
  });
  const port = await freePort();
  // Nothing here has to survive a power cut, so nothing waits for the disk. What was committed survives a kill. Shared memory is in the folder
  // of the data: a cluster that is killed leaves nothing elsewhere.
  const settings = [
    'fsync=off',
    'full_page_writes=off',
    'max_connections=300',
    'dynamic_shared_memory_type=mmap',
  ].flatMap((one) => ['-c', one]);
  const args = ['-D', data, '-h', host, '-p', String(port), '-k', folder, ...settings];
  const run = async () => {
    const log = join(folder, 'log');
    const server = start(join(programs, 'postgres'), args, { ...account, cwd: folder, log });
    await untilListening(server, port);
    await untilAnswering(server, () => letsIn(port));
    return server.process;
  };
  return { url: `postgres://${superuser}@${host}:${port}/postgres`, data, start: run };
}

const newCluster = ['initdb', ['-U', superuser, '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync']];

function copyOf(primaryUrl) {
  return ['pg_basebackup', ['-d', primaryUrl, '-R', '-X', 'stream', '-c', 'fast', '--no-sync']];
}

/** Resolves to `{ url, process }` once Redis takes connections. Nothing is saved to disk. */
export async function startRedis(programs, runFolder) {
  const port = await freePort();
  const args = [
    '--bind',
    host,
    '--port',
    String(port),
    '--save',
    '',
    '--appendonly',
    'no',
    '--dir',
    runFolder,
  ];
  const server = start(join(programs, 'redis-server'), args, {
    cwd: runFolder,
    log: join(runFolder, 'redis.log'),
  });
  await untilListening(server, port);
  return { url: `redis://${host}:${port}`, process: server.process };
}

/** initdb refuses to run as root: then the cluster belongs to `postgres`, or to `nobody`. */
function unprivilegedAccount() {
  if (process.getuid?.() !== 0) return {};
  const name = spawnSync('id', ['-u', 'postgres']).status === 0 ? 'postgres' : 'nobody';
  const number = (flag) => Number(execFileSync('id', [flag, name], { encoding: 'utf8' }));
  return { uid: number('-u'), gid: number('-g') };
}

function giveFolder(folder, account) {
  mkdirSync(folder, { mode: 0o700 });
  if (account.uid === undefined) return;
  chmodSync(join(folder, '..'), 0o711);
  chownSync(folder, account.uid, account.gid);
}

/** A run that is interrupted has no teardown: its servers end with it all the same. */
function start(program, args, { log, ...options }) {
  const output = openSync(log, 'a');
  const server = spawn(program, args, { ...options, stdio: ['ignore', output, output] });
  const end = () => server.kill('SIGINT');
  process.once('exit', end);
  server.once('exit', () => process.off('exit', end));
  return { process: server, program, log };
}

function untilListening(server, port) {
  return untilAnswering(
    server,
    () =>
      new Promise((resolve) => {
        const socket = connect({ host, port });
        socket.once('connect', () => resolve(socket.destroy() !== null));
        socket.once('error', () => resolve(false));
      }),
  );
}

/** Postgres listens a moment before it lets anyone in. */
async function letsIn(port) {
  const client = new pg.Client({ host, port, user: superuser, database: 'postgres' });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function untilAnswering(server, isAnswering) {
  const end = Date.now() + startMs;
  while (!(await isAnswering())) {
    if (server.process.exitCode !== null || Date.now() > end) {
      throw new Error(`${server.program} did not start:\n${readFileSync(server.log, 'utf8')}`);
    }
    await pause(20);
  }
}

function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, host, () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}
