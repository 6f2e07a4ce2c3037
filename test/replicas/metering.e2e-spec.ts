/**
 * Budgets and quotas over three replicas on one Postgres, while Redis goes and a replica is killed. The model's calls cost exactly what
 * was reserved for them, so that every sum is known to the last nano-dollar.
 */
import {
  type ApiResponse,
  ApiClient,
  FaultProxy,
  type Replica,
  type TestDatabase,
  createTestDatabase,
  startReplica,
  testRedisUrl,
  waitFor,
} from '#testing';
import { expectProblem } from '../app/expect-problem.js';
import { createTenant, querySql } from '../app/test-app.js';
import { MeteredModelServer } from './metered-model-server.js';

interface Usage {
  readonly days: { date: string; queries: number; cost_usd: number; by_model: Record<string, object> }[];
  readonly quota: { limit: number; used: number; resets_at: string };
  readonly budget: { limit_usd: number; spent_usd: number; reserved_usd: number; resets_at: string };
}

const question = 'When is the rent due?';
const model = 'metered';
/** So many queries a budget pays for, and so many are asked at once. */
const [affordableQueries, attemptedQueries] = [50, 500];
let database: TestDatabase;
let redis: FaultProxy;
let upstream: MeteredModelServer;
let replicas: Replica[];

beforeAll(async () => {
  [database, redis, upstream] = await Promise.all([
    createTestDatabase(),
    FaultProxy.forTarget(testRedisUrl()),
    MeteredModelServer.start(),
  ]);
  const env = {
    DATABASE_URL: database.url,
    MIGRATION_DATABASE_URL: database.migrationUrl,
    REDIS_URL: redis.url,
    EGRESS_ALLOW: '127.0.0.1',
    // 500 queries at once take long on a busy machine; none may end by the clock.
    QUERY_DEADLINE_MS: '240000',
    ATTUNE_PLATFORM_API_KEY: `atn_${'a'.repeat(12)}_${'b'.repeat(48)}`,
  };
  replicas = await Promise.all([1, 2, 3].map(() => startReplica({ env })));
  await replicas[0]!.api.put(`/v1/platform/models/${model}`, upstream.catalogueEntry);
});
afterAll(async () => {
  await upstream?.stop();
  await Promise.all((replicas ?? []).map((replica) => replica.stop()));
  await redis?.close();
  await database?.drop();
});

/** A tenant on the metered model, known to every replica with these platform settings; a client for each replica. */
async function createTenantClients(id: string, settings: object): Promise<ApiClient[]> {
  const platform = replicas[0]!.api;
  const { adminKey, admin } = await createTenant(platform, id);
  expect((await admin.patch('/v1/config', { model_name: model, model_fallback: 'none' })).status).toBe(200);
  const path = `/v1/platform/tenants/${id}/config`;
  expect((await platform.patch(path, settings)).status).toBe(200);
  const clients = replicas.map(({ url }) => new ApiClient(url, adminKey));
  for (const client of clients)
    await waitFor(async () => (await client.get<{ version: number }>('/v1/config')).body.version === 3);
  return clients;
}

async function askQuestion(client: ApiClient): Promise<ApiResponse<{ usage: { cost_usd: number } }>> {
  return client.post('/v1/query', { question });
}

async function getUsage(client: ApiClient): Promise<Usage> {
  const { status, body } = await client.get<Usage>('/v1/usage');
  expect(status).toBe(200);
  return body;
}

function exactUsd(count: number, eachUsd: number): number {
  return Math.round(count * eachUsd * 1e9) / 1e9;
}

