import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { freePort } from '#testing';

/** A server in its own process, with the Node version and options of this benchmark (such as `--cpu-prof`). */
export interface RunningServer {
  readonly url: string;
  readonly pid: number;
  /** What it has written to its log so far. */
  readLog(): string;
  stop(): Promise<void>;
}

export interface Product extends RunningServer {
  readonly platformKey: string;
  readonly jwtSecret: string;
}

export interface PreparedResponse {
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** The product as `npm run build` makes it, which is not compiled for benchmarks. */
const productProgram = join(import.meta.dirname, '../../dist/apps/api/src/main.js');
const benchmarkProgram = join(import.meta.dirname, 'main.js');
const startTimeoutMs = 60_000;

/** What a benchmark has to stop at its end, in reverse order. */
export type CleanupSteps = (() => Promise<unknown>)[];

/** Waits for the server and adds its `stop` to the steps. */
export async function registerCleanup<S extends RunningServer>(
  starting: Promise<S>,
  cleanup: CleanupSteps,
): Promise<S> {
  const server = await starting;
  cleanup.push(() => server.stop());
  return server;
}

/** A random key, for replicas that must share one. */
export function createPlatformKey(): string {
  return `atn_${randomBytes(6).toString('hex')}_${randomBytes(24).toString('hex')}`;
}

/** Starts the product as it is shipped, with its log in a file. It sees this process's environment, `env` on top. */
export async function startProduct(env: Readonly<Record<string, string>> = {}): Promise<Product> {
  const folder = mkdtempSync(join(tmpdir(), 'attune-bench-'));
  const settings = {
    DATA_DIR: join(folder, 'data'),
    ATTUNE_PLATFORM_API_KEY: createPlatformKey(),
    ATTUNE_DEMO: 'false',
    JWT_SECRET: randomBytes(32).toString('hex'),
    ...env,
  };
  const running = await startProcess([productProgram], { folder, env: settings });
  return {
    ...running,
    platformKey: settings.ATTUNE_PLATFORM_API_KEY,
    jwtSecret: settings.JWT_SECRET,
  };
}

/** Starts Fastify with one route that only sends these prepared responses in turn. */
export function startBareFastify(
  answers: readonly PreparedResponse[],
  log: 'logging' | 'silent',
): Promise<RunningServer> {
  return startServer([benchmarkProgram, 'bare-fastify'], {
    env: { BENCH_ANSWERS: JSON.stringify(answers), BENCH_LOG: log },
  });
}

/** Starts any server that listens on `PORT`, in its own folder. */
export function startServer(
  command: string[],
  options: Omit<ServerOptions, 'folder'>,
): Promise<RunningServer> {
  return startProcess(command, { folder: mkdtempSync(join(tmpdir(), 'attune-bench-')), ...options });
}

interface ServerOptions {
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
  /** Path that answers 200 once the server is ready; `/health/ready` by default. */
  readonly health?: string;
  /** Command-line option for a server that does not read `PORT`, such as `--port=`. */
  readonly portOption?: string;
}

async function startProcess(
  command: string[],
  { folder, env, health = '/health/ready', portOption }: ServerOptions,
): Promise<RunningServer> {
  const port = await freePort();
  const logFile = join(folder, 'log');
  const log = openSync(logFile, 'w');
  const options = portOption === undefined ? [] : [`${portOption}${port}`];
  const child = spawn(process.execPath, [...process.execArgv, ...command, ...options], {
    cwd: folder,
    env: { ...process.env, ...env, PORT: String(port) },
    stdio: ['ignore', log, log],
  });
  closeSync(log);
  // An interrupted run does not stop its servers itself.
  process.once('exit', () => child.kill());
  const stop = () => stopProcess(child, folder);
  const url = `http://127.0.0.1:${port}`;
  const readLog = () => readFileSync(logFile, 'utf8');
  if (await waitUntilHealthy(`${url}${health}`, child)) return { url, pid: child.pid!, readLog, stop };
  const logText = readLog();
  await stop();
  throw new Error(`${command[0]} did not start:\n${logText}`);
}

async function waitUntilHealthy(url: string, child: ChildProcess): Promise<boolean> {
  const limit = Date.now() + startTimeoutMs;
  while (Date.now() < limit && child.exitCode === null && child.signalCode === null) {
    const status = await fetch(url).then(
      (response) => response.status,
      () => 0,
    );
    if (status === 200) return true;
    await pause(100);
  }
  return false;
}

async function stopProcess(child: ChildProcess, folder: string): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) {
    const closed = once(child, 'close');
    child.kill('SIGTERM');
    await closed;
  }
  rmSync(folder, { recursive: true, force: true });
}
