import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../free-port.js';
import { ServerProcess, folderOf } from './server-process.js';

/** A Redis of the test's own, on one port for all its lives. It keeps nothing on disk: killed is emptied. */
export class RedisServer {
  private constructor(
    private readonly folder: string,
    private readonly port: number,
    private running: ServerProcess,
  ) {}

  static async start(): Promise<RedisServer> {
    const folder = await mkdtemp(join(tmpdir(), 'attune-redis-'));
    const port = await freePort();
    return new RedisServer(folder, port, await run(folder, port));
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  /** SIGKILL: its connections are reset, and new ones refused. */
  kill(): Promise<void> {
    return this.running.end('SIGKILL');
  }

  /** On the same port, empty; what runs still is killed first. */
  async restart(): Promise<void> {
    await this.kill();
    this.running = await run(this.folder, this.port);
  }

  /** It takes connections and answers nothing, until `resume`. */
  pause(): void {
    this.running.signal('SIGSTOP');
  }

  resume(): void {
    this.running.signal('SIGCONT');
  }

  /** Ends it for good. */
  async stop(): Promise<void> {
    await this.kill();
    await rm(this.folder, { recursive: true, force: true });
  }
}

async function run(folder: string, port: number): Promise<ServerProcess> {
  const program = join(await folderOf('redis'), 'redis-server');
  const options = { bind: '127.0.0.1', port: String(port), save: '', appendonly: 'no', dir: folder };
  const args = Object.entries(options).flatMap(([name, value]) => [`--${name}`, value]);
  return ServerProcess.start({ program, args, cwd: folder, port });
}
