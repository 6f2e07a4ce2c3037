/** Three replicas behind the product's own load balancer, under traffic: nobody who reads has to know what happens to them. */
import {
  type FailureCount,
  ReplicaCluster,
  type ClusterReplica,
  Traffic,
  checkHistory,
  readFinalEntries,
  waitFor,
} from '#testing';
import type { ConfigurationResponse } from '../app/test-app.js';
import { rounds } from '../faults/rounds.js';

let cluster: ReplicaCluster;
let count = 0;

beforeAll(async () => {
  cluster = await ReplicaCluster.start();
});
afterEach(() => cluster.restore());
afterAll(() => cluster.close());

/** Traffic while `work` goes on; resolves to what was not answered as asked, once the history is known to be right. */
async function failuresUnderTraffic(work: (traffic: Traffic) => Promise<void>): Promise<FailureCount[]> {
  const tenants = await cluster.addTenants(`busy-${(count += 1)}`, 30);
  const traffic = new Traffic(cluster, { tenants, changesPerSecond: 40, readsPerSecond: 40 });
  traffic.start();
  try {
    await work(traffic);
  } finally {
    await traffic.stop();
  }
  await cluster.restore();
  const entries = new Map(
    [...(await readFinalEntries(cluster.database))].filter(([id]) => tenants.includes(id)),
  );
  const newest = (id: string): number => entries.get(id)?.at(-1)?.version ?? 0;
  const hasCaughtUp = async (member: ClusterReplica, id: string): Promise<boolean> =>
    (await member.client().get<ConfigurationResponse>(`/v1/platform/tenants/${id}/config`)).body.version ===
    newest(id);
  for (const replica of cluster.replicas)
    for (const id of tenants) await waitFor(() => hasCaughtUp(replica, id));
  const { changes, failures } = traffic;
  expect(checkHistory({ changes, reads: traffic.reads, entries })).toEqual([]);
  expect(changes.filter(({ version }) => version !== null).length).toBeGreaterThan(0);
  return failures.all();
}

/** So many more reads of each kind have been answered. */
async function waitForReads(traffic: Traffic, more = 60): Promise<void> {
  const enough = traffic.reads.length + more;
  await waitFor(() => traffic.reads.length >= enough);
}

describe.each(rounds)('three replicas under traffic, round %i:', () => {
  it('every read gets a response while one replica is killed', async () => {
    const failures = await failuresUnderTraffic(async (traffic) => {
      const [victim] = cluster.replicas;
      await waitForReads(traffic);
      await victim.kill();
      await waitForReads(traffic, 200);
      await victim.restart();
      await waitForReads(traffic);
    });
    expect(failures.filter(({ what }) => what !== 'change')).toEqual([]);
  });

  it('every request gets a response while Redis and the links to it fail and return', async () => {
    const failures = await failuresUnderTraffic(async (traffic) => {
      const [, two, three] = cluster.replicas;
      await waitForReads(traffic);
      await cluster.redis.kill();
      await waitForReads(traffic, 200);
      await cluster.redis.restart();
      await two.redis.cutFor(300);
      three.redis.freeze();
      await waitForReads(traffic, 200);
      await three.redis.restore();
      two.redis.abandonConnections();
      await waitForReads(traffic, 200);
    });
    expect(failures).toEqual([]);
  });

  it('one client’s impossible requests do not take the replicas away from others', async () => {
    const [tenant] = (await cluster.addTenants(`greedy-${(count += 1)}`, 1)) as [string];
    const path = `/v1/platform/tenants/${tenant}/config`;
    const greedy = Array.from({ length: 9 }, () =>
      cluster.api.get(path, { 'attune-min-config-version': '99' }),
    );
    expect(new Set((await Promise.all(greedy)).map(({ status }) => status))).toEqual(new Set([503]));
    const answers = await Promise.all(Array.from({ length: 30 }, () => cluster.api.get(path)));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
  });
});
