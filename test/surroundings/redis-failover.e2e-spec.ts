/** Three replicas whose Redis fails over: in a cluster, and watched by a sentinel. The replicas work without Redis as long as it takes. */
import {
  type ClusterReplica,
  ReplicaCluster,
  TestRedisCluster,
  TestRedisSentinel,
  findLosses,
  waitFor,
} from '#testing';

/** Where the replicas tell each other what changed. */
const channel = 'attune:changes';

interface RedundantRedis {
  readonly url: string;
  /** Kills the server that all replicas are subscribed at. Another one takes its place in about a second. */
  kill(): Promise<void>;
  stop(): Promise<void>;
}

async function startRedisCluster(): Promise<RedundantRedis> {
  const redis = await TestRedisCluster.start(channel);
  return {
    url: redis.url,
    kill: async () => (await redis.ownerOf(channel)).kill(),
    stop: () => redis.stop(),
  };
}

async function startSentinel(): Promise<RedundantRedis> {
  const redis = await TestRedisSentinel.start();
  return { url: redis.url, kill: () => redis.master.kill(), stop: () => redis.stop() };
}

const lostConnections = 'cache_bus_total{event="doubts"}';
/** Changes that a replica heard of by a message, not by reading the change feed. */
const heardByMessage = 'attune_change_visible_seconds_count{found_by="message"}';

const mixedRates = { queries: 1, queryStreams: 0.5, uploads: 0.5, changeStreams: 0.5, maxInFlight: 8 };
const traffic = { changesPerSecond: 4, readsPerSecond: 12, mixedRates };

describe.each([
  ['a Redis cluster', startRedisCluster],
  ['Redis Sentinel', startSentinel],
])('three replicas with %s', (_what, start) => {
  let redis: RedundantRedis;
  let cluster: ReplicaCluster;

  beforeAll(async () => {
    redis = await start();
    cluster = await ReplicaCluster.start({ env: { REDIS_URL: redis.url } });
  });
  afterAll(async () => {
    await cluster?.close();
    await redis?.stop();
  });

  async function readMetric(replica: ClusterReplica, series: string): Promise<number> {
    const { body } = await replica.client().get<string>('/metrics');
    const line = body.split('\n').find((each) => each.startsWith(`${series} `));
    return Number(line?.split(' ').at(-1));
  }

  const readMetrics = (replicas: readonly ClusterReplica[], series: string): Promise<number[]> =>
    Promise.all(replicas.map((replica) => readMetric(replica, series)));

  /** True if every one of these replicas counts more than it did. */
  async function isMore(
    replicas: readonly ClusterReplica[],
    series: string,
    before: readonly number[],
  ): Promise<boolean> {
    const counts = await readMetrics(replicas, series);
    return counts.every((count, index) => count > before[index]!);
  }

  async function isConnected(replica: ClusterReplica): Promise<boolean> {
    const { body } = await replica.client().get<{ checks: { redis: { status: string } } }>('/health/ready');
    return body.checks.redis.status === 'ok';
  }

  const waitForRedis = () =>
    waitFor(async () => (await Promise.all(cluster.replicas.map(isConnected))).every(Boolean), {
      what: 'all replicas are connected to Redis',
    });

  it('no request fails, and nothing is lost or goes back, while another server takes over', async () => {
    const tenants = await cluster.addTenants('failover', 6);
    await waitForRedis();
    const doubts = await readMetrics(cluster.replicas, lostConnections);
    const losses = await findLosses(
      cluster,
      { tenants, ...traffic },
      async ({ traffic: { reads, changes } }) => {
        await waitFor(() => reads.length > 50 && changes.length > 5);
        await redis.kill();
        await waitFor(() => isMore(cluster.replicas, lostConnections, doubts));
        await waitForRedis();
        const [readCount, changeCount] = [reads.length + 50, changes.length + 5];
        await waitFor(() => reads.length > readCount && changes.length > changeCount);
      },
    );
    expect(losses).toEqual({ failures: [], nginx: [], violations: [], documents: [] });
  });

  it('the replicas tell each other again what changed', async () => {
    const [tenant] = await cluster.addTenants('afterwards', 1);
    const [one, ...others] = cluster.replicas;
    const path = `/v1/platform/tenants/${tenant}/config`;
    for (const other of others) await other.client().get(path);
    const before = await readMetrics(others, heardByMessage);
    let value = 500;
    // On a busy machine the change feed may be read before the message arrives.
    await waitFor(async () => {
      expect((await one.client().patch(path, { max_tokens: (value += 1) })).status).toBe(200);
      return isMore(others, heardByMessage, before);
    });
  });
});
