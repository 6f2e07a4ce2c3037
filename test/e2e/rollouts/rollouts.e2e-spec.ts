import { waitFor } from '#testing';
import { expectProblem } from '../../app/expect-problem.js';
import {
  type Rollout,
  aRolloutRequest,
  expectedArm,
  askQuestion,
  getRollout,
  rolloutsPath,
} from './rollout-requests.js';
import {
  type Problem,
  type ConfigurationResponse,
  type TestTenant,
  getConfiguration,
  createTenant,
  getHistory,
  useTestApp,
} from '../../app/test-app.js';

const nothingMeasured = {
  samples: 0,
  error_rate: null,
  fallback_rate: null,
  p95_ms: null,
  mean_cost_usd: null,
  cost_ratio: null,
};

const app = useTestApp();
let runningRolloutIds: string[] = [];

afterEach(async () => {
  for (const id of runningRolloutIds) await app.platform.post(`${rolloutsPath}/${id}/abort`);
  runningRolloutIds = [];
});

async function startRollout(some: object = {}): Promise<Rollout> {
  const { status, body } = await app.platform.post<Rollout>(rolloutsPath, aRolloutRequest(some));
  expect({ status, body }).toMatchObject({ status: 201 });
  runningRolloutIds.push(body.id);
  return body;
}

