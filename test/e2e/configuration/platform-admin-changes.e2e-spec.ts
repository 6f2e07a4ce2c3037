import type { ApiClient } from '#testing';
import {
  type Problem,
  type ConfigurationResponse,
  type TestTenant,
  getConfiguration,
  fieldErrorsIn,
  getHistory,
  useTestApp,
} from '../../app/test-app.js';

interface TenantWithPath extends TestTenant {
  /** The tenant's configuration on the platform's routes. */
  readonly path: string;
}

const app = useTestApp('governed');

async function aTenant(plan?: string): Promise<TenantWithPath> {
  const tenant = await app.createTenant(plan);
  return { ...tenant, path: `/v1/platform/tenants/${tenant.id}/config` };
}

async function fieldErrorsOfPatch(client: ApiClient, patch: object): Promise<string[]> {
  const { status, body } = await client.patch<Problem>('/v1/config', patch);
  expect([status, body.type]).toEqual([400, '/problems/invalid-input']);
  return fieldErrorsIn(body);
}

describe('a platform admin', () => {
  it('sets what only the platform sets, and reads the tenant as its members do', async () => {
    const { path, member } = await aTenant();
    const patch = { max_queries_per_day: 200, max_documents: 300, monthly_budget_usd: 'unlimited' };
    const { status, body } = await app.platform.patch<ConfigurationResponse>(path, {
      ...patch,
      reason: 'a trial',
    });
    expect([status, body]).toMatchObject([
      200,
      { version: 2, ...patch, last_modified_by_role: 'platform_admin' },
    ]);
    expect((await app.platform.get(path)).body).toEqual((await member.get('/v1/config')).body);
    expect((await getHistory(member))[0]).toMatchObject({
      changed_by_role: 'platform_admin',
      reason: 'a trial',
    });
  });

  it('reads history, versions, differences and validity of one tenant', async () => {
    const { path, admin } = await aTenant();
    await admin.patch('/v1/config', { temperature: 0.1 });
    for (const read of ['/history', '/history/2', '/diff?from=1&to=2'])
      expect((await app.platform.get(path + read)).body).toEqual((await admin.get(`/v1/config${read}`)).body);
    const validity = await app.platform.post(`${path}/validate`, { max_documents: 500 });
    expect(validity.body).toEqual({ valid: true, errors: [] });
  });

  it('finds no tenant that does not exist', async () => {
    for (const read of ['', '/history', '/history/1', '/diff?from=1&to=1'])
      expect((await app.platform.get(`/v1/platform/tenants/nobody/config${read}`)).status).toBe(404);
    expect((await app.platform.patch('/v1/platform/tenants/nobody/config', { temperature: 1 })).status).toBe(
      404,
    );
    expect(
      (await app.platform.post('/v1/platform/tenants/nobody/config/rollback', { steps: 1 })).status,
    ).toBe(404);
  });

  it('cannot change a tenant with override_allowed: false unless with force and a reason', async () => {
    const { path, admin } = await aTenant();
    await admin.patch('/v1/config', { override_allowed: false });
    const met = await app.platform.patch<Problem>(path, { temperature: 0.1 });
    expect([met.status, met.body.type]).toEqual([409, '/problems/override-not-allowed']);
    const unreasoned = await app.platform.patch<Problem>(path, { temperature: 0.1, force: true });
    expect([unreasoned.status, fieldErrorsIn(unreasoned.body)]).toEqual([400, ['reason: required']]);
    expect((await getConfiguration(admin)).version).toBe(2);
    const forced = await app.platform.patch<ConfigurationResponse>(path, {
      temperature: 0.1,
      force: true,
      reason: 'an emergency',
    });
    expect([forced.status, forced.body]).toMatchObject([200, { temperature: 0.1, override_allowed: false }]);
    expect((await getHistory(admin))[0]).toMatchObject({ version: 3, reason: 'an emergency' });
  });

  it('cannot roll such a tenant back without force either', async () => {
    const { path, admin } = await aTenant();
    await admin.patch('/v1/config', { temperature: 0.1 });
    await admin.patch('/v1/config', { override_allowed: false });
    expect((await app.platform.post<Problem>(`${path}/rollback`, { to_version: 1 })).body.type).toBe(
      '/problems/override-not-allowed',
    );
    const force = { to_version: 1, force: true, reason: 'an emergency' };
    expect((await app.platform.post(`${path}/rollback`, force)).body).toMatchObject({
      version: 4,
      temperature: 0.7,
    });
  });

  it('gets a 400 for an unknown query parameter of a change', async () => {
    const { path, admin } = await aTenant();
    const patch = { temperature: 0.4 };
    const answers = [
      await app.platform.patch<Problem>(`${path}?preview=true`, patch),
      await admin.patch<Problem>('/v1/config?dry_run=true', patch),
      await app.platform.post<Problem>(`${path}/validate?gate=true`, patch),
      await admin.post<Problem>('/v1/config/validate?gate=true', patch),
    ];
    expect(answers.map(({ status, body }) => [status, ...fieldErrorsIn(body)])).toEqual([
      [400, 'preview: unknown_field'],
      [400, 'dry_run: unknown_field'],
      [400, 'gate: unknown_field'],
      [400, 'gate: unknown_field'],
    ]);
    expect(await getConfiguration(admin)).toMatchObject({ version: 1, own: {} });
  });

  it('has no /v1/config of its own', async () => {
    expect((await app.platform.get('/v1/config')).status).toBe(403);
    expect((await app.platform.patch('/v1/config', { temperature: 1 })).status).toBe(403);
  });
});

