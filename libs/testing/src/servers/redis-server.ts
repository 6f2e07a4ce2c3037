import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { findPrograms } from '../../jest/programs.js';
import { freePort } from './free-port.js';
import { ServerProcess } from './server-process.js';
import type { TestCertificate } from './test-certificate.js';

const host = '127.0.0.1';

interface RedisServerOptions {
  readonly port?: number;
  /** Lines of its configuration file. */
  readonly config?: readonly string[];
  readonly asSentinel?: boolean;
  /** What `config` sets; for the commands of the test itself. */
  readonly password?: string;
  /** Everything that it says and is said goes through TLS then. */
  readonly certificate?: TestCertificate | undefined;
}

/** A Redis server for one test that can be frozen, killed and started again at the same address. A kill empties it. */
export class RedisServer {
  private constructor(
    private readonly folder: string,
    readonly port: number,
    private readonly options: RedisServerOptions,
    private process: ServerProcess,
  ) {}

  /** Starts a Redis on a free port; resolves once it answers. */
  static async start(options: RedisServerOptions = {}): Promise<RedisServer> {
    const folder = await mkdtemp(join(tmpdir(), 'attune-redis-'));
    const port = options.port ?? (await freePort());
    return new RedisServer(folder, port, options, await startRedis(folder, port, options));
  }

  get address(): string {
    return `${host}:${this.port}`;
  }

  get url(): string {
    return `${this.options.certificate ? 'rediss' : 'redis'}://${this.address}`;
  }

  /** Runs redis-cli and returns its output. */
  async command(...args: string[]): Promise<string> {
    const { password, certificate } = this.options;
    const access = password === undefined ? [] : ['--no-auth-warning', '-a', password];
    const tls = certificate === undefined ? [] : ['--tls', '--cacert', certificate.file];
    const connection = ['-h', host, '-p', String(this.port), ...tls, ...access];
    const { stdout } = await promisify(execFile)(programPath('redis-cli'), [...connection, ...args]);
    return stdout.trim();
  }

  /** Freezes the server: it accepts connections and does not respond until `resume`. */
  pause(): void {
    this.process.signal('SIGSTOP');
  }

  /** Ends `pause`. */
  resume(): void {
    this.process.signal('SIGCONT');
  }

  /** Kills the server like a crash: connections end, and new ones are refused. */
  kill(): Promise<void> {
    return this.process.end('SIGKILL');
  }

  /** Starts it empty on the same port, after killing a running process. */
  async restart(): Promise<void> {
    await this.kill();
    this.process = await startRedis(this.folder, this.port, this.options);
  }

  /** Ends the server in any state and removes its files. */
  async stop(): Promise<void> {
    await this.kill();
    await rm(this.folder, { recursive: true, force: true });
  }
}

/** By a file, which a sentinel writes to and cannot do without. */
async function startRedis(
  folder: string,
  port: number,
  { config = [], asSentinel = false, certificate }: RedisServerOptions,
): Promise<ServerProcess> {
  const file = join(folder, 'redis.conf');
  const base = [
    `bind ${host}`,
    ...listenConfig(port, certificate),
    `dir ${folder}`,
    'save ""',
    'appendonly no',
  ];
  await writeFile(file, [...base, ...config, ''].join('\n'));
  const args = asSentinel ? [file, '--sentinel'] : [file];
  return ServerProcess.start({ program: programPath('redis-server'), args, cwd: folder, port });
}

function listenConfig(port: number, certificate: TestCertificate | undefined): string[] {
  if (certificate === undefined) return [`port ${port}`];
  const files = [
    `tls-cert-file ${certificate.file}`,
    `tls-key-file ${certificate.keyFile}`,
    `tls-ca-cert-file ${certificate.file}`,
  ];
  // Nobody has to show a certificate of their own.
  return ['port 0', `tls-port ${port}`, ...files, 'tls-auth-clients no', 'tls-replication yes'];
}

function programPath(name: 'redis-server' | 'redis-cli'): string {
  return join(findPrograms({ redis: true }).redis, name);
}