describe('a rollout', () => {
  it('appears as it was requested, with no field missing', async () => {
    const { id: tenantId } = await createTenant(app.platform, 'shown');
    const ordered = aRolloutRequest({
      selector: { tenant_ids: [tenantId] },
      percentage: 12.5,
      guardrails: { max_error_rate: 0.05, max_p95_ms: null, min_samples: 10 },
    });
    const { status, headers, body } = await app.platform.post<Rollout>(rolloutsPath, ordered);
    runningRolloutIds.push(body.id);
    expect(status).toBe(201);
    expect(headers.get('x-request-id')).toBeTruthy();
    const expected = {
      ...ordered,
      id: expect.stringMatching(/^[a-z0-9]{32}$/),
      guardrails: {
        max_error_rate: 0.05,
        max_p95_ms: null,
        max_cost_ratio: null,
        max_fallback_rate: null,
        min_samples: 10,
      },
      state: 'running',
      stop_reason: null,
      arms: { control: nothingMeasured, treatment: nothingMeasured },
      created_by: expect.stringMatching(/^key:/),
      created_at: expect.any(String),
      step_started_at: expect.any(String),
      finished_at: null,
      promotion: null,
    };
    const tenants = {
      matched: 1,
      eligible: 1,
      treatment: expect.any(Number),
      override_locked: 0,
      approval_required: 0,
      managed_by_code: 0,
      locked_by_plan: 0,
      invalid: 0,
    };
    expect(body).toEqual({ ...expected, tenants });
    expect(await getRollout(app.platform, body.id)).toEqual(body);
    const { body: list } = await app.platform.get<{ items: Rollout[] }>(`${rolloutsPath}?limit=1`);
    expect(list.items).toEqual([expected]);
  });

  it('shows a tenant its own settings under the rollout, and nothing of other tenants', async () => {
    const tenants = [await createTenant(app.platform, 'treated'), await createTenant(app.platform, 'beside')];
    const [{ admin, member }] = tenants as [TestTenant, TestTenant];
    const before = await admin.get<ConfigurationResponse>('/v1/config');
    const { id } = await startRollout({ selector: { tenant_ids: ['treated', 'beside'] } });
    const after = await member.get<ConfigurationResponse>('/v1/config?include=sources');
    expect(after.body).toMatchObject({
      retrieval_top_k: 9,
      version: 1,
      sources: { retrieval_top_k: 'rollout', temperature: 'platform' },
      own: {},
    });
    expect((await admin.get('/v1/config')).headers.get('etag')).not.toBe(before.headers.get('etag'));
    const answer = await askQuestion(member);
    expect(answer.body).toMatchObject({ rollout: { id, arm: 'treatment' }, config_applied: { top_k: 9 } });
    expect(JSON.stringify([after.body, answer.body])).not.toMatch(/beside|more chunks/);
    expect(await getHistory(admin)).toHaveLength(1);
    await app.platform.post(`${rolloutsPath}/${id}/abort`);
    expect(await admin.get('/v1/config')).toEqual({ ...before, headers: expect.anything() });
    expect((await askQuestion(member)).body).toMatchObject({ rollout: null, config_applied: { top_k: 5 } });
  });

  it('assigns queries by user_id, else by the credential, and leaves the tenant’s configuration as it is', async () => {
    const { admin, member, adminKeyId, id: tenantId } = await createTenant(app.platform, 'split');
    const { id, tenants } = await startRollout({
      selector: { tenant_ids: [tenantId] },
      unit: 'query',
      percentage: 50,
    });
    expect(tenants).toMatchObject({ eligible: 1, treatment: null });
    expect(await getConfiguration(admin)).toMatchObject({ retrieval_top_k: 5 });
    const everybody = Array.from({ length: 64 }, (_, index) => `user-${index}`);
    const ofArm = (arm: string) =>
      everybody.filter((user) => expectedArm({ id, percentage: 50 }, tenantId, user) === arm).slice(0, 3);
    for (const [arm, top_k] of [
      ['treatment', 9],
      ['control', 5],
    ] as const)
      for (const user of ofArm(arm))
        for (const client of [admin, member])
          expect((await askQuestion(client, user)).body).toMatchObject({
            rollout: { id, arm },
            config_applied: { top_k },
          });
    const own = expectedArm({ id, percentage: 50 }, tenantId, adminKeyId);
    expect((await askQuestion(admin)).body.rollout).toEqual({ id, arm: own });
    const measured = await waitFor(async () => {
      const { arms: found } = await getRollout(app.platform, id);
      return found.control.samples + found.treatment.samples === 13 && found;
    });
    expect(measured.treatment).toMatchObject({ error_rate: 0, fallback_rate: 0, mean_cost_usd: 0 });
  });

  it('counts from a new step when the percentage changes', async () => {
    const { member, id: tenantId } = await createTenant(app.platform, 'stepped');
    const { id, step_started_at } = await startRollout({ selector: { tenant_ids: [tenantId] } });
    await askQuestion(member);
    await waitFor(async () => (await getRollout(app.platform, id)).arms.treatment.samples === 1);
    const same = await app.platform.patch<Rollout>(`${rolloutsPath}/${id}`, { percentage: 100 });
    expect([same.body['step_started_at'], same.body.arms.treatment.samples]).toEqual([step_started_at, 1]);
    const { status, body } = await app.platform.patch<Rollout>(`${rolloutsPath}/${id}`, { percentage: 0 });
    expect([status, body.percentage, body.arms.treatment.samples]).toEqual([200, 0, 0]);
    expect((await askQuestion(member)).body.rollout).toEqual({ id, arm: 'control' });
  });

  it('begins at a percentage with two decimals, like every later step', async () => {
    const { id: tenantId } = await createTenant(app.platform, 'fractional');
    const { id, ...first } = await startRollout({ selector: { tenant_ids: [tenantId] }, percentage: 33.335 });
    const { body: again } = await app.platform.patch<Rollout>(`${rolloutsPath}/${id}`, {
      percentage: 33.335,
    });
    expect([first.percentage, again.percentage]).toEqual([33.34, 33.34]);
    expect(again['step_started_at']).toBe(first['step_started_at']);
  });

  it('turns into own settings of its tenants when it is promoted, once', async () => {
    const { admin, id: tenantId } = await createTenant(app.platform, 'promoted');
    const { id } = await startRollout({ selector: { tenant_ids: [tenantId] }, percentage: 0 });
    const headers = { 'idempotency-key': 'promote-once' };
    const { status, body } = await app.platform.post<Rollout>(
      `${rolloutsPath}/${id}/promote`,
      undefined,
      headers,
    );
    expect([status, body.state, body.promotion]).toEqual([
      200,
      'promoted',
      {
        bulk_id: expect.any(String),
        updated: 1,
        unchanged: 0,
        skipped_locked: 0,
        approval_required: 0,
        invalid: 0,
        conflict: 0,
      },
    ]);
    expect((await app.platform.post(`${rolloutsPath}/${id}/promote`, undefined, headers)).body).toEqual(body);
    expectProblem(await app.platform.post(`${rolloutsPath}/${id}/promote`), 409, 'conflict');
    expectProblem(await app.platform.post(`${rolloutsPath}/${id}/abort`), 409, 'conflict');
    expectProblem(await app.platform.patch(`${rolloutsPath}/${id}`, { percentage: 1 }), 409, 'conflict');
    expect(await getConfiguration(admin)).toMatchObject({
      version: 2,
      own: { retrieval_top_k: 9 },
      last_modified_by_role: 'platform_admin',
    });
    expect((await getHistory(admin))[0]).toMatchObject({
      action: 'rollout',
      bulk_id: body.promotion?.['bulk_id'],
      reason: 'Rollout: more chunks',
      changes: [{ field: 'retrieval_top_k', from: null, to: 9 }],
    });
  });

  it('shows each tenant’s outcome after promotion, and can be reverted like a bulk operation', async () => {
    const { admin, id: tenantId } = await createTenant(app.platform, 'reverted');
    const { id } = await startRollout({ selector: { tenant_ids: [tenantId] } });
    const { body } = await app.platform.post<Rollout>(`${rolloutsPath}/${id}/promote`);
    const bulk = `/v1/platform/bulk-updates/${body.promotion?.['bulk_id']}`;
    expect((await app.platform.get(bulk)).body).toMatchObject({ state: 'completed', matched: 1, updated: 1 });
    expect((await app.platform.get<{ items: object[] }>(`${bulk}/items`)).body.items).toEqual([
      { tenant_id: tenantId, outcome: 'updated', version: 2, detail: null },
    ]);
    expect((await app.platform.post(`${bulk}/revert`, {})).status).toBe(202);
    await waitFor(async () => (await getConfiguration(admin)).version === 3);
    expect(await getConfiguration(admin)).toMatchObject({ retrieval_top_k: 5, own: {} });
  });

  it('waits for approval where a tenant’s changes need it', async () => {
    const { id: tenantId, admin } = await createTenant(app.platform, 'bound');
    await app.platform.patch(`/v1/platform/tenants/${tenantId}`, { approval_required: true });
    const { id, tenants } = await startRollout({ selector: { tenant_ids: [tenantId] } });
    expect(tenants).toMatchObject({ eligible: 0, approval_required: 1 });
    expect(await getConfiguration(admin)).toMatchObject({ retrieval_top_k: 5 });
    const { body } = await app.platform.post<Rollout>(`${rolloutsPath}/${id}/promote`);
    expect(body.promotion).toMatchObject({ updated: 0, approval_required: 1 });
    const requests = await admin.get<{ items: object[] }>('/v1/config/change-requests');
    expect(requests.body.items).toMatchObject([{ state: 'pending', patch: { retrieval_top_k: 9 } }]);
    expect(await getConfiguration(admin)).toMatchObject({ retrieval_top_k: 5, version: 1 });
  });

  it('starts once for one Idempotency-Key', async () => {
    const { id: tenantId } = await createTenant(app.platform, 'once');
    const headers = { 'idempotency-key': 'start-once' };
    const ordered = aRolloutRequest({ selector: { tenant_ids: [tenantId] } });
    const first = await app.platform.post<Rollout>(rolloutsPath, ordered, headers);
    runningRolloutIds.push(first.body.id);
    const second = await app.platform.post<Rollout>(rolloutsPath, ordered, headers);
    expect([first.status, second.status, second.body]).toEqual([201, 201, first.body]);
  });

  it('conflicts with another rollout that can select the same tenants', async () => {
    const { id } = await startRollout({ selector: { plans: ['pro'] } });
    const second = await app.platform.post<Problem>(rolloutsPath, aRolloutRequest());
    expectProblem(second, 409, 'conflict');
    expect(second.body['rollouts']).toEqual([id]);
    await startRollout({ selector: { plans: ['basic'] } });
  });
});

