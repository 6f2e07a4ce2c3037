import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { freePort } from '../free-port.js';
import { waitFor } from '../wait-for.js';

const host = '127.0.0.1';

interface RedisServerOptions {
  readonly port?: number;
  /** Lines of its configuration file. */
  readonly config?: readonly string[];
  readonly asSentinel?: boolean;
  /** What `config` sets; for the commands of the test itself. */
  readonly password?: string;
}

/** A redis-server of a test's own, on 127.0.0.1, that may be killed, frozen and started again. It keeps nothing on disk. */
export class RedisServer {
  private readonly folder = mkdtempSync(join(tmpdir(), 'attune-redis-'));
  private process: ChildProcess | null = null;

  private constructor(
    readonly port: number,
    private readonly options: RedisServerOptions,
  ) {}

  static async start(options: RedisServerOptions = {}): Promise<RedisServer> {
    const server = new RedisServer(options.port ?? (await freePort()), options);
    await server.start();
    return server;
  }

  get address(): string {
    return `${host}:${this.port}`;
  }

  get url(): string {
    return `redis://${this.address}`;
  }

  /** Again after `kill`, on the same port. */
  async start(): Promise<void> {
    const file = join(this.folder, 'redis.conf');
    const base = [`bind ${host}`, `port ${this.port}`, `dir ${this.folder}`, 'save ""', 'appendonly no'];
    writeFileSync(file, [...base, ...(this.options.config ?? []), ''].join('\n'));
    const args = this.options.asSentinel ? [file, '--sentinel'] : [file];
    const server = spawn('redis-server', args, { stdio: 'ignore' });
    const end = () => server.kill('SIGKILL');
    process.once('exit', end);
    server.once('exit', () => process.off('exit', end));
    this.process = server;
    await waitFor(async () => (await this.command('ping')) === 'PONG', { what: `Redis at ${this.address}` });
  }

  /** What redis-cli prints. */
  async command(...args: string[]): Promise<string> {
    const { password } = this.options;
    const access = password === undefined ? [] : ['--no-auth-warning', '-a', password];
    const connection = ['-h', host, '-p', String(this.port), ...access];
    const { stdout } = await promisify(execFile)('redis-cli', [...connection, ...args]);
    return stdout.trim();
  }

  /** As when its machine dies. */
  async kill(): Promise<void> {
    const server = this.process;
    this.process = null;
    if (server === null || server.exitCode !== null || server.signalCode !== null) return;
    const ended = once(server, 'exit');
    server.kill('SIGKILL');
    await ended;
  }

  /** It takes connections and bytes, and answers nothing. */
  freeze(): void {
    this.process?.kill('SIGSTOP');
  }

  thaw(): void {
    this.process?.kill('SIGCONT');
  }

  async close(): Promise<void> {
    await this.kill();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
