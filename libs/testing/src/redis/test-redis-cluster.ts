import { freePort } from '../servers/free-port.js';
import { RedisServer } from '../servers/redis-server.js';
import type { TestCertificate } from '../servers/test-certificate.js';
import { waitFor } from '../wait-for.js';

const slotRanges = [
  ['0', '5460'],
  ['5461', '10922'],
  ['10923', '16383'],
] as const;

/** Three masters, each with a third of the slots, and one more server that stands in for one of them. */
export class TestRedisCluster {
  private constructor(
    private readonly masters: readonly RedisServer[],
    private readonly replica: RedisServer,
    private readonly scheme: string,
  ) {}

  /** `replicatedKey`: the replica follows the master that owns this key or channel, and takes over about 1 s after it died. */
  static async start(replicatedKey: string, certificate?: TestCertificate): Promise<TestRedisCluster> {
    const servers = await Promise.all([0, 1, 2, 3].map(() => startNode(certificate)));
    const [replica, ...masters] = servers.toReversed() as [RedisServer, ...RedisServer[]];
    const cluster = new TestRedisCluster(masters, replica, certificate ? 'rediss' : 'redis');
    await cluster.formCluster();
    await cluster.replicateOwnerOf(replicatedKey);
    return cluster;
  }

  get url(): string {
    return `${this.scheme}+cluster://${this.masters.map(({ address }) => address).join(',')}`;
  }

  /** The master that owned this key or channel at the start. */
  async ownerOf(key: string): Promise<RedisServer> {
    const slot = Number(await this.masters[0]!.command('cluster', 'keyslot', key));
    return this.masters[slotRanges.findIndex(([, last]) => slot <= Number(last))]!;
  }

  /** The masters that did not own it. */
  async mastersWithout(key: string): Promise<RedisServer[]> {
    const owner = await this.ownerOf(key);
    return this.masters.filter((master) => master !== owner);
  }

  /** Stops every node. */
  async stop(): Promise<void> {
    await Promise.all([...this.masters, this.replica].map((server) => server.stop()));
  }

  private async formCluster(): Promise<void> {
    const others = [...this.masters.slice(1), this.replica];
    await Promise.all(
      this.masters.map((master, index) => master.command('cluster', 'addslotsrange', ...slotRanges[index]!)),
    );
    // Two masters with the same epoch would first have to agree who raises its own.
    await Promise.all(
      this.masters.map((master, index) => master.command('cluster', 'set-config-epoch', String(index + 1))),
    );
    for (const other of others)
      await this.masters[0]!.command('cluster', 'meet', ...(await meetAddress(other)));
    await this.waitForNodesOnAll((nodes) => nodes.split('\n').length === others.length + 1);
    await this.waitForInfoOnAll('cluster_state:ok');
  }

  private async replicateOwnerOf(key: string): Promise<void> {
    const master = await (await this.ownerOf(key)).command('cluster', 'myid');
    await this.replica.command('cluster', 'replicate', master);
    await this.waitForNodesOnAll((nodes) => new RegExp(`slave ${master}`).test(nodes));
    await waitFor(async () => (await this.replica.command('info', 'replication')).includes('link_status:up'));
  }

  private async waitForNodesOnAll(condition: (nodes: string) => boolean): Promise<void> {
    for (const server of [...this.masters, this.replica]) {
      await waitFor(async () => condition(await server.command('cluster', 'nodes')));
    }
  }

  private async waitForInfoOnAll(infoLine: string): Promise<void> {
    for (const server of this.masters) {
      await waitFor(async () => (await server.command('cluster', 'info')).includes(infoLine));
    }
  }
}

async function startNode(certificate: TestCertificate | undefined): Promise<RedisServer> {
  const [port, busPort] = [await freePort(), await freePort()];
  const config = [
    'cluster-enabled yes',
    `cluster-port ${busPort}`,
    'cluster-node-timeout 500',
    'cluster-replica-validity-factor 0',
    'repl-diskless-sync-delay 0',
    ...(certificate === undefined ? [] : ['tls-cluster yes']),
  ];
  return RedisServer.start({ port, config, certificate });
}

/** `CLUSTER MEET` wants the port of the bus too when it is not the usual one. */
async function meetAddress(server: RedisServer): Promise<string[]> {
  const [, busPort] = (await server.command('config', 'get', 'cluster-port')).split('\n');
  return ['127.0.0.1', String(server.port), busPort!];
}
