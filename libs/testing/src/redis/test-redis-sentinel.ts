import { RedisServer } from '../servers/redis-server.js';
import type { TestCertificate } from '../servers/test-certificate.js';
import { waitFor } from '../wait-for.js';

const masterName = 'attune-master';

interface RedisSentinelOptions {
  /** The sentinel's and the servers' alike. */
  readonly password?: string;
  readonly certificate?: TestCertificate;
}

/** A master with one replica, and a sentinel that puts the replica in its place about 1 s after it died. */
export class TestRedisSentinel {
  private constructor(
    readonly master: RedisServer,
    readonly replica: RedisServer,
    private readonly sentinel: RedisServer,
    private readonly options: RedisSentinelOptions,
  ) {}

  /** Starts a primary, a replica and the sentinels; resolves once they know each other. */
  static async start(options: RedisSentinelOptions = {}): Promise<TestRedisSentinel> {
    const { password } = options;
    const access = password === undefined ? [] : [`requirepass ${password}`];
    const follow = password === undefined ? [] : [`masterauth ${password}`];
    const config = [...access, ...follow, 'repl-diskless-sync-delay 0'];
    const master = await RedisServer.start({ ...options, config });
    const replica = await RedisServer.start({
      ...options,
      config: [...config, `replicaof 127.0.0.1 ${master.port}`],
    });
    await waitFor(async () => (await replica.command('info', 'replication')).includes('link_status:up'));
    const sentinel = await RedisServer.start({
      ...options,
      asSentinel: true,
      config: [...access, ...sentinelConfig(master, password)],
    });
    await waitFor(async () =>
      (await sentinel.command('sentinel', 'replicas', masterName)).includes(replica.address),
    );
    return new TestRedisSentinel(master, replica, sentinel, options);
  }

  get url(): string {
    const { password, certificate } = this.options;
    const access = password === undefined ? '' : `:${password}@`;
    return `${certificate ? 'rediss' : 'redis'}+sentinel://${access}${this.sentinel.address}/${masterName}`;
  }

  /** The sentinel makes the replica the master, and the master a replica. */
  async failOver(): Promise<void> {
    // It refuses while it has not heard of a fit replica.
    await waitFor(async () => (await this.sentinel.command('sentinel', 'failover', masterName)) === 'OK');
  }

  /** How many connections wait for the sentinel to announce a new master. */
  async listenerCount(): Promise<number> {
    const clients = await this.sentinel.command('client', 'list');
    return clients.split('\n').filter((client) => client.includes(' sub=1 ')).length;
  }

  /** The port of the server that the sentinel names as the master. */
  async masterPort(): Promise<number> {
    const address = await this.sentinel.command('sentinel', 'get-master-addr-by-name', masterName);
    return Number(address.split('\n')[1]);
  }

  /** Stops every server. */
  async stop(): Promise<void> {
    await Promise.all([this.sentinel, this.replica, this.master].map((server) => server.stop()));
  }
}

function sentinelConfig(master: RedisServer, password: string | undefined): string[] {
  return [
    `sentinel monitor ${masterName} 127.0.0.1 ${master.port} 1`,
    `sentinel down-after-milliseconds ${masterName} 300`,
    `sentinel failover-timeout ${masterName} 2000`,
    ...(password === undefined ? [] : [`sentinel auth-pass ${masterName} ${password}`]),
  ];
}
