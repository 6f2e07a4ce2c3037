import { type ChildProcess, execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { findPrograms } from '../../jest/programs.js';
import { type Cluster, createCluster } from '../../jest/servers.js';
import { waitFor } from '../wait-for.js';

/**
 * A Postgres server for one test that can be frozen, killed and started again at the same address.
 *
 * @example
 * const server = await PostgresServer.start();
 * const database = await createTestDatabase(server.url);
 * server.pause(); // connections stay open, and no byte comes
 */
export class PostgresServer {
  private constructor(
    private readonly cluster: Cluster,
    private readonly folder: string,
    private process: ChildProcess,
  ) {}

  /** Takes about two seconds, so start one per test file. */
  static async start(): Promise<PostgresServer> {
    const { postgres } = findPrograms({ postgres: true });
    const folder = await mkdtemp(join(tmpdir(), 'attune-postgres-'));
    const cluster = await createCluster(postgres, folder);
    return new PostgresServer(cluster, folder, await startAndWait(cluster));
  }

  /** The superuser's. */
  get url(): string {
    return this.cluster.url;
  }

  /** Freezes the server with all its backends, the server first so that there are no new ones. Their process ids. */
  pause(): number[] {
    return this.signal('SIGSTOP');
  }

  /** Ends `pause`. */
  resume(): void {
    this.signal('SIGCONT');
  }

  /** Kills the server like a crash: connections end, and new ones are refused. */
  async kill(): Promise<void> {
    if (this.hasEnded()) return;
    const ended = once(this.process, 'exit');
    // The backends first: one that outlived the server would keep its memory from the next one.
    for (const pid of this.pause().toReversed()) signalProcess(pid, 'SIGKILL');
    await ended;
  }

  /** Starts it where it was killed, with what was committed. */
  async restart(): Promise<void> {
    await this.kill();
    this.process = await startAndWait(this.cluster);
  }

  /** Starts it as a standby, with what was committed. It answers reads and takes no writes. */
  async restartAsStandby(): Promise<void> {
    await this.kill();
    await writeFile(join(this.cluster.data, 'standby.signal'), '');
    await this.restart();
  }

  /** Makes the standby the primary, on the next timeline. */
  async promote(): Promise<void> {
    await runAsSuperuser(this.url, 'SELECT pg_promote()');
  }

  /** Ends the server in any state and removes its files. */
  async stop(): Promise<void> {
    await this.kill();
    await rm(this.folder, { recursive: true, force: true });
  }

  private hasEnded(): boolean {
    return this.process.exitCode !== null || this.process.signalCode !== null;
  }

  private signal(signal: NodeJS.Signals): number[] {
    const server = this.process.pid!;
    signalProcess(server, signal);
    const backends = childrenOf(server);
    for (const pid of backends) signalProcess(pid, signal);
    return [server, ...backends];
  }
}

/** It listens a moment before it lets anyone in, after a crash in particular. */
async function startAndWait(cluster: Cluster): Promise<ChildProcess> {
  const process = await cluster.start();
  await waitFor(() => runAsSuperuser(cluster.url, 'SELECT true'), { what: 'Postgres lets somebody in' });
  return process;
}

async function runAsSuperuser(url: string, sql: string): Promise<true> {
  const client = new Client({ connectionString: url });
  await client.connect();
  await client.query(sql).finally(() => client.end());
  return true;
}

/** Each backend leads a session of its own, so that there is no group to be signalled. */
function childrenOf(parent: number): number[] {
  const lines = execFileSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' }).trim().split('\n');
  const pairs = lines.map((line) => line.trim().split(/\s+/).map(Number));
  return pairs.filter(([, of]) => of === parent).map(([pid]) => pid!);
}

/** Ignores processes that have ended meanwhile. */
function signalProcess(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
