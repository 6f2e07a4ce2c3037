import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { type RunningServer, startProduct, startServer } from '../servers.js';
import { medianWithRange, tableRow } from '../statistics.js';
import { startServers } from '../temporary-servers.js';
import { readCpuSeconds, readMemory } from './process-costs.js';

export interface StartOptions {
  readonly rounds: number;
  /** Seconds between the first answer and the reading of the memory. */
  readonly rest: number;
}

interface Costs {
  readonly cpuSeconds: number;
  readonly readyMs: number;
  readonly rss: number;
  readonly pss: number;
}

interface Contestant {
  readonly name: string;
  readonly start: () => Promise<RunningServer>;
}

const bareProgram = join(import.meta.dirname, 'bare-nest.js');
const command = join(import.meta.dirname, '../../../dist/apps/cli/src/main.js');

/**
 * Starts a replica with Postgres, Redis and embeddings from outside, in turn with a bare Nest, and prints what each costs; then how long
 * `attune --help` takes, beside a Node that does nothing.
 */
export async function measureStart(options: StartOptions): Promise<void> {
  const servers = await startServers();
  const cache = mkdtempSync(join(tmpdir(), 'attune-bench-cache-'));
  const database = await servers.create();
  const env = { DATABASE_URL: database.url, NODE_COMPILE_CACHE: cache };
  const outside = { REDIS_URL: servers.redisUrl, EMBEDDINGS: 'openai', OPENAI_API_KEY: 'unused' };
  try {
    const contestants = [
      { name: 'Attune', start: () => startProduct({ ...env, ...outside }) },
      { name: 'Nest, Fastify, TypeORM, one route', start: () => startServer([bareProgram], { env }) },
    ];
    print(await measure(contestants, options), options);
    printHelp(options.rounds);
  } finally {
    await database.drop();
    rmSync(cache, { recursive: true, force: true });
    await servers.stop();
  }
}

/** The first start of each compiles its code, and is not counted. */
async function measure(
  contestants: readonly Contestant[],
  { rounds, rest }: StartOptions,
): Promise<Map<string, Costs[]>> {
  const costs = new Map<string, Costs[]>(contestants.map(({ name }) => [name, []]));
  for (const contestant of contestants) await measureOnce(contestant, 0);
  for (let round = 0; round < rounds; round += 1)
    for (const contestant of contestants)
      costs.get(contestant.name)!.push(await measureOnce(contestant, rest));
  return costs;
}

async function measureOnce({ start }: Contestant, rest: number): Promise<Costs> {
  const startedAt = performance.now();
  const server = await start();
  const readyMs = performance.now() - startedAt;
  const cpuSeconds = readCpuSeconds(server.pid);
  await pause(rest * 1000);
  const memory = readMemory(server.pid);
  await server.stop();
  return { cpuSeconds, readyMs, ...memory };
}

/** The first run of each compiles its code, and is not counted. */
function printHelp(rounds: number): void {
  const programs = [
    ['attune --help', [command, '--help']],
    ['node, nothing else', ['--eval', '']],
  ] as const;
  const times = programs.map((): number[] => []);
  for (let round = 0; round <= rounds; round += 1)
    for (const [index, [, args]] of programs.entries()) {
      const seconds = secondsOf(args);
      if (round > 0) times[index]!.push(seconds);
    }
  console.log(`\n${tableRow(['a command', 'seconds'], [36, 18])}`);
  for (const [index, [name]] of programs.entries())
    console.log(tableRow([name, medianWithRange(times[index]!, 2)], [36, 18]));
}

function secondsOf(args: readonly string[]): number {
  const startedAt = performance.now();
  const { status } = spawnSync(process.execPath, args, { stdio: 'ignore' });
  if (status !== 0) throw new Error(`node ${args.join(' ')} ended with ${status}`);
  return (performance.now() - startedAt) / 1000;
}

function print(costs: ReadonlyMap<string, readonly Costs[]>, { rounds, rest }: StartOptions): void {
  console.log(
    `Node ${process.version}, ${rounds} rounds, memory after ${rest} s at rest. Median (min–max):\n`,
  );
  console.log(tableRow(['a start', 'CPU s', 'ready after s', 'RSS MB', 'PSS MB'], [36, 18]));
  for (const [name, each] of costs) {
    const cells = [
      medianWithRange(
        each.map(({ cpuSeconds }) => cpuSeconds),
        2,
      ),
      medianWithRange(
        each.map(({ readyMs }) => readyMs / 1000),
        2,
      ),
      medianWithRange(
        each.map(({ rss }) => rss),
        0,
      ),
      medianWithRange(
        each.map(({ pss }) => pss),
        0,
      ),
    ];
    console.log(tableRow([name, ...cells], [36, 18]));
  }
}
