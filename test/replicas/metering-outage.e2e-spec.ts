/** What is promised of queries and their cost while Postgres is away. */
import {
  type ApiClient,
  FaultProxy,
  type Replica,
  type TestDatabase,
  createTestDatabase,
  startReplica,
  waitFor,
} from '#testing';
import { expectProblem } from '../app/expect-problem.js';
import { createTenant } from '../app/test-app.js';
import { MeteredModelServer } from './metered-model-server.js';

interface Usage {
  readonly quota: { readonly used: number };
  readonly budget: { readonly spent_usd: number; readonly reserved_usd: number };
}

const question = 'When is the rent due?';
let database: TestDatabase;
let link: FaultProxy;
let upstream: MeteredModelServer;
let replica: Replica;
let admin: ApiClient;

beforeAll(async () => {
  database = await createTestDatabase();
  [link, upstream] = await Promise.all([FaultProxy.forTarget(database.url), MeteredModelServer.start()]);
  replica = await startReplica({ env: { DATABASE_URL: link.url, EGRESS_ALLOW: '127.0.0.1' } });
  await replica.api.put('/v1/platform/models/metered', upstream.catalogueEntry);
  ({ admin } = await createTenant(replica.api, 'acme'));
  await admin.patch('/v1/config', { model_name: 'metered', model_fallback: 'none' });
});
beforeEach(() => link.restore());
afterAll(async () => {
  await upstream?.stop();
  await replica?.stop();
  await link?.close();
  await database?.drop();
});

async function getUsage(): Promise<Usage> {
  return waitFor(async () => {
    const { status, body } = await admin.get<Usage>('/v1/usage');
    return status === 200 && body;
  });
}

describe('metering during a Postgres outage', () => {
  it('answers no query and counts none', async () => {
    const { used } = (await getUsage()).quota;
    upstream.holdResponses();
    link.cut();
    const refused = await admin.post('/v1/query', { question });
    expectProblem(refused, 503, 'unavailable');
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(upstream.requestCount).toBe(0);
    await link.restore();
    expect((await getUsage()).quota.used).toBe(used);
    upstream.releaseResponses();
  });

  it('ends no answer successfully before its cost is stored, and stores it when Postgres is back', async () => {
    const before = await getUsage();
    upstream.holdResponses();
    const asked = admin.post('/v1/query', { question });
    await waitFor(() => upstream.requestCount === 1);
    const { reserved_usd: reserved } = (await getUsage()).budget;
    expect(reserved).toBeGreaterThan(0);
    link.cut();
    upstream.releaseResponses();
    expectProblem(await asked, 503, 'unavailable');
    await link.restore();
    const expected = { spent_usd: before.budget.spent_usd + reserved, reserved_usd: 0 };
    await waitFor(async () => (await getUsage()).budget.reserved_usd === 0, {
      what: 'the settlement is written',
    });
    const after = await getUsage();
    expect(after).toMatchObject({ quota: { used: before.quota.used + 1 }, budget: expected });
  });
});
