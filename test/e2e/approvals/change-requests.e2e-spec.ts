import {
  useApprovalTestApp,
  type ChangeRequest,
  platformChangeRequestsPath,
  tenantChangeRequestsPath,
  listChangeRequests,
} from './approval-test-app.js';
import { expectProblem } from '../../app/expect-problem.js';
import {
  type Problem,
  type ConfigurationResponse,
  getConfiguration,
  fieldErrorsIn,
  getHistory,
} from '../../app/test-app.js';

const app = useApprovalTestApp();

describe('a change of an approval-bound tenant', () => {
  it('waits as a request at its Location, and takes effect when a platform admin approves it', async () => {
    const tenant = await app.createTenant();
    const patch = { temperature: 0.3, prompt_variables: { tone: 'dry' } };
    const { status, headers, body } = await tenant.admin.patch<ChangeRequest>('/v1/config', {
      ...patch,
      reason: 'more careful answers',
    });
    expect([status, headers.get('location')]).toEqual([202, `${tenantChangeRequestsPath}/${body.id}`]);
    expect(body).toEqual({
      id: expect.stringMatching(/^[a-z0-9]+$/),
      tenant_id: tenant.id,
      state: 'pending',
      base_version: 1,
      patch,
      diff: [
        { field: 'prompt_variables', from: null, to: { tone: 'dry' } },
        { field: 'temperature', from: null, to: 0.3 },
      ],
      kind: 'update',
      reason: 'more careful answers',
      bulk_id: null,
      requested_by: `key:${tenant.adminKeyId}`,
      requested_by_role: 'tenant_admin',
      decided_by: null,
      comment: null,
      void_reason: null,
      applied_version: null,
      created_at: expect.any(String),
      decided_at: null,
    });
    expect((await tenant.admin.get(headers.get('location')!)).body).toEqual(body);
    expect((await getConfiguration(tenant.admin)).version).toBe(1);
    const approved = await app.approve(body.id);
    expect([approved.status, approved.body]).toMatchObject([
      200,
      { state: 'applied', applied_version: 2, decided_by: 'key:secondadmin00001', comment: 'agreed' },
    ]);
    const { body: configuration } = await tenant.member.get<ConfigurationResponse>(
      '/v1/config?include=sources',
    );
    expect(configuration).toMatchObject({
      version: 2,
      temperature: 0.3,
      own: patch,
      last_modified_by_role: 'tenant_admin',
    });
    expect((await getHistory(tenant.admin))[0]).toMatchObject({
      action: 'change_request',
      changed_by: `key:${tenant.adminKeyId}`,
      changed_by_role: 'tenant_admin',
      reason: 'more careful answers',
    });
  });

  it('waits too when a platform admin makes it without force, with a Location below /v1/platform', async () => {
    const tenant = await app.createTenant();
    const path = `/v1/platform/tenants/${tenant.id}/config`;
    const { status, headers, body } = await app.platform.patch<ChangeRequest>(path, { max_documents: 200 });
    expect([status, headers.get('location')]).toEqual([202, `${platformChangeRequestsPath}/${body.id}`]);
    expect((await app.approver.get(headers.get('location')!)).body).toEqual(body);
    expectProblem(await app.approve(body.id, app.platform), 409, 'conflict');
    expectProblem(
      await app.platform.post(`${platformChangeRequestsPath}/${body.id}/reject`, { comment: 'no' }),
      409,
      'conflict',
    );
    expectProblem(
      await tenant.admin.post(`${tenantChangeRequestsPath}/${body.id}/withdraw`),
      409,
      'conflict',
    );
    expect((await app.approve(body.id)).body).toMatchObject({ state: 'applied' });
    expect(await getConfiguration(tenant.admin)).toMatchObject({ max_documents: 200, version: 2 });
  });

  it('belongs to the file when it came from a file and is approved', async () => {
    const tenant = await app.createTenant();
    const file = { settings: { temperature: 0.2 }, source: 'tenants/a.yaml', base_version: 1 };
    const { status, body } = await app.platform.put<ChangeRequest>(
      `/v1/platform/tenants/${tenant.id}/managed`,
      file,
    );
    expect([status, body]).toMatchObject([202, { kind: 'apply', patch: { temperature: 0.2 } }]);
    expect((await app.approve(body.id)).body).toMatchObject({ state: 'applied' });
    expect(await getConfiguration(tenant.admin)).toMatchObject({
      temperature: 0.2,
      managed_by_code: ['temperature'],
    });
  });

  it('needs no approval when it changes nothing, and fails at once when it is not valid', async () => {
    const tenant = await app.createTenant();
    await app.forceChange(tenant, { temperature: 0.3 });
    expect((await tenant.admin.patch('/v1/config', { temperature: 0.3 })).status).toBe(200);
    const bad = await tenant.admin.patch<Problem>('/v1/config', { temperature: 3, colour: 1 });
    expect([bad.status, fieldErrorsIn(bad.body)]).toEqual([
      400,
      ['colour: unknown_field', 'temperature: max'],
    ]);
    expectProblem(
      await tenant.admin.patch('/v1/config', { temperature: 1 }, { 'if-match': '"1"' }),
      412,
      'version-mismatch',
    );
    expect(await listChangeRequests(tenant)).toEqual([]);
  });

  it('can still be approved when the tenant is not approval-bound any more', async () => {
    const tenant = await app.createTenant();
    const { id } = await app.requestChange(tenant.admin, { temperature: 0.3 });
    await app.turnApprovalOff(tenant);
    expect((await tenant.admin.patch('/v1/config', { max_tokens: 300 })).status).toBe(200);
    expect((await app.approve(id)).body).toMatchObject({ state: 'applied' });
    expect(await getConfiguration(tenant.admin)).toMatchObject({
      version: 3,
      temperature: 0.3,
      max_tokens: 300,
    });
  });
});

