import type { ApiResponse, ApiClient } from '#testing';
import { expectProblem } from '../../app/expect-problem.js';
import {
  type Problem,
  type ConfigurationResponse,
  type TestTenant,
  getConfiguration,
  getHistory,
  useTestApp,
} from '../../app/test-app.js';

interface TenantWithPath extends TestTenant {
  /** The tenant's configuration on the platform's routes. */
  readonly path: string;
}

const app = useTestApp('going-back');

/** A tenant after these patches, at version 1 + their number. */
async function aTenant(...patches: object[]): Promise<TenantWithPath> {
  const tenant = await app.createTenant();
  for (const patch of patches) expect((await tenant.admin.patch('/v1/config', patch)).status).toBe(200);
  return { ...tenant, path: `/v1/platform/tenants/${tenant.id}/config` };
}

function rollBack(
  client: ApiClient,
  body: object,
  headers = {},
): Promise<ApiResponse<ConfigurationResponse & Problem>> {
  return client.post<ConfigurationResponse & Problem>('/v1/config/rollback', body, headers);
}

async function getOwnSettings({ admin }: TenantWithPath): Promise<unknown> {
  return (await getConfiguration(admin)).own;
}

describe('POST /v1/config/rollback', () => {
  it('undoes a change', async () => {
    const tenant = await aTenant({ temperature: 0.1 }, { temperature: 0.9, max_tokens: 300 });
    expect((await rollBack(tenant.admin, { steps: 1 })).body).toMatchObject({
      version: 4,
      temperature: 0.1,
      kept: [],
    });
    expect(await getOwnSettings(tenant)).toEqual({ temperature: 0.1 });
  });

  it('undoes a rollback', async () => {
    const tenant = await aTenant({ temperature: 0.1 }, { temperature: 0.9 });
    await rollBack(tenant.admin, { steps: 1 });
    expect((await rollBack(tenant.admin, { steps: 1 })).body).toMatchObject({ version: 5, temperature: 0.9 });
    const [last, before] = await getHistory(tenant.admin);
    expect([last, before]).toMatchObject([
      {
        version: 5,
        action: 'rollback',
        from_version: 3,
        changes: [{ field: 'temperature', from: 0.1, to: 0.9 }],
      },
      { version: 4, action: 'rollback', from_version: 2 },
    ]);
  });

  it('to version 1 leaves the tenant with nothing of its own', async () => {
    const tenant = await aTenant({ temperature: 0.1, prompt_variables: { a: 1 } }, { max_tokens: 300 });
    expect((await rollBack(tenant.admin, { to_version: 1 })).body).toMatchObject({
      version: 4,
      temperature: 0.7,
    });
    expect(await getOwnSettings(tenant)).toEqual({});
  });

  it('restores absences: settings that were null then are inherited again', async () => {
    const tenant = await aTenant(
      { ui_logo_url: 'https://logo.example/a.svg', temperature: 0.1 },
      { ui_logo_url: null, temperature: null },
      { ui_logo_url: 'https://logo.example/b.svg', temperature: 0 },
    );
    expect((await rollBack(tenant.admin, { to_version: 3 })).body).toMatchObject({
      ui_logo_url: null,
      temperature: 0.7,
    });
    expect(await getConfiguration(tenant.admin)).toMatchObject({
      own: {},
      sources: { ui_logo_url: 'platform', temperature: 'platform' },
    });
  });

  it('restores prompt variables as a whole, not merged into today’s', async () => {
    const tenant = await aTenant(
      { prompt_variables: { a: 1, b: 'two' } },
      { prompt_variables: { b: null, c: true } },
    );
    await rollBack(tenant.admin, { steps: 1 });
    expect(await getOwnSettings(tenant)).toEqual({ prompt_variables: { a: 1, b: 'two' } });
  });

  it.each([1, 2, 3])('goes that many steps back for ?version=%i', async (steps) => {
    const tenant = await aTenant({ temperature: 0.1 }, { temperature: 0.2 }, { temperature: 0.3 });
    const { body } = await tenant.admin.post<ConfigurationResponse>(`/v1/config/rollback?version=${steps}`);
    expect(body).toMatchObject({ version: 5, temperature: [0.2, 0.1, 0.7][steps - 1] });
    expect((await getHistory(tenant.admin))[0]).toMatchObject({ from_version: 4 - steps });
  });

  it('answers with the reasons when the model was retired since', async () => {
    const tenant = await aTenant(
      { model_name: 'gpt-4-turbo-preview', temperature: 0.1 },
      { model_name: 'gpt-4' },
    );
    await app.platform.post('/v1/platform/models/gpt-4-turbo-preview/retire');
    const refused = await rollBack(tenant.admin, { to_version: 2 });
    expectProblem(refused, 422, 'rollback-invalid');
    expect(refused.body.errors).toMatchObject([
      {
        field: 'model_name',
        rule: 'enum',
        value: 'gpt-4-turbo-preview',
        message: expect.stringMatching(/retired/),
      },
    ]);
    expect(await getConfiguration(tenant.admin)).toMatchObject({ version: 3, model_name: 'gpt-4' });
    const still = await app.platform.post<Problem>(`${tenant.path}/rollback`, { to_version: 2 });
    expectProblem(still, 422, 'rollback-invalid');
    await app.platform.put('/v1/platform/models/gpt-4-turbo-preview', {
      ...(await app.platform.get<object>('/v1/platform/models/gpt-4-turbo-preview')).body,
      state: 'active',
    });
    expect((await rollBack(tenant.admin, { to_version: 2 })).status).toBe(200);
  });

  it('ignores errors in what only the platform sets and can correct', async () => {
    const tenant = await aTenant({ temperature: 0.1 }, { temperature: 0.2 });
    await app.platform.patch(tenant.path, { max_queries_per_day: 90_000 });
    const plan = (await app.platform.get<Record<string, unknown>>('/v1/platform/plans/pro')).body;
    await app.platform.put('/v1/platform/plans/narrow', {
      ...plan,
      id: 'narrow',
      ceilings: { max_queries_per_day: 10_000 },
    });
    const move = { plan: 'narrow', accept_clamping: true };
    expect((await app.platform.patch(`/v1/platform/tenants/${tenant.id}`, move)).status).toBe(200);
    expect((await rollBack(tenant.admin, { to_version: 2 })).body).toMatchObject({
      version: 5,
      temperature: 0.1,
      max_queries_per_day: 10_000,
      kept: ['max_queries_per_day'],
    });
  });

  it('keeps and lists what the tenant cannot restore, in both directions', async () => {
    const tenant = await aTenant({ temperature: 0.1 });
    await app.platform.patch(tenant.path, { max_documents: 777 });
    expect((await rollBack(tenant.admin, { to_version: 1 })).body).toMatchObject({
      max_documents: 777,
      kept: ['max_documents'],
    });
    await app.platform.patch(tenant.path, { max_documents: null });
    expect((await rollBack(tenant.admin, { to_version: 3 })).body).toMatchObject({
      temperature: 0.1,
      max_documents: 50_000,
      kept: ['max_documents'],
    });
  });

  it('leaves override_allowed as its author set it', async () => {
    const tenant = await aTenant({ temperature: 0.1 }, { override_allowed: false }, { temperature: 0.2 });
    expect((await rollBack(tenant.admin, { to_version: 2 })).body).toMatchObject({ override_allowed: false });
    const forced = { to_version: 2, force: true, reason: 'an incident' };
    const { body } = await app.platform.post<ConfigurationResponse>(`${tenant.path}/rollback`, forced);
    expect(body).toMatchObject({ version: 6, override_allowed: true, kept: [] });
    expect((await getHistory(tenant.admin))[0]).toMatchObject({
      action: 'rollback',
      changed_by_role: 'platform_admin',
      reason: 'an incident',
      changes: [{ field: 'override_allowed', from: false, to: true }],
    });
  });

  it('checks the version like every change', async () => {
    const tenant = await aTenant({ temperature: 0.1 }, { temperature: 0.2 });
    const stale = await rollBack(tenant.admin, { to_version: 1 }, { 'if-match': '"2"' });
    expectProblem(stale, 412, 'version-mismatch');
    expect(stale.body).toMatchObject({ current_version: 3, changed_fields: ['temperature'] });
    const racing = await Promise.all(
      [1, 2].map((version) => rollBack(tenant.admin, { to_version: version }, { 'if-match': '"3"' })),
    );
    expect(racing.map(({ status }) => status).toSorted()[0]).toBe(200);
    expect(racing.filter(({ status }) => status === 200)).toHaveLength(1);
    expect((await getConfiguration(tenant.admin)).version).toBe(4);
  });

  it('refuses members, and refuses force from the tenant’s own users', async () => {
    const tenant = await aTenant({ temperature: 0.1 });
    expectProblem(await rollBack(tenant.member, { steps: 1 }), 403, 'forbidden');
    const forced = await rollBack(tenant.admin, { steps: 1, force: true, reason: 'mine' });
    expectProblem(forced, 400, 'invalid-input');
    expect((await getConfiguration(tenant.admin)).version).toBe(2);
  });
});
