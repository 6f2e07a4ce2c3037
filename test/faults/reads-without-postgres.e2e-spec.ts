/** specification §7.5: what three replicas do while Postgres is away, and when it is back. */
import { randomBytes } from 'node:crypto';
import { RedisConnection } from '#redis';
import {
  type ApiResponse,
  type ApiClient,
  type FaultProxy,
  ReplicaCluster,
  type ClusterReplica,
  waitFor,
} from '#testing';
import { expectProblem } from '../app/expect-problem.js';
import { type ConfigurationResponse, type TestTenant, createTenant } from '../app/test-app.js';
import { uniqueName } from './cluster-tenant.js';
import { rounds } from './rounds.js';

let cluster: ReplicaCluster;
let [replicaOne, replicaTwo, replicaThree]: ClusterReplica[] = [];

beforeAll(async () => {
  cluster = await ReplicaCluster.start({ env: { DATABASE_OUTAGE_MS: '3000' } });
  [replicaOne, replicaTwo, replicaThree] = cluster.replicas;
});
afterAll(() => cluster.close());

const outages: [string, (link: FaultProxy) => void][] = [
  ['refuses connections', (link) => link.cut()],
  ['says nothing', (link) => link.freeze()],
];
/** How long reads are watched; `OUTAGE_SECONDS=60` makes it a long outage. */
const observationMs = Number(process.env['OUTAGE_SECONDS'] ?? 1) * 1_000;
const cases = rounds.flatMap((round) => outages.map(([outage, fail]) => ({ way: outage, fail, round })));

function readConfiguration(client: ApiClient): Promise<ApiResponse<ConfigurationResponse>> {
  return client.get<ConfigurationResponse>('/v1/config');
}

function getConfigSource({ status, headers }: ApiResponse<unknown>): string {
  return `${status} ${headers.get('attune-config-source')}`;
}

/** Nothing else is answered on the way. */
async function waitForSource(client: ApiClient, source: string, before: string): Promise<void> {
  await waitFor(async () => {
    const answer = getConfigSource(await readConfiguration(client));
    expect([`200 ${before}`, `200 ${source}`]).toContain(answer);
    return answer === `200 ${source}`;
  });
}

/** Resolves once the last known of the key is that it is gone. */
async function tenantWithRevokedKey(): Promise<TestTenant> {
  const tenant = await createTenant(replicaOne!.client(), uniqueName('revoked'));
  const { id, adminKey, adminKeyId } = tenant;
  for (const replica of cluster.replicas)
    expect((await readConfiguration(replica.client(adminKey))).status).toBe(200);
  await replicaOne!.client().del(`/v1/platform/tenants/${id}/api-keys/${adminKeyId}`);
  for (const replica of cluster.replicas)
    await waitFor(async () => (await readConfiguration(replica.client(adminKey))).status === 401);
  await waitFor(async () => /"value":null/.test(await readLastKnownGood('credential', adminKeyId)));
  return tenant;
}

/** As text, empty where there is none. */
async function readLastKnownGood(kind: string, key: string): Promise<string> {
  const redis = new RedisConnection(cluster.redis.url);
  try {
    return String((await redis.readAll([`attune:{${key}}:cache:${kind}`], 10_000))[0] ?? '');
  } finally {
    await redis.close();
  }
}

function expectUnavailable(answer: ApiResponse<unknown>): void {
  expectProblem(answer, 503, 'unavailable');
  expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
}

