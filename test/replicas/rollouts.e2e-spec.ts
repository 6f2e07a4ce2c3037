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
import { type Rollout, anOrder, armOf, ask, readRollout, rolloutsPath } from '../e2e/rollout-stage.js';
import { type Shown, createTenant } from '../e2e/stage.js';

/** A tenant's admin, at both replicas. */
interface Admin {
  readonly id: string;
  readonly here: ApiClient;
  readonly there: ApiClient;
}

const ok: Fixture['response'] = { content: 'On the first.' };
const down: Fixture['response'] = { status: 503, error: { message: 'overloaded' } };
const tenantIds = Array.from({ length: 40 }, (_, index) => `tenant-${index}`);

let database: TestDatabase;
let upstream: LLMock;
let env: Record<string, string>;
let one: Replica;
let other: Replica;
let keys: Record<string, string>;

beforeAll(async () => {
  [database, upstream] = [await createTestDatabase(), new LLMock({ port: 0 })];
  await upstream.start();
  models({ old: ok, 'gpt-4o': ok });
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
  [one, other] = await Promise.all([startReplica({ env }), startReplica({ env })]);
  const created = tenantIds.map((id) => createTenant(one.api, id));
  keys = Object.fromEntries((await Promise.all(created)).map(({ id, adminKey }) => [id, adminKey]));
});
afterAll(async () => {
  await Promise.all([one?.stop(), other?.stop(), upstream?.stop()]);
  await database?.drop();
});

/** What each model answers from now on. */
function models({ old, 'gpt-4o': next }: Record<'old' | 'gpt-4o', Fixture['response']>): void {
  upstream.clearFixtures();
  upstream.prependFixture({ match: { model: /^gpt-3\.5-turbo$/ }, response: old });
  upstream.prependFixture({ match: { model: /^gpt-4o$/ }, response: next });
}

function admin(id: string): Admin {
  return { id, here: new ApiClient(one.url, keys[id]), there: new ApiClient(other.url, keys[id]) };
}

async function topKsAt({ url }: Replica): Promise<unknown[]> {
  const shown = tenantIds.map((id) => new ApiClient(url, keys[id]).get<Shown>('/v1/config'));
  return (await Promise.all(shown)).map(({ body }) => body['retrieval_top_k']);
}

function expected(rollout: Pick<Rollout, 'id' | 'percentage'>): number[] {
  return tenantIds.map((id) => (armOf(rollout, id) === 'treatment' ? 9 : 5));
}

async function started(some: object): Promise<Rollout> {
  const { status, body } = await one.api.post<Rollout>(rolloutsPath, anOrder(some));
  expect({ status, body }).toMatchObject({ status: 201 });
  return body;
}

describe('a rollout on two replicas', () => {
  it('gives each tenant its arm on both and after a restart, and at 50 % keeps those that it had at 10 %', async () => {
    const rollout = await started({ selector: { tenant_ids: tenantIds }, percentage: 10 });
    expect(await topKsAt(one)).toEqual(expected(rollout));
    await waitFor(async () => JSON.stringify(await topKsAt(other)) === JSON.stringify(expected(rollout)));
    const raised = { ...rollout, percentage: 50 };
    await other.api.patch(`${rolloutsPath}/${rollout.id}`, { percentage: 50 });
    expect(await topKsAt(other)).toEqual(expected(raised));
    await waitFor(async () => JSON.stringify(await topKsAt(one)) === JSON.stringify(expected(raised)));
    const kept = expected(rollout).every((topK, at) => topK === 5 || expected(raised)[at] === 9);
    expect(kept).toBe(true);
    await other.stop();
    other = await startReplica({ env });
    expect(await topKsAt(other)).toEqual(expected(raised));
    await one.api.post(`${rolloutsPath}/${rollout.id}/abort`);
    expect(new Set(await topKsAt(one))).toEqual(new Set([5]));
    await waitFor(async () => new Set(await topKsAt(other)).size === 1);
  });

  it('stops itself when its provider begins to fail, and queries on both are back on the old settings', async () => {
    const { here, there, id: tenantId } = admin('tenant-0');
    const { id } = await started({
      selector: { tenant_ids: [tenantId] },
      changes: { model_name: 'gpt-4o', model_fallback: 'gpt-3.5-turbo' },
      unit: 'query',
      percentage: 50,
      guardrails: { max_fallback_rate: 0.5, min_samples: 6 },
    });
    const users = Array.from({ length: 200 }, (_, index) => `user-${index}`);
    const treated = users.filter((user) => armOf({ id, percentage: 50 }, tenantId, user) === 'treatment');
    await waitFor(async () => (await ask(there, treated[0])).body.rollout?.arm === 'treatment');
    expect((await ask(here, treated[0])).body).toMatchObject({
      model_requested: 'gpt-4o',
      fallback_used: false,
    });
    models({ old: ok, 'gpt-4o': down });
    for (const [at, client] of [here, there, here, there, here, there].entries())
      expect((await ask(client, treated[at])).body).toMatchObject({
        model_requested: 'gpt-4o',
        fallback_used: true,
        rollout: { id, arm: 'treatment' },
      });
    const stopped = await waitFor(async () => {
      const rollout = await readRollout(other.api, id);
      return rollout.state === 'stopped' && rollout;
    });
    expect(stopped.stop_reason).toMatch(
      /^The fallback rate of [\d.]+ % is above 50 % \(\d+ queries of the treatment\)\.$/,
    );
    for (const client of [here, there])
      await waitFor(async () => {
        const { body } = await ask(client, treated[0]);
        return body.rollout === null && body.model_requested === 'gpt-3.5-turbo' && !body.fallback_used;
      });
  });

  it('adds up what both have answered, also of one that was just shut down', async () => {
    const { here, there, id: tenantId } = admin('tenant-1');
    models({ old: ok, 'gpt-4o': ok });
    const { id } = await started({ selector: { tenant_ids: [tenantId] } });
    await waitFor(async () => (await ask(there)).body.rollout !== null);
    const before = (
      await waitFor(async () => {
        const { arms } = await readRollout(one.api, id);
        return arms.treatment.samples > 0 && arms;
      })
    ).treatment.samples;
    await Promise.all([ask(here), ask(there), ask(here), ask(there)]);
    await other.stop();
    await waitFor(async () => (await readRollout(one.api, id)).arms.treatment.samples === before + 4);
  });
});
