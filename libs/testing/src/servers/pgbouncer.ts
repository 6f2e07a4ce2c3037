import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from './free-port.js';
import { programPath } from './program-path.js';
import { ServerProcess } from './server-process.js';

/**
 * PgBouncer in transaction mode in front of a database. It gives out few connections, so that each transaction of a client can have
 * another one.
 */
export class PgBouncer {
  private constructor(
    private readonly folder: string,
    /** The address of the database through it. */
    readonly url: string,
    private readonly process: ServerProcess,
  ) {}

  /** `databaseUrl` names the only user who may connect. */
  static async start(databaseUrl: string, { connections = 3 } = {}): Promise<PgBouncer> {
    const folder = await mkdtemp(join(tmpdir(), 'attune-pgbouncer-'));
    const port = await freePort();
    const { username, password, hostname, port: serverPort, pathname } = new URL(databaseUrl);
    const users = join(folder, 'users.txt');
    const settings = [
      '[databases]',
      `${pathname.slice(1)} = host=${hostname} port=${serverPort}`,
      '[pgbouncer]',
      'listen_addr = 127.0.0.1',
      `listen_port = ${port}`,
      'unix_socket_dir =',
      'auth_type = trust',
      `auth_file = ${users}`,
      'pool_mode = transaction',
      `default_pool_size = ${connections}`,
      // By default it waits for 15 s after a server refused it, also when another one has taken its place.
      'server_login_retry = 1',
    ];
    const file = join(folder, 'pgbouncer.ini');
    await writeFile(users, `"${username}" "${password}"\n`);
    await writeFile(file, `${settings.join('\n')}\n`);
    await chmod(folder, 0o755);
    // It refuses to run as root.
    const user = process.getuid?.() === 0 ? ['-u', 'nobody'] : [];
    const program = programPath('pgbouncer');
    const running = await ServerProcess.start({ program, args: [...user, file], cwd: folder, port });
    const url = Object.assign(new URL(databaseUrl), { host: `127.0.0.1:${port}` }).href;
    return new PgBouncer(folder, url, running);
  }

  /** Ends it and removes its files. */
  async stop(): Promise<void> {
    await this.process.end('SIGKILL');
    await rm(this.folder, { recursive: true, force: true });
  }
}
