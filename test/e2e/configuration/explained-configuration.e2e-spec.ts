import { expectProblem } from '../../app/expect-problem.js';
import {
  type ConfigurationResponse,
  type Problem,
  type TestTenant,
  getConfiguration,
  getHistory,
  useTestApp,
} from '../../app/test-app.js';

interface ExplainedLayer {
  readonly layer: string;
  readonly value: unknown;
  readonly set_by: string | null;
  readonly at: string | null;
}
interface Explained {
  readonly layers: Record<string, ExplainedLayer[]>;
  readonly capped: Record<string, { by: string; from: unknown }>;
}
interface Preview {
  readonly valid: boolean;
  readonly errors: { field: string }[];
  readonly kept: string[];
  readonly changes: { field: string; from: unknown; to: unknown }[];
}

const app = useTestApp('explained', async () => ({ CONFIG_CHANGES_PER_HOUR: '50' }));
const time = expect.stringMatching(/^20\d\d-.*Z$/);

async function explain({ id, member }: TestTenant): Promise<Explained> {
  const { body } = await member.get<Explained>('/v1/config?include=layers');
  const path = `/v1/platform/tenants/${id}/config?include=layers`;
  expect((await app.platform.get<Explained>(path)).body).toEqual(body);
  return body;
}

describe('GET /v1/config?include=layers', () => {
  it('lists for each setting the layers with a value, lowest first, with who set it and when', async () => {
    const tenant = await app.createTenant('basic');
    await tenant.admin.patch('/v1/config', { temperature: 0.2 });
    await app.platform.patch(`/v1/platform/tenants/${tenant.id}/config`, { max_documents: 700 });
    const { layers, capped } = await explain(tenant);
    const platform = { layer: 'platform', value: 0.7, set_by: 'system', at: time };
    expect(layers['temperature']).toEqual([
      platform,
      { layer: 'tenant', value: 0.2, set_by: 'tenant_admin', at: time },
    ]);
    expect(layers['max_documents']).toEqual([
      { ...platform, value: expect.any(Number) },
      { layer: 'plan', value: 10_000, set_by: 'platform_admin', at: time },
      { layer: 'tenant', value: 700, set_by: 'platform_admin', at: time },
    ]);
    expect(layers['retrieval_alpha']).toHaveLength(1);
    expect(capped).toEqual({});
  });

  it('at is the time of the change that set the value, not of later changes of other settings', async () => {
    const tenant = await app.createTenant();
    const at = async () => (await explain(tenant)).layers['temperature']!.at(-1)!.at;
    await tenant.admin.patch('/v1/config', { temperature: 0.2 });
    const first = await at();
    await tenant.admin.patch('/v1/config', { max_tokens: 900 });
    expect(await at()).toBe(first);
    await tenant.admin.patch('/v1/config', { temperature: 0.3 });
    await tenant.admin.patch('/v1/config', { temperature: 0.2 });
    expect(Date.parse((await at())!)).toBeGreaterThan(Date.parse(first!));
  });

  it('names what the plan does not let apply: a ceiling, a model, a locked setting', async () => {
    const tenant = await app.createTenant('pro');
    const settings = { max_tokens: 3500, model_name: 'gpt-4', retrieval_top_k: 15, temperature: 0.4 };
    await tenant.admin.patch('/v1/config', settings);
    const stored = (await getConfiguration(tenant.member))['own'];
    const path = `/v1/platform/tenants/${tenant.id}`;
    expect((await app.platform.patch(path, { plan: 'basic', accept_clamping: true })).status).toBe(200);
    const plan = (await app.platform.get<object>('/v1/platform/plans/basic')).body;
    const { id: _, ...basic } = plan as { id: string; locked_settings: string[] };
    await app.platform.put('/v1/platform/plans/basic', { ...basic, locked_settings: ['temperature'] });
    const { capped, layers } = await explain(tenant);
    await app.platform.put('/v1/platform/plans/basic', basic);
    expect(stored).toMatchObject(settings);
    expect(capped).toEqual({
      max_tokens: { by: 'plan_ceiling', from: 3500 },
      model_name: { by: 'plan_models', from: 'gpt-4' },
      retrieval_top_k: { by: 'plan_ceiling', from: 15 },
      temperature: { by: 'locked_by_plan', from: 0.4 },
    });
    expect(layers['max_tokens']!.at(-1)).toMatchObject({ layer: 'tenant', value: 3500 });
  });
});