it('lists rollouts newest first, in pages', async () => {
  const ids: string[] = [];
  for (const tenant of ['page-1', 'page-2', 'page-3']) {
    const { id } = await createTenant(app.platform, tenant);
    ids.unshift((await startRollout({ selector: { tenant_ids: [id] } })).id);
  }
  const first = await app.platform.get<{ items: Rollout[]; next_cursor: string }>(`${rolloutsPath}?limit=2`);
  const cursor = encodeURIComponent(first.body.next_cursor);
  const second = await app.platform.get<{ items: Rollout[] }>(`${rolloutsPath}?limit=1&cursor=${cursor}`);
  expect([...first.body.items, ...second.body.items].map(({ id }) => id)).toEqual(ids);
});

it('writes every action to the audit log with its author', async () => {
  const { id: tenantId } = await createTenant(app.platform, 'audited');
  const { id } = await startRollout({ selector: { tenant_ids: [tenantId] } });
  await app.platform.patch(`${rolloutsPath}/${id}`, { percentage: 50 });
  await app.platform.post(`${rolloutsPath}/${id}/abort`);
  const { body } = await app.platform.get<{ items: Record<string, unknown>[] }>(
    '/v1/platform/audit?limit=20',
  );
  const acts = body.items.filter(({ target }) => target === id);
  expect(acts).toMatchObject([
    { action: 'rollout.abort', before: { state: 'running' }, after: { state: 'aborted' } },
    { action: 'rollout.update', before: { percentage: 100 }, after: { percentage: 50 } },
    { action: 'rollout.start', after: { name: 'more chunks' } },
  ]);
  for (const { actor } of acts) expect(actor).toMatch(/^key:/);
});
