import { randomBytes } from 'node:crypto';
import { Mutex } from 'async-mutex';
import { SignJWT } from 'jose';
import { findPrograms } from '../../jest/programs.js';
import { addTenants } from '../add-tenants.js';
import { ApiClient } from '../api-client.js';
import { freePort } from '../servers/free-port.js';
import { LoadBalancer } from './load-balancer.js';
import { RedisServer } from '../servers/redis-server.js';
import { projectRoot } from '../project-root.js';
import { type Replica, startReplica } from './replica.js';
import { type TestDatabase, createTestDatabase } from '../test-database.js';
import { FaultProxy } from '../faults/fault-proxy.js';

/** The JWT secret of every cluster, for `ReplicaCluster.token`. */
const jwtSecret = 'a secret that nobody outside of this machine can use';

/** What the replicas get besides their addresses. */
export interface ReplicaClusterOptions {
  /**
   * Variables of every replica, in addition to the defaults: no change limit, no demo, no migration. With `REDIS_URL` the replicas have no
   * links to Redis that fail on command.
   */
  readonly env?: Readonly<Record<string, string>>;
  /** Servers that the caller stops; default: own ones. */
  readonly servers?: ClusterServers;
  /** The load balancer has no link to each replica that fails on command, and sees what a replica itself does when it stops. */
  readonly isBalancedDirectly?: boolean;
  /** How long the load balancer keeps an idle connection to a replica; default: what its configuration says. */
  readonly idleSeconds?: number;
  /** The folder of a built checkout that the replicas are started from; default: this one. */
  readonly release?: string;
}

/** What all replicas share. */
interface ClusterServers {
  readonly database: TestDatabase;
  readonly redis: RedisServer;
}

interface ReplicaLinks {
  readonly postgres: FaultProxy;
  readonly redis: FaultProxy;
}

/** One replica with its own links, over all its restarts. */
export class ClusterReplica {
  /** Number of the current process; rises with each restart. */
  generation = 0;
  /** The folder of the built checkout that the next process is started from. */
  release = projectRoot;
  private runningReplica: Replica | null = null;
  /** The output of earlier processes. */
  private earlierOutput = '';
  /** A test that has run out of time may still start or stop the replica while the next one repairs the cluster. */
  private readonly turns = new Mutex();

  private constructor(
    readonly name: string,
    private readonly env: Readonly<Record<string, string>>,
    readonly postgres: FaultProxy,
    readonly redis: FaultProxy,
    /** The link between the load balancer and the replica. */
    readonly front: FaultProxy,
  ) {}

  /** Starts a replica and its proxies; resolves once it is ready. */
  static async start(
    name: string,
    { env: extraEnv, release }: Required<Pick<ReplicaClusterOptions, 'env' | 'release'>>,
    { postgres, redis }: ReplicaLinks,
  ) {
    const env = {
      REDIS_URL: redis.url,
      ...extraEnv,
      PORT: String(await freePort()),
      DATABASE_URL: postgres.url,
    };
    const front = await FaultProxy.forTarget(`http://127.0.0.1:${env.PORT}`);
    const replica = new ClusterReplica(name, env, postgres, redis, front);
    replica.release = release;
    await replica.start();
    return replica;
  }

  /** The running process, for requests that bypass the load balancer. */
  get replica(): Replica {
    if (this.runningReplica === null) throw new Error(`${this.name} does not run.`);
    return this.runningReplica;
  }

  get isRunning(): boolean {
    return this.runningReplica !== null;
  }

  /** A client of this replica, with the platform's key or another. */
  client(key?: string): ApiClient {
    return key === undefined ? this.replica.api : this.replica.api.as(key);
  }

  /** The name of the current process; null while none runs. */
  get identity(): string | null {
    return this.isRunning ? `${this.name}#${this.generation}` : null;
  }

  /** The output of all its processes so far. */
  output(): string {
    return this.earlierOutput + (this.runningReplica?.output() ?? '');
  }

  /** SIGKILL. */
  async kill(): Promise<void> {
    const { replica } = this;
    this.runningReplica = null;
    this.front.cut();
    await replica.kill();
    this.earlierOutput += `${replica.output()}\n`;
  }

  /** Sends SIGTERM and waits until the process ends. It answers its running requests first. */
  stop(): Promise<void> {
    return this.turns.runExclusive(async () => {
      const { replica } = this;
      this.runningReplica = null;
      this.front.refuseConnections();
      await replica.stop();
      this.earlierOutput += `${replica.output()}\n`;
    });
  }

  /** Starts the replica on its old port, after killing a running process. Resolves once it is ready. */
  restart(): Promise<void> {
    return this.turns.runExclusive(async () => {
      if (this.isRunning) await this.kill();
      await this.start();
    });
  }

