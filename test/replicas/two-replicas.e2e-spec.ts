import {
  ApiClient,
  type Replica,
  type TestDatabase,
  createTestDatabase,
  startReplica,
  testRedisUrl,
  waitFor,
} from '#testing';
import { type ConfigurationResponse, createTenant } from '../app/test-app.js';

/** A tenant's admin, at both replicas. */
interface TenantAdmin {
  readonly id: string;
  readonly here: ApiClient;
  readonly there: ApiClient;
}

let database: TestDatabase;
let replicaOne: Replica;
let replicaTwo: Replica;

beforeAll(async () => {
  database = await createTestDatabase();
  const env = {
    DATABASE_URL: database.url,
    MIGRATION_DATABASE_URL: database.migrationUrl,
    REDIS_URL: testRedisUrl(),
    CONFIG_CHANGES_PER_HOUR: '0',
    ATTUNE_PLATFORM_API_KEY: `atn_${'a'.repeat(12)}_${'b'.repeat(48)}`,
  };
  [replicaOne, replicaTwo] = await Promise.all([startReplica({ env }), startReplica({ env })]);
});
afterAll(async () => {
  await Promise.all([replicaOne?.stop(), replicaTwo?.stop()]);
  await database?.drop();
});

/** Both replicas have read its configuration, so that both hold it. */
async function createWarmTenant(id: string, plan?: string): Promise<TenantAdmin> {
  const { adminKey } = await createTenant(replicaOne.api, id, plan);
  const admin = {
    id,
    here: new ApiClient(replicaOne.url, adminKey),
    there: new ApiClient(replicaTwo.url, adminKey),
  };
  expect((await readConfiguration(admin.here)).version).toBe(1);
  expect((await readConfiguration(admin.there)).version).toBe(1);
  return admin;
}

async function readConfiguration(client: ApiClient): Promise<ConfigurationResponse> {
  const { status, body } = await client.get<ConfigurationResponse>('/v1/config');
  expect(status).toBe(200);
  return body;
}

describe('two replicas on one Postgres and one Redis', () => {
  it('see configuration changes made on the other, in both directions', async () => {
    const { here, there } = await createWarmTenant('mirrored');
    await here.patch('/v1/config', { temperature: 0.1 });
    await waitFor(async () => (await readConfiguration(there)).version === 2);
    await there.patch('/v1/config', { temperature: 0.2 });
    await waitFor(async () => (await readConfiguration(here)).version === 3);
    expect(await readConfiguration(here)).toEqual(await readConfiguration(there));
  });

  it('let one of two writers win whose requests reach different replicas', async () => {
    const { here, there } = await createWarmTenant('torn');
    const patches = Array.from({ length: 20 }, (_, index) =>
      (index % 2 ? here : there).patch<ConfigurationResponse>('/v1/config', { max_tokens: 500 + index }),
    );
    const answers = await Promise.all(patches);
    const won = answers.filter(({ status }) => status === 200).map(({ body }) => body);
    expect(answers.filter(({ status }) => status !== 200 && status !== 409)).toEqual([]);
    expect(won.map(({ version }) => version).toSorted((a, b) => a - b)).toEqual(
      won.map((_, index) => index + 2),
    );
    const last = won.find(({ version }) => version === won.length + 1);
    for (const replica of [here, there])
      await waitFor(async () => (await readConfiguration(replica))['max_tokens'] === last?.['max_tokens']);
  });

  it('refuse a key that was revoked on the other', async () => {
    const { here, there } = await createWarmTenant('leaky');
    const { body } = await here.post<{ id: string; key: string }>('/v1/api-keys', {
      name: 'x',
      role: 'member',
    });
    const leaked = there.as(body.key);
    expect((await leaked.get('/v1/config')).status).toBe(200);
    await here.del(`/v1/api-keys/${body.id}`);
    await waitFor(async () => (await leaked.get('/v1/config')).status === 401);
  });

  it('accept a key that was created on the other', async () => {
    const { here, there } = await createWarmTenant('growing');
    const { body } = await here.post<{ key: string }>('/v1/api-keys', { name: 'x', role: 'member' });
    expect((await there.as(body.key).get('/v1/config')).status).toBe(200);
  });

  it('answer no queries of a tenant that was suspended on the other, until it is active again', async () => {
    const { id, there } = await createWarmTenant('paused');
    await replicaOne.api.patch(`/v1/platform/tenants/${id}`, { status: 'suspended' });
    await waitFor(async () => (await there.patch('/v1/config', { temperature: 1 })).status === 403);
    expect((await there.post('/v1/query', { question: 'Anybody there?' })).status).toBe(403);
    await replicaOne.api.patch(`/v1/platform/tenants/${id}`, { status: 'active' });
    await waitFor(async () => (await there.post('/v1/query', { question: 'Anybody there?' })).status === 200);
  });

  it('apply a plan that was changed on the other', async () => {
    const plan = {
      defaults: { retrieval_top_k: 4 },
      allowed_tiers: ['economy'],
      allowed_models: [],
      ceilings: {},
      locked_settings: [],
    };
    await replicaOne.api.put('/v1/platform/plans/of-two-replicas', plan);
    const { there } = await createWarmTenant('planned', 'of-two-replicas');
    expect((await readConfiguration(there))['retrieval_top_k']).toBe(4);
    const changed = { ...plan, defaults: { retrieval_top_k: 6 }, locked_settings: ['temperature'] };
    await replicaOne.api.put('/v1/platform/plans/of-two-replicas', changed);
    await waitFor(async () => (await readConfiguration(there))['retrieval_top_k'] === 6);
    expect((await there.patch('/v1/config', { temperature: 1 })).status).toBe(400);
  });

  it('apply platform defaults, models and a tenant’s plan that were changed on the other', async () => {
    const { id, there } = await createWarmTenant('layered');
    await replicaOne.api.patch('/v1/platform/defaults', { ui_primary_color: '#123456' });
    await waitFor(async () => (await readConfiguration(there))['ui_primary_color'] === '#123456');
    const { id: _, ...model } = (await replicaOne.api.get<{ id: string }>('/v1/platform/models/gpt-4o-mini'))
      .body;
    expect((await replicaOne.api.put('/v1/platform/models/fresh', model)).status).toBe(200);
    await waitFor(async () => (await there.patch('/v1/config', { model_name: 'fresh' })).status === 200);
    await replicaOne.api.patch(`/v1/platform/tenants/${id}`, { plan: 'enterprise' });
    await waitFor(async () => (await readConfiguration(there))['monthly_budget_usd'] === 'unlimited');
  });

  it('answer 404 for a tenant that was deleted on the other', async () => {
    const { id, there } = await createWarmTenant('doomed');
    await replicaOne.api.del(`/v1/platform/tenants/${id}`);
    await waitFor(async () => (await there.get('/v1/config')).status === 401);
    await waitFor(async () => (await replicaTwo.api.get(`/v1/platform/tenants/${id}/config`)).status === 404);
  });
});
