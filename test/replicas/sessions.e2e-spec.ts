/** A session that was ended is refused by every replica; an outage of Postgres ends none and invents none. */
import { ReplicaCluster, type ConsoleSession, type ClusterReplica, signIn, waitFor } from '#testing';
import { expectProblem } from '../app/expect-problem.js';
import { type TestTenant, createTenant } from '../app/test-app.js';

const roundCount = 40;
const path = '/v1/config';

let cluster: ReplicaCluster;
let tenant: TestTenant;

beforeAll(async () => {
  cluster = await ReplicaCluster.start({ env: { DATABASE_OUTAGE_MS: '2000' } });
  tenant = await createTenant(cluster.replicas[0].client(), 'acme');
});
afterAll(() => cluster.close());

const readAt = (replica: ClusterReplica, { cookie }: ConsoleSession) =>
  replica.client('').as(null).get(path, { cookie });

/** A session that every replica has seen. */
async function openEverywhere(): Promise<ConsoleSession> {
  const session = await signIn(cluster.replicas[0].client(), { api_key: tenant.adminKey });
  for (const replica of cluster.replicas) expect((await readAt(replica, session)).status).toBe(200);
  return session;
}

/** Milliseconds from the answer to the sign-out until the replica refuses the session. */
async function timeToRefusal(
  replica: ClusterReplica,
  session: ConsoleSession,
  since: number,
): Promise<number> {
  await waitFor(async () => (await readAt(replica, session)).status === 401, {
    what: `${replica.name} refuses`,
  });
  return performance.now() - since;
}

const percentile = (values: number[], share: number): number =>
  values.toSorted((left, right) => left - right)[Math.ceil(values.length * share) - 1]!;

describe('a session on three replicas', () => {
  it('every replica refuses a session after a sign-out at one of them', async () => {
    const times: number[] = [];
    for (let round = 0; round < roundCount; round += 1) {
      const session = await openEverywhere();
      const at = cluster.replicas[round % 3]!;
      const { cookie } = session;
      const { status } = await session.client.as(null).with({ cookie }).get(path);
      expect(status).toBe(200);
      const signedOut = await at
        .client('')
        .as(null)
        .del('/v1/session', { cookie, 'sec-fetch-site': 'same-origin', 'attune-console': '1' });
      const since = performance.now();
      expect(signedOut.status).toBe(204);
      times.push(
        ...(await Promise.all(cluster.replicas.map((replica) => timeToRefusal(replica, session, since)))),
      );
    }
    const [p50, p99] = [percentile(times, 0.5), percentile(times, 0.99)];
    process.stdout.write(
      `Sessions: ${times.length} refusals on three replicas after a sign-out, p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms\n`,
    );
  });

  it('every replica refuses a session within seconds without Redis', async () => {
    const session = await openEverywhere();
    await cluster.redis.kill();
    const since = performance.now();
    expect((await session.client.del('/v1/session')).status).toBe(204);
    const times = await Promise.all(
      cluster.replicas.map((replica) => timeToRefusal(replica, session, since)),
    );
    process.stdout.write(
      `Sessions: refused without Redis after ${times.map((ms) => ms.toFixed(0)).join(', ')} ms\n`,
    );
    await cluster.redis.restart();
  });

  it('a session goes on reading while Postgres is away, and one that the replica does not know is 503 and not 401', async () => {
    const [one] = cluster.replicas;
    const session = await openEverywhere();
    const unseen = await signIn(cluster.replicas[1].client(), { api_key: tenant.adminKey });
    one.postgres.cut();
    await waitFor(
      async () => (await one.client().get<{ status: string }>('/health/ready')).body.status === 'degraded',
    );
    expect((await readAt(one, session)).status).toBe(200);
    expectProblem(await readAt(one, unseen), 503, 'unavailable');
    const signOut = await one
      .client('')
      .as(null)
      .with({ cookie: session.cookie, 'sec-fetch-site': 'same-origin', 'attune-console': '1' })
      .del('/v1/session');
    expectProblem(signOut, 503, 'unavailable');
    expectProblem(
      await one.client('').as(null).post('/v1/session', { api_key: tenant.adminKey }),
      503,
      'unavailable',
    );
    await one.postgres.restore();
    await waitFor(async () => (await readAt(one, unseen)).status === 200);
    expect((await readAt(one, session)).status).toBe(200);
  });
});