describe('override_allowed', () => {
  it('turns off when a tenant admin changes or removes what the platform had set', async () => {
    for (const value of [0.4, null]) {
      const { path, admin } = await aTenant();
      await app.platform.patch(path, { temperature: 0.1 });
      const { body } = await admin.patch<ConfigurationResponse>('/v1/config', { temperature: value });
      expect(body).toMatchObject({
        version: 3,
        override_allowed: false,
        last_modified_by_role: 'tenant_admin',
      });
    }
  });

  it('keeps its value when a tenant admin changes something else or repeats the value', async () => {
    const { path, admin } = await aTenant();
    await app.platform.patch(path, { temperature: 0.1 });
    await admin.patch('/v1/config', { max_tokens: 500, temperature: 0.1 });
    expect(await getConfiguration(admin)).toMatchObject({ version: 3, override_allowed: true });
  });

  it('accepts either value from a tenant admin', async () => {
    const { admin } = await aTenant();
    for (const wanted of [false, true]) {
      const { body } = await admin.patch<ConfigurationResponse>('/v1/config', { override_allowed: wanted });
      expect(body.override_allowed).toBe(wanted);
    }
    expect((await getConfiguration(admin)).version).toBe(3);
  });
});

describe('a tenant admin', () => {
  it('cannot set what only the platform sets, nor use force', async () => {
    const { admin } = await aTenant();
    const limits = { max_queries_per_day: 200, max_documents: null, monthly_budget_usd: 1 };
    expect(await fieldErrorsOfPatch(admin, limits)).toEqual([
      'max_documents: platform_only',
      'max_queries_per_day: platform_only',
      'monthly_budget_usd: platform_only',
    ]);
    expect((await admin.patch('/v1/config', { temperature: 1, force: true, reason: 'mine' })).status).toBe(
      400,
    );
  });

  it('cannot set what the plan locks', async () => {
    const locked_settings = ['temperature', 'system_prompt_template'];
    await app.platform.put('/v1/platform/plans/certified', {
      defaults: { temperature: 0 },
      allowed_tiers: ['economy'],
      allowed_models: [],
      ceilings: {},
      locked_settings,
    });
    const { admin, path } = await aTenant('certified');
    expect(await fieldErrorsOfPatch(admin, { temperature: 1, system_prompt_template: 'x' })).toEqual([
      'system_prompt_template: locked_by_plan',
      'temperature: locked_by_plan',
    ]);
    expect((await app.platform.patch(path, { temperature: 0.5 })).status).toBe(200);
  });

  it("cannot exceed the plan's ceilings or choose a model outside the plan", async () => {
    const { admin } = await aTenant('basic');
    const patch = { max_tokens: 2001, retrieval_top_k: 11, model_name: 'gpt-4', model_fallback: 'nothing' };
    expect(await fieldErrorsOfPatch(admin, patch)).toEqual([
      'max_tokens: plan_ceiling',
      'model_fallback: enum',
      'model_name: enum',
      'retrieval_top_k: plan_ceiling',
    ]);
    const atTheCeiling = { max_tokens: 2000, retrieval_top_k: 10, model_fallback: 'none' };
    expect((await admin.patch('/v1/config', atTheCeiling)).status).toBe(200);
  });

  it('cannot set what the chosen model does not accept, whichever of the two is changed', async () => {
    const { admin } = await aTenant();
    expect(
      await fieldErrorsOfPatch(admin, { model_name: 'claude-3-sonnet-20240229', temperature: 1.1 }),
    ).toContain('temperature: model_range');
    await admin.patch('/v1/config', { temperature: 1.5 });
    expect(await fieldErrorsOfPatch(admin, { model_name: 'claude-3-sonnet-20240229' })).toContain(
      'temperature: model_range',
    );
    const together = { model_name: 'claude-3-sonnet-20240229', temperature: 1 };
    expect((await admin.patch('/v1/config', together)).status).toBe(200);
    expect(
      await fieldErrorsOfPatch(admin, { temperature: null, model_name: null, max_tokens: 4001 }),
    ).toEqual(['max_tokens: max']);
  });

  it('cannot keep more chunks after reranking than before, and gets an entry for each field that takes part', async () => {
    const { admin } = await aTenant();
    const patch = { rerank_enabled: true, rerank_top_n: 6, retrieval_top_k: 5 };
    const faults = await fieldErrorsOfPatch(admin, patch);
    expect(faults).toEqual(
      expect.arrayContaining(['rerank_top_n: combination', 'retrieval_top_k: combination']),
    );
    await admin.patch('/v1/config', { rerank_top_n: 6 });
    expect(await fieldErrorsOfPatch(admin, { rerank_enabled: true })).toContain('rerank_top_n: combination');
    expect((await admin.patch('/v1/config', { rerank_enabled: true, retrieval_top_k: 6 })).status).toBe(200);
  });

  it('gets all errors at once, and nothing changes', async () => {
    const { admin } = await aTenant('basic');
    const patch = {
      temperature: 2.1,
      max_documents: 500,
      colour: 1,
      model_name: 'gpt-4',
      retrieval_top_k: 1.5,
    };
    expect(await fieldErrorsOfPatch(admin, patch)).toEqual([
      'colour: unknown_field',
      'max_documents: platform_only',
      'model_name: enum',
      'retrieval_top_k: type',
      'temperature: max',
    ]);
    expect(await getConfiguration(admin)).toMatchObject({ version: 1, own: {} });
  });
});
