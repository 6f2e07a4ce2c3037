/** specification §7.2 and §7.6: with Redis gone, everything that is cached still reaches every replica, at once for who asks by version. */
import { type ApiResponse, ReplicaCluster, type ClusterReplica, waitFor } from '#testing';
import { expectProblem } from '../app/expect-problem.js';
import { ClusterTenant } from './cluster-tenant.js';
import { rounds } from './rounds.js';
import { cachedResources } from './cached-resources.js';

let cluster: ReplicaCluster;
let [replicaOne, replicaTwo, replicaThree]: ClusterReplica[] = [];

beforeAll(async () => {
  cluster = await ReplicaCluster.start();
  [replicaOne, replicaTwo, replicaThree] = cluster.replicas;
});
afterAll(() => cluster.close());

describe.each(rounds)('Attune without Redis, round %i:', () => {
  const things = cachedResources();

  beforeAll(async () => {
    for (const thing of things) {
      await thing.prepare(replicaOne!.client());
      // Held by all, as it was.
      for (const member of cluster.replicas) await waitFor(async () => !(await thing.isVisibleAt(member)));
    }
    await cluster.redis.kill();
    for (const thing of things) await thing.change(replicaOne!.client());
  });
  afterAll(() => cluster.redis.restart());

  it.each(things)('the other replicas receive $title', async (thing) => {
    for (const member of [replicaTwo!, replicaThree!]) await waitFor(() => thing.isVisibleAt(member));
  });
});

describe.each(rounds)('a read with a minimum version, round %i:', () => {
  afterEach(() => cluster.restore());

  function asking(
    tenant: ClusterTenant,
    version: number | string,
  ): Promise<ApiResponse<{ version: number }>> {
    return tenant.responseAt(replicaTwo!, { 'attune-min-config-version': String(version) });
  }

  it('returns that version as soon as another replica returned it', async () => {
    const tenant = await ClusterTenant.createWarm(cluster, 'asked');
    for (const value of [500, 501, 502, 503, 504]) {
      const version = await tenant.changeAt(replicaOne!, value);
      expect(await asking(tenant, version)).toMatchObject({
        status: 200,
        body: { version, max_tokens: value },
      });
    }
  });

  it.each<[string, (member: ClusterReplica) => void]>([
    ['is cut', ({ redis }) => redis.cut()],
    ['is half open', ({ redis }) => redis.freeze()],
  ])('loads that version while the link to Redis %s', async (_what, fail) => {
    const tenant = await ClusterTenant.createWarm(cluster, 'asked');
    fail(replicaTwo!);
    for (const value of [500, 501, 502]) {
      const version = await tenant.changeAt(replicaOne!, value);
      expect(await asking(tenant, version)).toMatchObject({
        status: 200,
        body: { version, max_tokens: value },
      });
    }
  });

  it('answers 503 when the version does not exist, and the next request works as usual', async () => {
    const tenant = await ClusterTenant.createWarm(cluster, 'asked');
    const answer = await asking(tenant, 99);
    expectProblem(answer, 503, 'unavailable');
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await asking(tenant, 1)).toMatchObject({ status: 200 });
  });

  it('waits for a version that is about to be written', async () => {
    const tenant = await ClusterTenant.createWarm(cluster, 'asked');
    const answer = asking(tenant, 2);
    await tenant.changeAt(replicaOne!, 500);
    expect(await answer).toMatchObject({ status: 200, body: { version: 2 } });
  });

  it.each(['x', '1.5', '1 2'])('refuses %j, which is no version', async (version) => {
    const tenant = await ClusterTenant.createWarm(cluster, 'asked');
    expectProblem(await asking(tenant, version), 400, 'invalid-input');
  });

  it('applies to a query too', async () => {
    const tenant = await ClusterTenant.createWarm(cluster, 'asked');
    replicaTwo!.redis.cut();
    const version = await tenant.changeAt(replicaOne!, 500);
    const client = replicaTwo!.client(await cluster.tenantAdminToken(tenant.id));
    const headers = { 'attune-min-config-version': String(version) };
    const { status, body } = await client.post<object>('/v1/query', { question: 'What holds now?' }, headers);
    expect({ status, body }).toMatchObject({
      status: 200,
      body: { config_version: version, config_applied: { max_tokens: 500 } },
    });
  });
});