describe('approval of a request after the tenant changed', () => {
  it('applies it together with a change of another setting', async () => {
    const tenant = await app.createTenant();
    const { id } = await app.requestChange(tenant.admin, { temperature: 0.3 });
    await app.forceChange(tenant, { max_tokens: 300 });
    expect((await app.approve(id)).body).toMatchObject({
      state: 'applied',
      base_version: 1,
      applied_version: 3,
    });
    expect((await getConfiguration(tenant.admin)).own).toEqual({ temperature: 0.3, max_tokens: 300 });
  });

  it('voids it when the result would differ from what was approved, and names what changed', async () => {
    const tenant = await app.createTenant();
    const { id } = await app.requestChange(tenant.admin, { temperature: 0.3 });
    await app.forceChange(tenant, { temperature: 0.9 });
    const refused = await app.approve(id);
    expectProblem(refused, 409, 'conflict');
    expect(refused.body).toMatchObject({ id, state: 'void' });
    const { body } = await tenant.admin.get<ChangeRequest>(`${tenantChangeRequestsPath}/${id}`);
    expect(body).toMatchObject({ state: 'void', decided_by: 'key:secondadmin00001' });
    expect(body.void_reason).toBe('temperature was null in version 1 and is 0.9 in version 2');
    expect(await getConfiguration(tenant.admin)).toMatchObject({ version: 2, temperature: 0.9 });
    expectProblem(await app.approve(id), 409, 'conflict');
  });

  it('voids it when the model was retired meanwhile', async () => {
    const tenant = await app.createTenant();
    await app.platform.put('/v1/platform/models/passing', {
      provider: 'sandbox',
      tier: 'economy',
      context_window: 8000,
      max_output_tokens: 4000,
      temperature: { min: 0, max: 2 },
      input_usd_per_mtok: 0,
      output_usd_per_mtok: 0,
    });
    const { id } = await app.requestChange(tenant.admin, { model_name: 'passing' });
    await app.platform.post('/v1/platform/models/passing/retire');
    expect((await app.approve(id)).body).toMatchObject({
      state: 'void',
      void_reason: expect.stringContaining('the model passing is retired'),
    });
  });
});
