import { expectProblem } from '../../app/expect-problem.js';
import {
  type Problem,
  type ConfigurationResponse,
  type TestTenant,
  getConfiguration,
  createTenant,
  fieldErrorsIn,
  useTestApp,
} from '../../app/test-app.js';

interface BlastRadius {
  readonly matched: number;
  readonly changed: number;
  readonly sample: { tenant_id: string; changes: { field: string; from: unknown; to: unknown }[] }[];
}

const certified = {
  defaults: { temperature: 0 },
  allowed_tiers: ['economy'],
  allowed_models: [],
  ceilings: { max_tokens: 2000 },
  locked_settings: [],
};

const app = useTestApp();
let count = 0;

/** A plan of its own, and one tenant on it. */
async function aTenantOnOwnPlan(own: object = {}): Promise<{ path: string; tenant: TestTenant }> {
  count += 1;
  const path = `/v1/platform/plans/plan-${count}`;
  expect((await app.platform.put(path, certified)).status).toBe(200);
  const tenant = await createTenant(app.platform, `of-plan-${count}`, `plan-${count}`);
  if (Object.keys(own).length > 0) expect((await tenant.admin.patch('/v1/config', own)).status).toBe(200);
  return { path, tenant };
}

describe('PUT /v1/platform/plans/{plan}', () => {
  it('previews the tenants whose settings would change, and changes nothing in a preview', async () => {
    const { path, tenant } = await aTenantOnOwnPlan({ max_tokens: 1500 });
    const change = { ...certified, defaults: { temperature: 1 }, ceilings: { max_tokens: 1200 } };
    const preview = await app.platform.put<BlastRadius>(`${path}?preview=true`, change);
    expect([preview.status, preview.body]).toEqual([
      200,
      {
        matched: 1,
        changed: 1,
        failing: 0,
        approval_required: { changed: 0, sample: [] },
        sample: [
          {
            tenant_id: tenant.id,
            changes: [
              { field: 'max_tokens', from: 1500, to: 1200 },
              { field: 'temperature', from: 0, to: 1 },
            ],
          },
        ],
      },
    ]);
    expect((await app.platform.get(path)).body).toMatchObject(certified);
    expect(await getConfiguration(tenant.admin)).toMatchObject({ temperature: 0, max_tokens: 1500 });
    expect((await app.platform.put(`${path}?preview=false`, change)).body).toMatchObject(change);
    expect(await getConfiguration(tenant.admin)).toMatchObject({
      version: 2,
      temperature: 1,
      max_tokens: 1200,
      own: { max_tokens: 1500 },
      sources: { temperature: 'plan', max_tokens: 'plan' },
    });
  });

  it('changes the ETag and not the version', async () => {
    const { path, tenant } = await aTenantOnOwnPlan();
    const before = await tenant.member.get<ConfigurationResponse>('/v1/config');
    await app.platform.put(path, { ...certified, defaults: { temperature: 0.5 } });
    const after = await tenant.member.get<ConfigurationResponse>('/v1/config');
    expect(after.body).toMatchObject({ version: before.body.version, temperature: 0.5 });
    expect(after.headers.get('etag')).not.toBe(before.headers.get('etag'));
  });

  it.each([
    [{ defaults: { model_name: 'gpt-4' } }, ['defaults.model_name: enum']],
    [
      { defaults: { temperature: 'hot', surprise: 1 } },
      ['defaults.surprise: unknown_field', 'defaults.temperature: type'],
    ],
    [{ defaults: { max_tokens: 3000 } }, ['defaults.max_tokens: plan_ceiling']],
    [{ ceilings: { max_tokens: '2000' } }, ['ceilings.max_tokens: type']],
    [{ ceilings: { prompt_variables: 3 } }, ['ceilings.prompt_variables: unknown_field']],
    [{ locked_settings: ['everything'] }, ['locked_settings: enum']],
    [{ allowed_tiers: ['free'] }, ['allowed_tiers: enum']],
    [{ id: 'another' }, ['id: enum']],
  ])('refuses %j, in a preview too', async (fault, faults) => {
    const { path } = await aTenantOnOwnPlan();
    for (const query of ['', '?preview=true']) {
      const { status, body } = await app.platform.put<Problem>(path + query, { ...certified, ...fault });
      expect([status, fieldErrorsIn(body)]).toEqual([400, faults]);
    }
    expect((await app.platform.get(path)).body).toMatchObject(certified);
  });

  it('answers 403 to tenants', async () => {
    const { path, tenant } = await aTenantOnOwnPlan();
    for (const query of ['', '?preview=true'])
      expectProblem(await tenant.admin.put(path + query, certified), 403, 'forbidden');
  });
});

