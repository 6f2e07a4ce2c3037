import type { ApiClient } from '#testing';
import { expectProblem } from '../../app/expect-problem.js';
import {
  type Problem,
  type ConfigurationResponse,
  getConfiguration,
  createTenant,
  fieldErrorsIn,
  useTestApp,
} from '../../app/test-app.js';

interface BlastRadius {
  readonly matched: number;
  readonly changed: number;
  readonly sample: { tenant_id: string; changes: unknown[] }[];
}

const customModel = {
  provider: 'openai-compatible',
  tier: 'standard',
  base_url: 'http://vllm.internal:8000/v1',
  api_key_env: null,
  upstream_model: null,
  headers: null,
  extra_body: null,
  reasoning: null,
  context_window: 32_768,
  max_output_tokens: 8192,
  temperature: { min: 0, max: 2 },
  input_usd_per_mtok: 0.2,
  output_usd_per_mtok: 0.6,
  cached_input_usd_per_mtok: null,
  cache_write_usd_per_mtok: null,
};

const app = useTestApp('on-model');
let count = 0;

/** A model of its own. */
async function aModel(): Promise<{ id: string; path: string }> {
  count += 1;
  const id = `own/model-${count}`;
  const path = `/v1/platform/models/${encodeURIComponent(id)}`;
  expect((await app.platform.put(path, customModel)).body).toEqual({ id, ...customModel, state: 'active' });
  return { id, path };
}

async function aTenantWithModel(
  model: string,
  setting = 'model_name',
): Promise<{ id: string; admin: ApiClient }> {
  count += 1;
  const { id, admin } = await app.createTenant();
  expect((await admin.patch('/v1/config', { [setting]: model })).status).toBe(200);
  return { id, admin };
}

describe('retiring a model', () => {
  it('lists the affected tenants first, and they keep the model', async () => {
    const { id, path } = await aModel();
    const first = await aTenantWithModel(id);
    const second = await aTenantWithModel(id, 'model_fallback');
    const preview = await app.platform.post<BlastRadius>(`${path}/retire?preview=true`);
    expect([preview.status, preview.body]).toEqual([
      200,
      {
        matched: 2,
        changed: 0,
        failing: 0,
        approval_required: { changed: 0, sample: [] },
        sample: [first, second].map((tenant) => ({ tenant_id: tenant.id, changes: [] })),
      },
    ]);
    expect((await app.platform.get(path)).body).toMatchObject({ state: 'active' });
    expect((await app.platform.post(`${path}/retire`)).body).toMatchObject({ id, state: 'retired' });
    expect(await getConfiguration(first.admin)).toMatchObject({ version: 2, model_name: id });
    expect((await first.admin.patch('/v1/config', { temperature: 0.1 })).body).toMatchObject({
      model_name: id,
      temperature: 0.1,
    });
  });

  it('prevents choosing the model, also by a rollback', async () => {
    const { id, path } = await aModel();
    const { admin } = await aTenantWithModel(id);
    await admin.patch('/v1/config', { model_name: null });
    await app.platform.post(`${path}/retire`);
    const chosen = await admin.patch<Problem>('/v1/config', { model_name: id });
    expect([chosen.status, fieldErrorsIn(chosen.body)]).toEqual([400, ['model_name: enum']]);
    expect(chosen.body.errors?.[0]?.['allowed']).not.toContain(id);
    const back = await admin.post<Problem>('/v1/config/rollback', { to_version: 2 });
    expectProblem(back, 422, 'rollback-invalid');
    expect(back.body.errors).toMatchObject([{ field: 'model_name', rule: 'enum', value: id }]);
    expect((await getConfiguration(admin)).version).toBe(3);
  });

  it('fails while the platform’s or a plan’s defaults give it to new tenants, and says where', async () => {
    const { id, path } = await aModel();
    await app.platform.put('/v1/platform/plans/naming', {
      defaults: { model_fallback: id },
      allowed_tiers: ['economy', 'standard'],
      allowed_models: [],
      ceilings: {},
      locked_settings: [],
    });
    for (const way of ['', '?preview=true']) {
      const refused = await app.platform.post<Problem>(`${path}/retire${way}`);
      expectProblem(refused, 409, 'conflict');
      expect(refused.body['named_by']).toEqual([{ plan: 'naming', setting: 'model_fallback' }]);
    }
    expectProblem(await app.platform.put(path, { ...customModel, state: 'retired' }), 409, 'conflict');
    const usual = await app.platform.post<Problem>('/v1/platform/models/gpt-3.5-turbo/retire');
    expectProblem(usual, 409, 'conflict');
    expect(usual.body['named_by']).toEqual([
      { plan: null, setting: 'model_name' },
      { plan: null, setting: 'model_fallback' },
    ]);
    expect((await app.platform.get(path)).body).toMatchObject({ state: 'active' });
  });

  it('cannot race with defaults that start to name the model', async () => {
    for (let round = 0; round < 4; round += 1) {
      const { id, path } = await aModel();
      const [named, retired] = await Promise.all([
        app.platform.patch('/v1/platform/defaults', { model_fallback: id }),
        app.platform.post(`${path}/retire`),
      ]);
      expect([
        [200, 409],
        [400, 200],
      ]).toContainEqual([named.status, retired.status]);
      await app.platform.patch('/v1/platform/defaults', { model_fallback: null });
    }
  });
});