describe.each(cases)('Attune while Postgres $way, round $round:', ({ fail }) => {
  /** Held by every replica, with its keys. */
  let held: TestTenant;
  /** Held by the first replica only, so that the others know it from Redis at most. */
  let elsewhere: TestTenant;
  /** Held by none, and never read. */
  let unread: string;
  /** Its admin's key was held by every replica, and revoked. */
  let revoked: TestTenant;

  beforeAll(async () => {
    [held, elsewhere] = [
      await createTenant(replicaOne!.client(), uniqueName('held')),
      await createTenant(replicaOne!.client(), uniqueName('elsewhere')),
    ];
    [unread] = (await cluster.addTenants(uniqueName('unread'), 1)) as [string];
    await held.admin.patch('/v1/config', { max_tokens: 500 });
    for (const { client } of clientsOf(held))
      await waitFor(async () => (await readConfiguration(client)).body.version === 2);
    await readConfiguration(replicaOne!.client(elsewhere.adminKey));
    revoked = await tenantWithRevokedKey();
    for (const { postgres } of cluster.replicas) fail(postgres);
  });
  afterAll(() => cluster.restore());

  function clientsOf({ adminKey }: TestTenant): { member: ClusterReplica; client: ApiClient }[] {
    return cluster.replicas.map((member) => ({ member, client: member.client(adminKey) }));
  }

  it('reads continue from memory and are marked as possibly stale', async () => {
    for (const { client } of clientsOf(held)) {
      await waitForSource(client, 'stale', 'live');
      expect((await readConfiguration(client)).body).toMatchObject({ version: 2, max_tokens: 500 });
    }
  });

  it('replicas stay ready and report that they are degraded', async () => {
    for (const member of cluster.replicas)
      await waitFor(async () => {
        const { status, body } = await member.client().get<{ status: string }>('/health/ready');
        expect(status).toBe(200);
        return body.status === 'degraded';
      });
  });

  it('a replica serves the last known good copy of what it has not cached', async () => {
    const answer = await readConfiguration(replicaTwo!.client(elsewhere.adminKey));
    expect(getConfigSource(answer)).toBe('200 last-known-good');
    expect(answer.body).toMatchObject({ tenant_id: elsewhere.id, version: 1 });
  });

  it('a tenant without any copy gets the safe defaults', async () => {
    const answer = await readConfiguration(replicaTwo!.client(await cluster.tenantAdminToken(unread)));
    expect(getConfigSource(answer)).toBe('200 defaults');
    expect(answer.body).toMatchObject({ tenant_id: unread, model_name: 'gpt-3.5-turbo' });
  });

  it('an unknown key is not refused, but a malformed one is', async () => {
    const unknown = `atn_${randomBytes(6).toString('hex')}_${randomBytes(24).toString('hex')}`;
    expectUnavailable(await readConfiguration(replicaTwo!.client(unknown)));
    expectProblem(await readConfiguration(replicaTwo!.client('atn_x')), 401, 'unauthenticated');
  });

  it('a known key with a wrong secret is refused', async () => {
    const wrong = `${held.adminKey.slice(0, -4)}0000`;
    expectProblem(await readConfiguration(replicaTwo!.client(wrong)), 401, 'unauthenticated');
  });

  it('a revoked key is refused', async () => {
    for (const { client } of clientsOf(revoked))
      expectProblem(await readConfiguration(client), 401, 'unauthenticated');
  });

  it('changes fail and change nothing', async () => {
    for (const { client } of clientsOf(held)) {
      expectUnavailable(await client.patch('/v1/config', { max_tokens: 900 }));
      expect((await readConfiguration(client)).body).toMatchObject({ version: 2, max_tokens: 500 });
    }
  });

  it('a request for a minimum version that no cache has fails', async () => {
    const client = replicaTwo!.client(held.adminKey);
    expectUnavailable(await client.get('/v1/config', { 'attune-min-config-version': '3' }));
    expect((await client.get('/v1/config', { 'attune-min-config-version': '2' })).status).toBe(200);
  });

  it('reads through the load balancer continue, whatever happens to other requests', async () => {
    const behind = cluster.api.as(held.adminKey);
    const others = Array.from({ length: 6 }, () => [
      behind.patch('/v1/config', { max_tokens: 900 }),
      behind.get('/v1/config/history'),
    ]);
    for (const answer of await Promise.all(others.flat())) expectUnavailable(answer);
    const reads = await Promise.all(Array.from({ length: 30 }, () => readConfiguration(behind)));
    expect(new Set(reads.map(getConfigSource))).toEqual(new Set(['200 stale']));
  });

  it(
    'reads continue during the whole outage',
    async () => {
      const end = Date.now() + observationMs;
      while (Date.now() < end) {
        const answers = await Promise.all(clientsOf(held).map(({ client }) => readConfiguration(client)));
        expect(new Set(answers.map(getConfigSource))).toEqual(new Set(['200 stale']));
        expectUnavailable(await replicaOne!.client(held.adminKey).patch('/v1/config', { max_tokens: 900 }));
      }
    },
    observationMs + 30_000,
  );

  it('a restarted replica serves the last known good copies', async () => {
    await replicaThree!.restart();
    const answer = await readConfiguration(replicaThree!.client(held.adminKey));
    expect(getConfigSource(answer)).toBe('200 last-known-good');
    expect(answer.body).toMatchObject({ version: 2, max_tokens: 500 });
  });

  it('a restarted replica refuses a revoked key', async () => {
    expectProblem(await readConfiguration(replicaThree!.client(revoked.adminKey)), 401, 'unauthenticated');
  });

  it('a restarted replica serves safe defaults when Redis is empty', async () => {
    await cluster.redis.restart();
    await replicaThree!.restart();
    expect(
      getConfigSource(await readConfiguration(replicaThree!.client(await cluster.tenantAdminToken(held.id)))),
    ).toBe('200 defaults');
    expectUnavailable(await readConfiguration(replicaThree!.client(held.adminKey)));
  });

  it('everything is live again without help when Postgres is back', async () => {
    await cluster.restore();
    for (const { client } of clientsOf(held))
      await waitFor(async () => getConfigSource(await readConfiguration(client)) === '200 live');
    const { status } = await replicaOne!.client(held.adminKey).patch('/v1/config', { max_tokens: 600 });
    expect(status).toBe(200);
    for (const { client } of clientsOf(held))
      await waitFor(async () => (await readConfiguration(client)).body['max_tokens'] === 600);
    for (const { client } of clientsOf(held)) expect((await readConfiguration(client)).body.version).toBe(3);
    expect(
      getConfigSource(await readConfiguration(replicaTwo!.client(await cluster.tenantAdminToken(unread)))),
    ).toBe('200 live');
    for (const member of cluster.replicas)
      expect(await member.client().get('/health/ready')).toMatchObject({
        status: 200,
        body: { status: 'ok' },
      });
  });
});
