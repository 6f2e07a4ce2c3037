import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findPrograms } from '../../jest/programs.js';
import { projectRoot } from '../project-root.js';
import { freePort } from '../servers/free-port.js';
import { ServerProcess } from '../servers/server-process.js';

/** nginx in front of replicas: with the product's own configuration, deploy/nginx.conf, or another. */
export class LoadBalancer {
  private constructor(
    private readonly folder: string,
    readonly url: string,
    private readonly process: ServerProcess,
  ) {}

  /**
   * `ports` of 127.0.0.1: as many as the configuration has replicas, three. `idleSeconds`: for so long it keeps an idle connection, in place
   * of what the configuration says.
   */
  static async start(ports: readonly number[], idleSeconds?: number): Promise<LoadBalancer> {
    const idle = idleSeconds === undefined ? '$&' : `keepalive_timeout ${idleSeconds}s;`;
    const config = await productConfiguration(ports);
    return LoadBalancer.startWith(config.replace(/keepalive_timeout \d+s;/, idle));
  }

  /** `config` has the form of deploy/nginx.conf. It listens on `port`, whatever the configuration says. */
  static async startWith(config: string, port?: number): Promise<LoadBalancer> {
    const folder = await mkdtemp(join(tmpdir(), 'attune-nginx-'));
    const listening = { folder, port: port ?? (await freePort()) };
    const file = join(folder, 'nginx.conf');
    await writeFile(file, configurationOfMachine(config, listening));
    const program = join(findPrograms({ nginx: true }).nginx, 'nginx');
    const args = ['-e', 'stderr', '-p', folder, '-c', file];
    const running = await ServerProcess.start({ program, args, cwd: folder, port: listening.port });
    return new LoadBalancer(folder, `http://127.0.0.1:${listening.port}`, running);
  }

  /** What nginx says of replicas that it could not reach, or that broke a connection. */
  output(): string {
    return this.process.output();
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

async function productConfiguration(ports: readonly number[]): Promise<string> {
  const productConfig = await readFile(join(projectRoot, 'deploy/nginx.conf'), 'utf8');
  const upstreams = ports.map((each) => `127.0.0.1:${each}`);
  const config = productConfig.replaceAll(/\bapi-\d:3000/g, () => upstreams.shift() ?? 'one replica too few');
  if (upstreams.length > 0) throw new Error('deploy/nginx.conf has fewer replicas than were given.');
  return config;
}

/** Replaces what depends on the machine; balancing and retries stay as they are. */
function configurationOfMachine(config: string, { folder, port }: ListenOptions): string {
  const kinds = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
  const folders = kinds.map((kind) => `${kind}_temp_path ${folder}/${kind};`).join(' ');
  // A single process, which can be ended by its id and needs no privileges.
  return `daemon off; master_process off; pid ${folder}/pid;\n${config
    .replace('worker_processes auto;', '')
    .replace('listen 8080;', `listen 127.0.0.1:${port};`)
    .replace('access_log off;', `access_log off; ${folders}`)}`;
}
