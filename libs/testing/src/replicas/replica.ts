import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ApiClient } from '../api-client.js';
import { freePort } from '../servers/free-port.js';
import { projectRoot } from '../project-root.js';
import { waitFor } from '../wait-for.js';

/** How a replica is started. */
export interface ReplicaOptions {
  /**
   * Added to the defaults: a free port, a platform key, no demo, and a data folder that is removed with the replica. Set
   * `DATA_DIR` for data that must outlive it, and `ATTUNE_PLATFORM_API_KEY` for replicas that share a database.
   */
  readonly env?: Readonly<Record<string, string>>;
  /** The folder of a built checkout, for a replica of another release; default: this one. */
  readonly release?: string;
}

/** One running process of the product. */
export interface Replica {
  readonly url: string;
  readonly platformKey: string;
  /** A client with the platform key; `api.as(key)` for another one. */
  readonly api: ApiClient;
  readonly process: ChildProcess;
  /** Sends SIGTERM and resolves to the exit code, or to null when a signal ended the process. */
  stop(): Promise<number | null>;
  /** Sends SIGKILL, like a crash. */
  kill(): Promise<void>;
  /** All output on stdout and stderr so far. */
  output(): string;
}

/**
 * Starts the built product and resolves once it reports ready. It sees only the given environment, not the test's own.
 *
 * @throws Error with its output when it ends or is not ready within two minutes; no process is left then.
 */
export async function startReplica({
  env = {},
  release = projectRoot,
}: ReplicaOptions = {}): Promise<Replica> {
  const program = join(release, 'dist/apps/api/src/main.js');
  if (!existsSync(program)) throw new Error(`There is no ${program}: run \`npm run build\` there first.`);
  const folder = await mkdtemp(join(tmpdir(), 'attune-replica-'));
  const settings = { ...(await defaultVariables(folder)), ...env };
  const running = spawn(process.execPath, [program], {
    cwd: folder,
    env: settings,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const replica = new ReplicaProcess(running, settings, folder);
  await replica.waitUntilReady();
  return replica;
}

async function defaultVariables(folder: string): Promise<DefaultVariables> {
  return {
    PATH: process.env['PATH'] ?? '',
    NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'] ?? '',
    PORT: String(await freePort()),
    DATA_DIR: join(folder, 'data'),
    ATTUNE_PLATFORM_API_KEY: `atn_${randomBytes(6).toString('hex')}_${randomBytes(24).toString('hex')}`,
    ATTUNE_DEMO: 'false',
    // A test machine may be busy; tests of outages set a limit of their own.
    DATABASE_OUTAGE_MS: '20000',
    SHUTDOWN_DRAIN_MS: '200',
  };
}

type DefaultVariables = Record<
  | 'PATH'
  | 'NODE_COMPILE_CACHE'
  | 'PORT'
  | 'DATA_DIR'
  | 'ATTUNE_PLATFORM_API_KEY'
  | 'ATTUNE_DEMO'
  | 'DATABASE_OUTAGE_MS'
  | 'SHUTDOWN_DRAIN_MS',
  string
>;

class ReplicaProcess implements Replica {
  readonly url: string;
  readonly platformKey: string;
  readonly api: ApiClient;
  private readonly outputChunks: string[] = [];
  private readonly exited: Promise<unknown>;
  /** Ends the replica when the test run is interrupted. */
  private readonly killOnExit = () => this.process.kill('SIGKILL');

  constructor(
    readonly process: ChildProcess,
    settings: DefaultVariables,
    private readonly folder: string,
  ) {
    this.url = `http://127.0.0.1:${settings.PORT}`;
    this.platformKey = settings.ATTUNE_PLATFORM_API_KEY;
    this.api = new ApiClient(this.url, this.platformKey);
    this.exited = once(process, 'close');
    globalThis.process.once('exit', this.killOnExit);
    process.stdout?.on('data', (chunk: Buffer) => this.outputChunks.push(chunk.toString()));
    process.stderr?.on('data', (chunk: Buffer) => this.outputChunks.push(chunk.toString()));
  }

  async waitUntilReady(): Promise<void> {
    try {
      await waitFor(() => this.hasEnded() || this.isReady(), {
        timeoutMs: 120_000,
        what: 'the replica is ready',
      });
      if (this.hasEnded()) throw new Error('The replica ended while starting');
    } catch (cause) {
      await this.kill();
      throw new Error(`The replica did not start:\n${this.output()}`, { cause });
    }
  }

  async stop(): Promise<number | null> {
    await this.end('SIGTERM');
    return this.process.exitCode;
  }

  kill(): Promise<void> {
    return this.end('SIGKILL');
  }

  output(): string {
    return this.outputChunks.join('');
  }

  private hasEnded(): boolean {
    return this.process.exitCode !== null || this.process.signalCode !== null;
  }

  private async isReady(): Promise<boolean> {
    return (await fetch(`${this.url}/health/ready`)).status === 200;
  }

  private async end(signal: NodeJS.Signals): Promise<void> {
    globalThis.process.removeListener('exit', this.killOnExit);
    this.process.kill(signal);
    await this.exited;
    await rm(this.folder, { recursive: true, force: true });
  }
}