describe('a locked setting', () => {
  async function aLocked(): Promise<{ tenant: TestTenant; path: string }> {
    const { path, tenant } = await aTenantOnOwnPlan({ temperature: 1, max_tokens: 500 });
    const locked = { ...certified, locked_settings: ['temperature', 'prompt_variables'] };
    const preview = await app.platform.put<BlastRadius>(`${path}?preview=true`, locked);
    expect(preview.body.sample).toEqual([
      { tenant_id: tenant.id, changes: [{ field: 'temperature', from: 1, to: 0 }] },
    ]);
    expect((await app.platform.put(path, locked)).status).toBe(200);
    return { tenant, path: `/v1/platform/tenants/${tenant.id}/config` };
  }

  it('takes the plan’s value at once, whatever the tenant had set', async () => {
    const { tenant } = await aLocked();
    expect(await getConfiguration(tenant.admin)).toMatchObject({
      version: 2,
      temperature: 0,
      max_tokens: 500,
      own: { temperature: 1 },
      sources: { temperature: 'plan' },
    });
  });

  it('cannot be set, removed or rolled back by the tenant', async () => {
    const { tenant } = await aLocked();
    for (const patch of [{ temperature: 0.5 }, { temperature: null }, { prompt_variables: { a: 1 } }]) {
      const { status, body } = await tenant.admin.patch<Problem>('/v1/config', patch);
      expect([status, body.errors?.map(({ rule }) => rule)]).toEqual([400, ['locked_by_plan']]);
    }
    const { body } = await tenant.admin.post<ConfigurationResponse>('/v1/config/rollback', { to_version: 1 });
    expect(body).toMatchObject({ version: 3, temperature: 0, max_tokens: 1000, kept: ['temperature'] });
    expect((await getConfiguration(tenant.admin)).own).toEqual({ temperature: 1 });
  });

  it('can be set and rolled back by a platform admin', async () => {
    const { tenant, path } = await aLocked();
    expect((await app.platform.patch(path, { temperature: 0.4 })).body).toMatchObject({ temperature: 0.4 });
    expect((await getConfiguration(tenant.member)).sources).toMatchObject({ temperature: 'tenant' });
    const { body } = await app.platform.post<ConfigurationResponse>(`${path}/rollback`, { to_version: 1 });
    expect(body).toMatchObject({ temperature: 0, kept: [] });
  });
});

