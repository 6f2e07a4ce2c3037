import { type Fixture, LLMock } from '@copilotkit/aimock';
import {
  ApiClient,
  type Replica,
  type TestDatabase,
  createTestDatabase,
  startReplica,
  testRedisUrl,
  waitFor,
} from '#testing';
import {
  type Rollout,
  aRolloutRequest,
  expectedArm,
  askQuestion,
  getRollout,
  rolloutsPath,
} from '../e2e/rollouts/rollout-requests.js';
import { type ConfigurationResponse, createTenant } from '../app/test-app.js';

/** A tenant's admin, at both replicas. */
interface TenantAdmin {
  readonly id: string;
  readonly here: ApiClient;
  readonly there: ApiClient;
}

const successResponse: Fixture['response'] = { content: 'On the first.' };
const unavailableResponse: Fixture['response'] = { status: 503, error: { message: 'overloaded' } };
const tenantIds = Array.from({ length: 40 }, (_, index) => `tenant-${index}`);

let database: TestDatabase;
let upstream: LLMock;
let env: Record<string, string>;
let replicaOne: Replica;
let replicaTwo: Replica;
let keys: Record<string, string>;

beforeAll(async () => {
  [database, upstream] = [await createTestDatabase(), new LLMock({ port: 0 })];
  await upstream.start();
  setModelResponses({ old: successResponse, 'gpt-4o': successResponse });
  env = {
    DATABASE_URL: database.url,
    MIGRATION_DATABASE_URL: database.migrationUrl,
    REDIS_URL: testRedisUrl(),
    CONFIG_CHANGES_PER_HOUR: '0',
    OPENAI_API_KEY: 'test',
    OPENAI_BASE_URL: `${upstream.url}/v1`,
    EMBEDDINGS: 'local',
    ATTUNE_PLATFORM_API_KEY: `atn_${'c'.repeat(12)}_${'d'.repeat(48)}`,
  };
  [replicaOne, replicaTwo] = await Promise.all([startReplica({ env }), startReplica({ env })]);
  const created = tenantIds.map((id) => createTenant(replicaOne.api, id));
  keys = Object.fromEntries((await Promise.all(created)).map(({ id, adminKey }) => [id, adminKey]));
});
afterAll(async () => {
  await Promise.all([replicaOne?.stop(), replicaTwo?.stop(), upstream?.stop()]);
  await database?.drop();
});

/** What each model answers from now on. */
function setModelResponses({ old, 'gpt-4o': next }: Record<'old' | 'gpt-4o', Fixture['response']>): void {
  upstream.clearFixtures();
  upstream.prependFixture({ match: { model: /^gpt-3\.5-turbo$/ }, response: old });
  upstream.prependFixture({ match: { model: /^gpt-4o$/ }, response: next });
}

function adminOf(id: string): TenantAdmin {
  return {
    id,
    here: new ApiClient(replicaOne.url, keys[id]),
    there: new ApiClient(replicaTwo.url, keys[id]),
  };
}

async function readTopKsAt({ url }: Replica): Promise<unknown[]> {
  const responses = tenantIds.map((id) =>
    new ApiClient(url, keys[id]).get<ConfigurationResponse>('/v1/config'),
  );
  return (await Promise.all(responses)).map(({ body }) => body['retrieval_top_k']);
}

function expectedTopKs(rollout: Pick<Rollout, 'id' | 'percentage'>): number[] {
  return tenantIds.map((id) => (expectedArm(rollout, id) === 'treatment' ? 9 : 5));
}

async function startRollout(some: object): Promise<Rollout> {
  const { status, body } = await replicaOne.api.post<Rollout>(rolloutsPath, aRolloutRequest(some));
  expect({ status, body }).toMatchObject({ status: 201 });
  return body;
}

