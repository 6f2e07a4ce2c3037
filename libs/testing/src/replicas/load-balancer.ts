import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findPrograms } from '../../jest/programs.js';
import { projectRoot } from '../project-root.js';
import { freePort } from '../servers/free-port.js';
import { ServerProcess } from '../servers/server-process.js';

/** nginx with the product's own configuration, deploy/nginx.conf, in front of these replicas. */
export class LoadBalancer {
  private constructor(
    private readonly folder: string,
    readonly url: string,
    private readonly process: ServerProcess,
  ) {}

  /** `ports` of 127.0.0.1: as many as the configuration has replicas, three. */
  static async start(ports: readonly number[]): Promise<LoadBalancer> {
    const folder = await mkdtemp(join(tmpdir(), 'attune-nginx-'));
    const port = await freePort();
    const file = join(folder, 'nginx.conf');
    await writeFile(file, await nginxConfiguration(ports, { folder, port }));
    const program = join(findPrograms({ nginx: true }).nginx, 'nginx');
    const args = ['-e', 'stderr', '-p', folder, '-c', file];
    const running = await ServerProcess.start({ program, args, cwd: folder, port });
    return new LoadBalancer(folder, `http://127.0.0.1:${port}`, running);
  }

  /** Stops nginx. */
  async stop(): Promise<void> {
    await this.process.end('SIGTERM');
    await rm(this.folder, { recursive: true, force: true });
  }
}

interface ListenOptions {
  readonly folder: string;
  readonly port: number;
}

/** Replaces what depends on the machine; balancing and retries stay as delivered. */
async function nginxConfiguration(
  ports: readonly number[],
  { folder, port }: ListenOptions,
): Promise<string> {
  const productConfig = await readFile(join(projectRoot, 'deploy/nginx.conf'), 'utf8');
  const upstreams = ports.map((each) => `127.0.0.1:${each}`);
  const config = productConfig.replaceAll(/\bapi-\d:3000/g, () => upstreams.shift() ?? 'one replica too few');
  if (upstreams.length > 0) throw new Error('deploy/nginx.conf has fewer replicas than were given.');
  const kinds = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
  const folders = kinds.map((kind) => `${kind}_temp_path ${folder}/${kind};`).join(' ');
  // A single process, which can be ended by its id and needs no privileges.
  return `daemon off; master_process off; pid ${folder}/pid;\n${config
    .replace('worker_processes auto;', '')
    .replace('listen 8080;', `listen 127.0.0.1:${port};`)
    .replace('access_log off;', `access_log off; ${folders}`)}`;
}
