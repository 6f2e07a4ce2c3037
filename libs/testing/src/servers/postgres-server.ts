import { type ChildProcess, execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, chown, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { findPrograms } from '../../jest/programs.js';
import { type Cluster, createCluster } from '../../jest/servers.js';
import { waitFor } from '../wait-for.js';
import type { TestCertificate } from './test-certificate.js';

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

  /** Takes about two seconds, so start one per test file. With a primary it is a standby that follows it. */
  static async start(primary?: PostgresServer): Promise<PostgresServer> {
    const { postgres } = findPrograms({ postgres: true });
    const folder = await mkdtemp(join(tmpdir(), 'attune-postgres-'));
    const cluster = await createCluster(postgres, folder, primary?.url);
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

  /** Starts it again with this certificate. It then refuses connections without TLS or without a password, but for the superuser's. */
  async requireTls({ file, keyFile }: TestCertificate): Promise<void> {
    const { data } = this.cluster;
    const superuser = new URL(this.url).username;
    const rules = [
      `hostnossl all ${superuser} 127.0.0.1/32 trust`,
      'hostssl all all 127.0.0.1/32 scram-sha-256',
    ];
    const { uid, gid } = await stat(data);
    for (const [name, content] of [
      ['server.crt', await readFile(file)],
      ['server.key', await readFile(keyFile)],
      ['pg_hba.conf', `${rules.join('\n')}\n`],
    ] as const) {
      await writeFile(join(data, name), content, { mode: 0o600 });
      await chown(join(data, name), uid, gid);
    }
    await appendFile(join(data, 'postgresql.conf'), '\nssl = on\n');
    await this.restart();
  }

  /** Starts it as a standby, with what was committed. It answers reads and takes no writes. */
  async restartAsStandby(): Promise<void> {
    await this.kill();
    await writeFile(join(this.cluster.data, 'standby.signal'), '');
    await this.restart();
  }

  /** Waits for a standby that follows it. From then on it confirms a commit only when a standby has it. */
  async confirmByStandby(): Promise<void> {
    const followers = 'SELECT 1 / count(*) FROM pg_stat_replication';
    await waitFor(() => runAsSuperuser(this.url, followers), { what: 'a standby follows' });
    await runAsSuperuser(this.url, "ALTER SYSTEM SET synchronous_standby_names = '*'");
    await runAsSuperuser(this.url, 'SELECT pg_reload_conf()');
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