  /** Starts the replica unless it runs. */
  startIfEnded(): Promise<void> {
    return this.turns.runExclusive(async () => {
      if (!this.isRunning) await this.start();
    });
  }

  /** Restores all links; the link to a process that does not run refuses connections. */
  async restoreLinks(): Promise<void> {
    const links = this.isRunning ? [this.postgres, this.redis, this.front] : [this.postgres, this.redis];
    await Promise.all(links.map((link) => link.restore()));
  }

  /** Restores the links, stops the replica and closes its proxies. */
  async close(): Promise<void> {
    await this.restoreLinks();
    await this.turns.runExclusive(() => this.runningReplica?.stop());
    await Promise.all([this.postgres, this.redis, this.front].map((link) => link.close()));
  }

  private async start(): Promise<void> {
    this.runningReplica = await startReplica({ env: this.env, release: this.release });
    this.generation += 1;
    await this.front.restore();
  }
}

/**
 * Three replicas behind the product's load balancer, on one migrated Postgres and their own Redis. Each replica has links that
 * fail on command.
 *
 * ```ts
 * const cluster = await ReplicaCluster.start();
 * const [one, two] = cluster.replicas;
 * two!.redis.freeze();
 * await one!.client().patch('/v1/platform/tenants/acme/config', { temperature: 0.3 });
 * ```
 */
export class ReplicaCluster {
  private constructor(
    private readonly servers: ClusterServers & { stop(): Promise<void> },
    readonly replicas: readonly [ClusterReplica, ClusterReplica, ClusterReplica],
    readonly loadBalancer: LoadBalancer,
    /** A client of the load balancer, with the platform's key. */
    readonly api: ApiClient,
  ) {}

  get database(): TestDatabase {
    return this.servers.database;
  }

  get redis(): RedisServer {
    return this.servers.redis;
  }

  /** Starts the servers and three replicas; resolves once all of them are ready. */
  static async start({
    env = {},
    servers,
    isBalancedDirectly = false,
    idleSeconds,
    release = projectRoot,
  }: ReplicaClusterOptions = {}): Promise<ReplicaCluster> {
    // Asked for first: where there is no nginx, nothing was started that would have to be stopped.
    findPrograms({ nginx: true });
    const { database, redis, stop } = servers ? { ...servers, stop: async () => {} } : await startServers();
    const platformKey = `atn_${randomBytes(6).toString('hex')}_${randomBytes(24).toString('hex')}`;
    const secrets = { ATTUNE_PLATFORM_API_KEY: platformKey, JWT_SECRET: jwtSecret };
    const sharedEnv = { CONFIG_CHANGES_PER_HOUR: '0', ...env, ...secrets };
    const startReplicaNamed = async (name: string) =>
      ClusterReplica.start(
        name,
        { env: sharedEnv, release },
        {
          postgres: await FaultProxy.forTarget(database.url),
          redis: await FaultProxy.forTarget(redis.url),
        },
      );
    const replicas = await Promise.all([
      startReplicaNamed('one'),
      startReplicaNamed('two'),
      startReplicaNamed('three'),
    ]);
    const portOf = ({ front, replica }: ClusterReplica): number =>
      isBalancedDirectly ? Number(new URL(replica.url).port) : front.port;
    const balancer = await LoadBalancer.start(replicas.map(portOf), idleSeconds);
    const api = new ApiClient(balancer.url, platformKey);
    return new ReplicaCluster({ database, redis, stop }, replicas, balancer, api);
  }

  /** A JWT of this tenant's admin, a credential that needs no database. */
  tenantAdminToken(tenantId: string): Promise<string> {
    return new SignJWT({ sub: 'somebody', tenant_id: tenantId, role: 'tenant_admin' })
      .setProtectedHeader({ alg: 'HS256' })
      .setExpirationTime('2 hours')
      .sign(new TextEncoder().encode(jwtSecret));
  }

  /** See `addTenants`. */
  addTenants(prefix: string, count: number): Promise<string[]> {
    return addTenants(this.database, prefix, count);
  }

  /** Repairs everything: links, Redis and killed replicas. Resolves once all replicas are ready. */
  async restore(): Promise<void> {
    await Promise.all(this.replicas.map((replica) => replica.restoreLinks()));
    await Promise.all(this.replicas.map((replica) => replica.startIfEnded()));
  }

  /** Ends everything and drops the database. */
  async close(): Promise<void> {
    await this.loadBalancer.stop();
    await Promise.all(this.replicas.map((replica) => replica.close()));
    await this.servers.stop();
  }
}

async function startServers(): Promise<ClusterServers & { stop(): Promise<void> }> {
  const [database, redis] = await Promise.all([createTestDatabase(), RedisServer.start()]);
  const stop = async (): Promise<void> => {
    await redis.stop();
    await database.drop();
  };
  return { database, redis, stop };
}
