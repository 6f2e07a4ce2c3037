import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { freePort } from '#testing';

/** A server in a process of its own, on the Node and with the Node options that this benchmark runs with (`--cpu-prof`, say). */
export interface Started {
  readonly url: string;
  stop(): Promise<void>;
}

export interface Product extends Started {
  readonly platformKey: string;
  readonly jwtSecret: string;
}

export interface PreparedAnswer {
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
}

const program = join(import.meta.dirname, '../apps/api/src/main.js');
const benchmarks = join(import.meta.dirname, 'main.js');
const startLimitMs = 60_000;

/** The product as it is delivered, its log going to a file. `DATABASE_URL` and the like are passed on when they are set. */
export async function startProduct(env: Readonly<Record<string, string>> = {}): Promise<Product> {
  const folder = mkdtempSync(join(tmpdir(), 'attune-bench-'));
  const platformKey = `atn_${randomBytes(6).toString('hex')}_${randomBytes(24).toString('hex')}`;
  const jwtSecret = randomBytes(32).toString('hex');
  const running = await start([program], folder, {
    DATA_DIR: join(folder, 'data'),
    ATTUNE_PLATFORM_API_KEY: platformKey,
    ATTUNE_DEMO: 'false',
    JWT_SECRET: jwtSecret,
    ...env,
  });
  return { ...running, platformKey, jwtSecret };
}

/** Fastify with one route that sends these bytes, and nothing else. */
export function startBareFastify(answer: PreparedAnswer): Promise<Started> {
  const folder = mkdtempSync(join(tmpdir(), 'attune-bench-'));
  return start([benchmarks, 'bare-fastify'], folder, { BENCH_ANSWER: JSON.stringify(answer) });
}

async function start(command: string[], folder: string, env: Record<string, string>): Promise<Started> {
  const port = await freePort();
  const logFile = join(folder, 'log');
  const log = openSync(logFile, 'w');
  const child = spawn(process.execPath, [...process.execArgv, ...command], {
    cwd: folder,
    env: { ...process.env, ...env, PORT: String(port) },
    stdio: ['ignore', log, log],
  });
  closeSync(log);
  const stop = () => end(child, folder);
  const url = `http://127.0.0.1:${port}`;
  if (await isListening(url, child)) return { url, stop };
  const written = readFileSync(logFile, 'utf8');
  await stop();
  throw new Error(`${command[0]} did not start:\n${written}`);
}

async function isListening(url: string, child: ChildProcess): Promise<boolean> {
  const limit = Date.now() + startLimitMs;
  while (Date.now() < limit && child.exitCode === null && child.signalCode === null) {
    const status = await fetch(`${url}/health/ready`).then(
      (answer) => answer.status,
      () => 0,
    );
    if (status === 200) return true;
    await pause(100);
  }
  return false;
}

async function end(child: ChildProcess, folder: string): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) {
    const closed = once(child, 'close');
    child.kill('SIGTERM');
    await closed;
  }
  rmSync(folder, { recursive: true, force: true });
}