describe('metering on three replicas', () => {
  it('keeps a budget to the nano-dollar while Redis fails and one replica is killed', async () => {
    const [probe] = await createTenantClients('probe', { max_documents: 200 });
    const { cost_usd: each } = (await askQuestion(probe!)).body.usage;
    expect(each).toBeGreaterThan(0);
    const budget = exactUsd(affordableQueries, each);
    const clients = await createTenantClients('spender', { monthly_budget_usd: budget });
    const [one, other, doomed] = clients;

    upstream.holdResponses();
    const askAtOnce = (queries: number, at: ApiClient[]) =>
      Array.from({ length: queries }, (_, place) => askQuestion(at[place % at.length]!).catch(() => null));
    // One statement admits so many queries that a replica alone could take the whole budget.
    const early = askAtOnce(10, [doomed!, one!]);
    await waitFor(() => upstream.requestCount === 10, {
      what: 'two replicas are at work, one will be killed',
    });
    const asked = [...early, ...askAtOnce(attemptedQueries - 10, clients)];
    await waitFor(() => upstream.requestCount === affordableQueries, { what: 'the budget is reserved' });
    redis.cut();
    expect((await getUsage(one!)).budget).toMatchObject({
      limit_usd: budget,
      spent_usd: 0,
      reserved_usd: budget,
    });
    const refused = await askQuestion(other!);
    expectProblem(refused, 402, 'budget-exceeded');
    expect(refused.body).toMatchObject({ budget_usd: budget, spent_usd: 0, reserved_usd: budget });
    expect(refused.body).toHaveProperty('resets_at', (await getUsage(one!)).budget.resets_at);

    await replicas.pop()!.kill();
    upstream.releaseResponses();
    const statuses = (await Promise.all(asked)).map((answer) => answer?.status ?? 'lost');
    const answered = statuses.filter((status) => status === 200).length;
    const lost = affordableQueries - answered;
    expect(new Set(statuses)).toEqual(new Set([200, 402, 'lost']));
    expect(lost).toBeGreaterThanOrEqual(5);
    expect((await getUsage(other!)).budget).toMatchObject({
      spent_usd: exactUsd(answered, each),
      reserved_usd: exactUsd(lost, each),
    });
    expectProblem(await askQuestion(one!), 402, 'budget-exceeded');
    await expect(askQuestion(doomed!)).rejects.toThrow();

    // As if the time of the killed replica's reservations had passed.
    const expire = `UPDATE usage_log SET expires_at = now() WHERE tenant_id = 'spender' AND outcome IS NULL`;
    await querySql(database.superuserUrl, expire);
    const again = await Promise.all(
      Array.from({ length: affordableQueries }, (_, at) => askQuestion(clients[at % 2]!)),
    );
    expect(again.filter(({ status }) => status === 200)).toHaveLength(lost);
    for (const answer of again) if (answer.status !== 200) expectProblem(answer, 402, 'budget-exceeded');
    expect((await getUsage(one!)).budget).toMatchObject({ spent_usd: budget, reserved_usd: 0 });
    const unsettled = `SELECT FROM usage_log WHERE tenant_id = 'spender' AND outcome = 'unsettled'`;
    await waitFor(async () => (await querySql(database.superuserUrl, unsettled)).length === lost, {
      timeoutMs: 20_000,
      what: 'a replica marks what was lost',
    });
    const { days, quota } = await getUsage(other!);
    expect(quota.used).toBe(affordableQueries + lost);
    expect(days.at(-1)).toMatchObject({ queries: affordableQueries + lost, cost_usd: budget });
  });

  it('releases the reservations of failed calls, and spends the budget to the last nano-dollar', async () => {
    const [probe] = await createTenantClients('prober', { max_documents: 200 });
    const { cost_usd: each } = (await askQuestion(probe!)).body.usage;
    const budget = exactUsd(affordableQueries, each);
    const clients = await createTenantClients('unlucky', { monthly_budget_usd: budget });
    const all: number[] = [];
    upstream.failuresPerTen = 3;
    for (let wave: number[] = []; all.length === 0 || wave.some((status) => status !== 402);) {
      const asked = Array.from({ length: 100 }, (_, at) => askQuestion(clients[at % clients.length]!));
      const { spent_usd: spent, reserved_usd: reserved } = (await getUsage(clients[0]!)).budget;
      expect(exactUsd(1, spent + reserved)).toBeLessThanOrEqual(budget);
      wave = (await Promise.all(asked)).map(({ status }) => status);
      all.push(...wave);
    }
    upstream.failuresPerTen = 0;
    const counted = Map.groupBy(all, (status) => status);
    expect(new Set(counted.keys())).toEqual(new Set([200, 402, 502]));
    expect(counted.get(200)).toHaveLength(affordableQueries);
    expect((await getUsage(clients[1]!)).budget).toMatchObject({ spent_usd: budget, reserved_usd: 0 });
  });

  it('answers exactly as many queries as the daily quota allows', async () => {
    const living = await createTenantClients('asker', {
      max_queries_per_day: 100,
      monthly_budget_usd: 'unlimited',
    });
    const answers: ApiResponse<unknown>[] = [];
    for (let round = 0; round < 11; round += 1)
      answers.push(
        ...(await Promise.all(
          Array.from({ length: 10 }, (_, at) => askQuestion(living[at % living.length]!)),
        )),
      );
    const refused = answers.filter(({ status }) => status !== 200);
    expect(refused).toHaveLength(10);
    for (const answer of refused) {
      expectProblem(answer, 429, 'quota-exceeded');
      const { quota } = await getUsage(living[0]!);
      expect(answer.body).toMatchObject({ limit: 100, remaining: 0, resets_at: quota.resets_at });
      const seconds = (Date.parse(quota.resets_at) - Date.now()) / 1_000;
      expect(Math.abs(Number(answer.headers.get('retry-after')) - seconds)).toBeLessThan(60);
    }
    expect((await getUsage(living[1]!)).quota).toMatchObject({ limit: 100, used: 100 });
  });
});