describe('a model without its key', () => {
  it('PUT of a model with an address of its own leaves the sandbox of the other models on', async () => {
    const { admin } = await app.createTenant();
    expect((await app.platform.put('/v1/platform/models/keyless', customModel)).status).toBe(200);
    const { status, body } = await admin.post('/v1/query', { question: 'When is the rent due?' });
    expect([status, body]).toMatchObject([200, { sandbox: true, model_used: 'gpt-3.5-turbo' }]);
  });

  it('PUT ?preview=true counts the tenants whose queries would fail, and their queries name the variable', async () => {
    const { id, path } = await aModel();
    const { admin } = await aTenantWithModel(id);
    await admin.patch('/v1/config', { model_fallback: 'none' });
    const keyless = { ...customModel, api_key_env: 'MODEL_KEY_ABSENT' };
    const preview = await app.platform.put<BlastRadius>(`${path}?preview=true`, keyless);
    expect(preview.body).toMatchObject({ matched: 1, changed: 0, failing: 1 });
    expect((await app.platform.put(path, keyless)).status).toBe(200);
    const answer = await admin.post<Problem>('/v1/query', { question: 'When is the rent due?' });
    expectProblem(answer, 502, 'upstream-failed');
    expect(answer.body).toMatchObject({
      detail: `No model answered. MODEL_KEY_ABSENT is not set, so ${id} cannot be asked.`,
      attempts: [{ model: id, outcome: 'authentication' }],
    });
  });

  it.each([
    [{ api_key_env: 'STRIPE_API_KEY' }, 'enum'],
    [{ api_key_env: 'ATTUNE_API_KEY' }, 'enum'],
    [{ api_key_env: 'OPENAI_API_KEY' }, 'combination'],
    [{ provider: 'openai', api_key_env: null }, 'combination'],
    [{ provider: 'anthropic', api_key_env: null }, 'combination'],
  ])(
    'PUT /v1/platform/models/{id} refuses to send a foreign key to its address: %j',
    async (change, rule) => {
      const { path } = await aModel();
      const { status, body } = await app.platform.put<Problem>(path, { ...customModel, ...change });
      expect([status, fieldErrorsIn(body)]).toEqual([400, [`api_key_env: ${rule}`]]);
    },
  );
});

describe('deleting a model', () => {
  it('DELETE /v1/platform/models/{id} answers 409 with the tenants that use the model, and 204 when there are none', async () => {
    const { id, path } = await aModel();
    const tenant = await aTenantWithModel(id);
    const refused = await app.platform.del<Problem>(path);
    expectProblem(refused, 409, 'conflict');
    expect(refused.body['used_by']).toEqual({ tenants: 1, sample: [tenant.id] });
    await tenant.admin.patch('/v1/config', { model_name: null });
    expect((await app.platform.del(path)).status).toBe(204);
    expectProblem(await app.platform.del<Problem>(path), 404, 'not-found');
    expect((await tenant.admin.patch('/v1/config', { model_name: id })).status).toBe(400);
  });
});

describe('changing a model', () => {
  it('previews the tenants that lose it and those that get it back', async () => {
    const { id, path } = await aModel();
    const { id: tenantId, admin } = await aTenantWithModel(id);
    const lost = await app.platform.put<BlastRadius>(`${path}?preview=true`, {
      ...customModel,
      tier: 'premium',
    });
    const changes = [{ field: 'model_name', from: id, to: 'gpt-3.5-turbo' }];
    expect(lost.body).toEqual({
      matched: 1,
      changed: 1,
      failing: 0,
      approval_required: { changed: 0, sample: [] },
      sample: [{ tenant_id: tenantId, changes }],
    });
    expect((await getConfiguration(admin))['model_name']).toBe(id);
    await app.platform.put(path, { ...customModel, tier: 'premium' });
    expect((await getConfiguration(admin))['model_name']).toBe('gpt-3.5-turbo');
    const returned = await app.platform.put<BlastRadius>(`${path}?preview=true`, customModel);
    expect(returned.body).toMatchObject({ matched: 1, changed: 1 });
  });

  it('applies the previewed change, and refuses another id', async () => {
    const { path } = await aModel();
    const { body } = await app.platform.get<object>(path);
    expect(await app.platform.put(path, body)).toMatchObject({ status: 200, body });
    const renamed = await app.platform.put<Problem>(path, { ...body, id: 'another' });
    expect([renamed.status, fieldErrorsIn(renamed.body)]).toEqual([400, ['id: enum']]);
  });

  it('affects nobody when no tenant uses the model', async () => {
    const { path } = await aModel();
    const nobody = {
      matched: 0,
      changed: 0,
      failing: 0,
      approval_required: { changed: 0, sample: [] },
      sample: [],
    };
    expect(
      (await app.platform.put(`${path}?preview=true`, { ...customModel, tier: 'economy' })).body,
    ).toEqual(nobody);
    expect((await app.platform.put('/v1/platform/models/unheard-of?preview=true', customModel)).body).toEqual(
      nobody,
    );
    expect((await app.platform.get('/v1/platform/models/unheard-of')).status).toBe(404);
  });

  it('answers 403 to tenants', async () => {
    const { path } = await aModel();
    const { admin } = await createTenant(app.platform, 'curious');
    for (const query of ['', '?preview=true']) {
      expectProblem(await admin.put(path + query, customModel), 403, 'forbidden');
      expectProblem(await admin.post(`${path}/retire${query}`), 403, 'forbidden');
    }
    expect((await admin.get<ConfigurationResponse>('/v1/config')).status).toBe(200);
  });
});