describe('PATCH /v1/platform/defaults', () => {
  const path = '/v1/platform/defaults';

  it('previews the effect on all tenants', async () => {
    const { tenant } = await aTenantOnOwnPlan({ retrieval_top_k: 7 });
    const whole = await app.platform.patch<BlastRadius>(`${path}?preview=true`, { retrieval_top_k: 9 });
    const tenants = await app.platform.get<{ items: unknown[] }>('/v1/platform/tenants?limit=200');
    expect(whole.body.matched).toBe(tenants.body.items.length);
    expect(whole.body.changed).toBeLessThan(whole.body.matched);
    expect(whole.body.sample.every(({ changes }) => changes[0]?.to === 9)).toBe(true);
    expect(await getConfiguration(tenant.admin)).toMatchObject({ version: 2, retrieval_top_k: 7 });
    expect((await app.platform.get<TestTenant>(path)).body).toMatchObject({ retrieval_top_k: 5 });
  });

  it('applies the change, shows the platform as its source, and null removes it', async () => {
    const { tenant } = await aTenantOnOwnPlan();
    expect((await app.platform.patch(path, { ui_primary_color: '#111111' })).status).toBe(200);
    expect(await getConfiguration(tenant.member)).toMatchObject({
      version: 1,
      ui_primary_color: '#111111',
      sources: { ui_primary_color: 'platform' },
    });
    expect((await app.platform.patch(path, { ui_primary_color: null })).body).toMatchObject({
      ui_primary_color: '#007bff',
    });
  });

  it.each([
    [{ temperature: 3 }, ['temperature: max']],
    [{ model_name: 'nobody', colour: 1 }, ['colour: unknown_field']],
    [{ model_name: 'nobody' }, ['model_name: enum']],
    [{ reason: 'because' }, ['reason: unknown_field']],
    [
      { rerank_enabled: true, rerank_top_n: 9 },
      ['rerank_enabled: combination', 'rerank_top_n: combination', 'retrieval_top_k: combination'],
    ],
    [[], [': type']],
  ])('refuses %j, in a preview too', async (patch, faults) => {
    for (const query of ['', '?preview=true']) {
      const { status, body } = await app.platform.patch<Problem>(path + query, patch);
      expect([status, fieldErrorsIn(body)]).toEqual([400, faults]);
    }
  });

  it('keeps every one of many concurrent changes', async () => {
    const colours = Array.from({ length: 8 }, (_, at) => `#00000${at}`);
    const patches = [
      ...colours.map((ui_primary_color) => ({ ui_primary_color })),
      { max_queries_per_day: 500 },
      { retrieval_alpha: 1 },
    ];
    const answers = await Promise.all(patches.map((patch) => app.platform.patch(path, patch)));
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
    const { body } = await app.platform.get<Record<string, unknown>>(path);
    expect(body).toMatchObject({ max_queries_per_day: 500, retrieval_alpha: 1 });
    expect(colours).toContain(body['ui_primary_color']);
  });
});

describe('moving a tenant to another plan', () => {
  it('fails with the settings that the plan would clamp, succeeds when that is accepted, and a move back restores all', async () => {
    const { admin, id } = await createTenant(app.platform, 'mover', 'pro');
    await admin.patch('/v1/config', { max_tokens: 3500, model_name: 'gpt-4', temperature: 0.2 });
    const path = `/v1/platform/tenants/${id}`;
    const refused = await app.platform.patch<Problem>(path, { plan: 'basic' });
    expectProblem(refused, 409, 'conflict');
    expect(fieldErrorsIn(refused.body)).toEqual(['max_tokens: plan_ceiling', 'model_name: enum']);
    expect((await app.platform.get(path)).body).toMatchObject({ plan: 'pro' });
    expect((await app.platform.patch(path, { plan: 'basic', accept_clamping: true })).status).toBe(200);
    expect(await getConfiguration(admin)).toMatchObject({ version: 2, max_tokens: 2000, temperature: 0.2 });
    expect((await getConfiguration(admin))['model_name']).toBe('gpt-3.5-turbo');
    expect((await admin.patch<Problem>('/v1/config', { max_tokens: 3000 })).status).toBe(400);
    expect((await app.platform.patch(path, { plan: 'pro' })).status).toBe(200);
    expect(await getConfiguration(admin)).toMatchObject({ max_tokens: 3500, model_name: 'gpt-4' });
  });

  it('refuses a preview, which does not exist, and changes nothing', async () => {
    const { id } = await createTenant(app.platform, 'looker', 'pro');
    const path = `/v1/platform/tenants/${id}`;
    for (const query of ['?preview=true', '?dry_run=true']) {
      expectProblem(await app.platform.patch(path + query, { plan: 'basic' }), 400, 'invalid-input');
      expectProblem(await app.platform.del(path + query), 400, 'invalid-input');
    }
    expect((await app.platform.get(path)).body).toMatchObject({ plan: 'pro' });
  });

  it('changes nothing when it fails', async () => {
    const { admin, id } = await createTenant(app.platform, 'half-mover', 'pro');
    await admin.patch('/v1/config', { max_tokens: 3500 });
    const path = `/v1/platform/tenants/${id}`;
    expect(
      (await app.platform.patch(path, { plan: 'basic', name: 'Renamed', status: 'suspended' })).status,
    ).toBe(409);
    expect((await app.platform.get(path)).body).toMatchObject({ plan: 'pro', name: id, status: 'active' });
    expect((await app.platform.patch(path, { plan: 'nowhere', name: 'Renamed' })).status).toBe(400);
    expect((await app.platform.get(path)).body).toMatchObject({ name: id });
  });
});