describe('POST /v1/config/rollback with dry_run', () => {
  it('shows what the rollback would change, and changes and counts nothing', async () => {
    const tenant = await app.createTenant();
    await tenant.admin.patch('/v1/config', { temperature: 0.2 });
    await tenant.admin.patch('/v1/config', { temperature: 0.3, max_tokens: 900 });
    const before = [await getConfiguration(tenant.member), await getHistory(tenant.admin)];
    const answer = await tenant.admin.post<Preview>('/v1/config/rollback', { to_version: 2, dry_run: true });
    expect([answer.status, answer.body]).toEqual([
      200,
      {
        valid: true,
        errors: [],
        kept: [],
        changes: [
          { field: 'max_tokens', from: 900, to: null },
          { field: 'temperature', from: 0.3, to: 0.2 },
        ],
      },
    ]);
    const session = async () =>
      (await tenant.admin.get<{ changes: { remaining: number } }>('/v1/session')).body.changes.remaining;
    const remaining = await session();
    const path = `/v1/platform/tenants/${tenant.id}/config/rollback`;
    expect((await app.platform.post(path, { to_version: 2, dry_run: true })).body).toEqual(answer.body);
    expect(await session()).toBe(remaining);
    expect([await getConfiguration(tenant.member), await getHistory(tenant.admin)]).toEqual(before);
    const made = await tenant.admin.post<ConfigurationResponse>('/v1/config/rollback', {
      to_version: 2,
      dry_run: false,
    });
    expect([made.status, made.body.version]).toEqual([200, 4]);
  });

  it('lists the errors of a rollback that would be refused, and what the caller may not restore', async () => {
    const tenant = await app.createTenant('pro');
    await tenant.admin.patch('/v1/config', { max_tokens: 3500 });
    await app.platform.patch(`/v1/platform/tenants/${tenant.id}/config`, { max_documents: 700 });
    await tenant.admin.patch('/v1/config', { max_tokens: null });
    await app.platform.patch(`/v1/platform/tenants/${tenant.id}`, { plan: 'basic' });
    const preview = (version: number) =>
      tenant.admin.post<Preview>('/v1/config/rollback', { to_version: version, dry_run: true });
    const { body } = await preview(2);
    expect([body.valid, body.errors.map(({ field }) => field), body.kept]).toEqual([
      false,
      ['max_tokens'],
      ['max_documents'],
    ]);
    expectProblem(await preview(99), 404, 'not-found');
    const both = { to_version: 1, steps: 1, dry_run: true };
    expectProblem(await tenant.admin.post<Problem>('/v1/config/rollback', both), 400, 'invalid-input');
    expectProblem(
      await tenant.member.post('/v1/config/rollback', { steps: 1, dry_run: true }),
      403,
      'forbidden',
    );
  });
});

describe('GET /v1/catalogue', () => {
  interface ListedModel {
    readonly id: string;
    readonly tier: string;
    readonly state: string;
  }
  const list = async ({ member }: TestTenant) =>
    (await member.get<{ items: ListedModel[] }>('/v1/catalogue?limit=200')).body.items;

  it('lists the models of the plan, without what concerns the operator alone', async () => {
    const basic = await list(await app.createTenant('basic'));
    expect(new Set(basic.map(({ tier }) => tier))).toEqual(new Set(['economy']));
    const all = await list(await app.createTenant('enterprise'));
    expect(all.length).toBeGreaterThan(basic.length);
    expect(Object.keys(all[0]!).toSorted()).toEqual([
      'cache_write_usd_per_mtok',
      'cached_input_usd_per_mtok',
      'context_window',
      'id',
      'input_usd_per_mtok',
      'max_output_tokens',
      'output_usd_per_mtok',
      'state',
      'temperature',
      'tier',
    ]);
  });

  it('GET /v1/catalogue is paged, and lists a retired model only for a tenant that uses it', async () => {
    const tenant = await app.createTenant('enterprise');
    const { body } = await tenant.member.get<{ items: ListedModel[]; next_cursor: string }>(
      '/v1/catalogue?limit=1',
    );
    const rest = await tenant.member.get<{ items: ListedModel[] }>(
      `/v1/catalogue?limit=200&cursor=${body.next_cursor}`,
    );
    expect([...body.items, ...rest.body.items]).toEqual(await list(tenant));
    const old = { provider: 'sandbox', tier: 'economy', context_window: 8000, max_output_tokens: 1000 };
    const prices = { temperature: null, input_usd_per_mtok: 1, output_usd_per_mtok: 2, state: 'active' };
    expect(
      (await app.platform.put('/v1/platform/models/old-model', { ...old, ...prices })).status,
    ).toBeLessThan(300);
    await tenant.admin.patch('/v1/config', { model_name: 'old-model' });
    expect((await app.platform.post('/v1/platform/models/old-model/retire')).status).toBe(200);
    expect(await list(tenant)).toContainEqual(expect.objectContaining({ id: 'old-model', state: 'retired' }));
    expect((await list(await app.createTenant('enterprise'))).map(({ id }) => id)).not.toContain('old-model');
  });
});