describe('a rollout on two replicas', () => {
  it('assigns the same arm to each tenant on both and after a restart, and at 50 % keeps the tenants of 10 %', async () => {
    const rollout = await startRollout({ selector: { tenant_ids: tenantIds }, percentage: 10 });
    expect(await readTopKsAt(replicaOne)).toEqual(expectedTopKs(rollout));
    await waitFor(
      async () => JSON.stringify(await readTopKsAt(replicaTwo)) === JSON.stringify(expectedTopKs(rollout)),
    );
    const raised = { ...rollout, percentage: 50 };
    await replicaTwo.api.patch(`${rolloutsPath}/${rollout.id}`, { percentage: 50 });
    expect(await readTopKsAt(replicaTwo)).toEqual(expectedTopKs(raised));
    await waitFor(
      async () => JSON.stringify(await readTopKsAt(replicaOne)) === JSON.stringify(expectedTopKs(raised)),
    );
    const kept = expectedTopKs(rollout).every((topK, at) => topK === 5 || expectedTopKs(raised)[at] === 9);
    expect(kept).toBe(true);
    await replicaTwo.stop();
    replicaTwo = await startReplica({ env });
    expect(await readTopKsAt(replicaTwo)).toEqual(expectedTopKs(raised));
    await replicaOne.api.post(`${rolloutsPath}/${rollout.id}/abort`);
    expect(new Set(await readTopKsAt(replicaOne))).toEqual(new Set([5]));
    await waitFor(async () => new Set(await readTopKsAt(replicaTwo)).size === 1);
  });

  it('stops when its provider begins to fail, and queries on both replicas use the old settings again', async () => {
    const { here, there, id: tenantId } = adminOf('tenant-0');
    const { id } = await startRollout({
      selector: { tenant_ids: [tenantId] },
      changes: { model_name: 'gpt-4o', model_fallback: 'gpt-3.5-turbo' },
      unit: 'query',
      percentage: 50,
      guardrails: { max_fallback_rate: 0.5, min_samples: 6 },
    });
    const users = Array.from({ length: 200 }, (_, index) => `user-${index}`);
    const treated = users.filter(
      (user) => expectedArm({ id, percentage: 50 }, tenantId, user) === 'treatment',
    );
    await waitFor(async () => (await askQuestion(there, treated[0])).body.rollout?.arm === 'treatment');
    expect((await askQuestion(here, treated[0])).body).toMatchObject({
      model_requested: 'gpt-4o',
      fallback_used: false,
    });
    setModelResponses({ old: successResponse, 'gpt-4o': unavailableResponse });
    for (const [at, client] of [here, there, here, there, here, there].entries())
      expect((await askQuestion(client, treated[at])).body).toMatchObject({
        model_requested: 'gpt-4o',
        fallback_used: true,
        rollout: { id, arm: 'treatment' },
      });
    const stopped = await waitFor(async () => {
      const rollout = await getRollout(replicaTwo.api, id);
      return rollout.state === 'stopped' && rollout;
    });
    expect(stopped.stop_reason).toMatch(
      /^The fallback rate of [\d.]+ % is above 50 % \(\d+ queries of the treatment\)\.$/,
    );
    for (const client of [here, there])
      await waitFor(async () => {
        const { body } = await askQuestion(client, treated[0]);
        return body.rollout === null && body.model_requested === 'gpt-3.5-turbo' && !body.fallback_used;
      });
  });

  it('adds up the results of both replicas, including one that was just shut down', async () => {
    const { here, there, id: tenantId } = adminOf('tenant-1');
    setModelResponses({ old: successResponse, 'gpt-4o': successResponse });
    const { id } = await startRollout({ selector: { tenant_ids: [tenantId] } });
    await waitFor(async () => (await askQuestion(there)).body.rollout !== null);
    const before = (
      await waitFor(async () => {
        const { arms } = await getRollout(replicaOne.api, id);
        return arms.treatment.samples > 0 && arms;
      })
    ).treatment.samples;
    await Promise.all([askQuestion(here), askQuestion(there), askQuestion(here), askQuestion(there)]);
    await replicaTwo.stop();
    await waitFor(async () => (await getRollout(replicaOne.api, id)).arms.treatment.samples === before + 4);
  });
});
