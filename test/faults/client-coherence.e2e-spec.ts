/** The faults of docs/reference/coherence-tests.md, with the published client as the reader. */
import { type ClusterReplica, type FaultProxy, ReplicaCluster, waitFor } from '#testing';
import { type Attune, type AttuneOptions, createAttune } from '#sdk';
import { createTenant } from '../app/test-app.js';
import { ConfigurationResource, cachedResources } from './cached-resources.js';
import { uniqueName } from './cluster-tenant.js';
import { rounds } from './rounds.js';

/** The client finds a lost stream in seconds instead of minutes; its rules are the same. */
const timings = { requestTimeoutMs: 2_000, silenceTimeoutMs: 20_000, streamRetryMs: 2_000, pollMs: 500 };

let cluster: ReplicaCluster;
let [replicaOne, replicaTwo]: ClusterReplica[] = [];
const clients: Attune[] = [];

beforeAll(async () => {
  cluster = await ReplicaCluster.start();
  [replicaOne, replicaTwo] = cluster.replicas;
});
afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.close()));
  await cluster.restore();
});
afterAll(() => cluster.close());

async function open(url: string, key: string, options: Partial<AttuneOptions> = {}): Promise<Attune> {
  const client = createAttune({ url, key, timings, ...options });
  clients.push(client);
  await client.ready({ requireFresh: true, timeoutMs: 30_000 });
  return client;
}

function settingsOf(client: Attune): Record<string, unknown> {
  return Object.fromEntries(client.settings().map((name) => [name, client.get(name)]));
}

/** Every version that the client served, in order. */
function versionsOf(client: Attune): number[] {
  const versions = [client.status().version!];
  client.on('change', ({ version }) => versions.push(version));
  return versions;
}

async function change(replica: ClusterReplica, tenantId: string, maxTokens: number): Promise<number> {
  const path = `/v1/platform/tenants/${tenantId}/config`;
  const { status, body } = await replica.client().patch<{ version: number }>(path, { max_tokens: maxTokens });
  if (status !== 200) throw new Error(`The change was answered with ${status}: ${JSON.stringify(body)}`);
  return body.version;
}

async function aTenant() {
  return createTenant(replicaOne!.client(), uniqueName('read'));
}

/** A client at the second replica, which sees a change made there and one made elsewhere, each once. */
async function expectEachChangeOnce(during: () => unknown): Promise<void> {
  const { id, adminKey } = await aTenant();
  const client = await open(replicaTwo!.replica.url, adminKey);
  const versions = versionsOf(client);
  await during();
  for (const [index, replica] of [replicaOne!, replicaTwo!].entries()) {
    const version = await change(replica, id, 500 + index);
    await waitFor(() => client.status().version === version);
    expect(client.get('max_tokens')).toBe(500 + index);
  }
  expect(versions).toEqual([1, 2, 3]);
}

describe.each(rounds)('a client of a replica, round %i:', () => {
  const resources = cachedResources().filter((each) => each instanceof ConfigurationResource);

  it.each(resources)('a client at a replica without Redis sees the change of $title', async (resource) => {
    await resource.prepare(replicaOne!.client());
    const client = await open(replicaTwo!.replica.url, resource.key);
    await waitFor(() => !resource.isVisibleIn(settingsOf(client)));
    replicaTwo!.redis.cut();
    await resource.change(replicaOne!.client());
    await waitFor(() => resource.isVisibleIn(settingsOf(client)));
  });

  it.each<[string, (redis: FaultProxy) => unknown]>([
    ['lost its link to Redis for 300 ms', (redis) => void redis.cutFor(300)],
    ['has a half-open link to Redis', (redis) => redis.freeze()],
    ['has connections to Redis that stay half open for ever', (redis) => redis.abandonConnections()],
  ])('a client at a replica that %s sees each change once', async (_fault, cause) => {
    await expectEachChangeOnce(() => cause(replicaTwo!.redis));
  });

  it('a client sees each change once while Redis is down, and after it is back', async () => {
    try {
      await expectEachChangeOnce(() => cluster.redis.kill());
    } finally {
      await cluster.redis.restart();
    }
    await expectEachChangeOnce(() => undefined);
  });

  it('a client sees each change once while Redis accepts connections and does not respond', async () => {
    try {
      await expectEachChangeOnce(() => cluster.redis.pause());
    } finally {
      cluster.redis.resume();
    }
  });

  it('a client never goes back while three replicas write at the same time, and ends with the last version', async () => {
    const { id, adminKey } = await aTenant();
    const client = await open(replicaTwo!.replica.url, adminKey);
    const versions = versionsOf(client);
    const path = `/v1/platform/tenants/${id}/config`;
    const write = (replica: ClusterReplica, value: number) =>
      replica.client().patch(path, { max_tokens: value });
    await Promise.all(
      Array.from({ length: 30 }, (_, index) => write(cluster.replicas[index % 3]!, 500 + index)),
    );
    const { body } = await replicaOne!.client().get<{ version: number; max_tokens: number }>(path);
    await waitFor(() => client.status().version === body.version);
    expect(client.get('max_tokens')).toBe(body.max_tokens);
    expect(versions).toEqual(versions.toSorted((a, b) => a - b));
  });

  it('a client never goes back while notifications arrive late and it asks other replicas for its own writes', async () => {
    const { id, adminKey } = await aTenant();
    const client = await open(replicaTwo!.replica.url, adminKey);
    const versions = versionsOf(client);
    replicaTwo!.redis.delay(300);
    for (const value of [500, 600, 700, 800]) {
      await client.atLeast(await change(replicaOne!, id, value));
      expect(client.get('max_tokens')).toBe(value);
    }
    expect(versions).toEqual([1, 2, 3, 4, 5]);
  });

  it('a client behind the load balancer sees changes in order while replicas restart one after the other and one crashes', async () => {
    const { id, adminKey } = await aTenant();
    const client = await open(cluster.api.url, adminKey);
    const versions = versionsOf(client);
    const states: string[] = [];
    client.on('state', ({ to }) => states.push(to));
    let version = 1;
    for (const [index, replica] of cluster.replicas.entries()) {
      const other = cluster.replicas[(index + 1) % 3]!;
      const ending = index === 2 ? replica.kill() : replica.stop();
      version = await change(other, id, 500 + index);
      await ending;
      await waitFor(() => client.status().version === version);
      await replica.restart();
    }
    await waitFor(() => client.status().state === 'ready');
    expect(client.get('max_tokens')).toBe(502);
    expect(versions).toEqual([1, 2, 3, 4]);
    expect(states.filter((state) => state !== 'stale' && state !== 'ready')).toEqual([]);
  });
});
