import type { ApiClient, ApiResponse } from '#testing';
import {
  useApprovalTestApp,
  type ChangeRequest,
  type ChangeRequestPage,
  platformChangeRequestsPath,
  tenantChangeRequestsPath,
  listChangeRequests,
} from './approval-test-app.js';
import { expectProblem } from '../../app/expect-problem.js';
import { type Problem, getConfiguration, fieldErrorsIn } from '../../app/test-app.js';

const app = useApprovalTestApp();

describe('change requests', () => {
  it('a tenant that needs no approval can open one too, and it is decided in the same way', async () => {
    const tenant = await app.createTenant({ approvalRequired: false });
    const once = { 'idempotency-key': `once-${tenant.id}` };
    const patch = { temperature: 0.3, reason: 'please look' };
    const made = await tenant.admin.post<ChangeRequest>(tenantChangeRequestsPath, patch, once);
    expect([made.status, made.headers.get('location')]).toEqual([
      201,
      `${tenantChangeRequestsPath}/${made.body.id}`,
    ]);
    const again = await tenant.admin.post<ChangeRequest>(tenantChangeRequestsPath, patch, once);
    expect([again.status, again.headers.get('location'), again.body]).toEqual([
      201,
      made.headers.get('location'),
      made.body,
    ]);
    expect((await getConfiguration(tenant.admin)).version).toBe(1);
    expect((await app.approve(made.body.id)).body).toMatchObject({ state: 'applied', applied_version: 2 });
    expectProblem(await tenant.admin.post(tenantChangeRequestsPath, { temperature: 0.3 }), 409, 'conflict');
    expectProblem(
      await tenant.admin.post(tenantChangeRequestsPath, { temperature: 1 }, { 'if-match': '"1"' }),
      412,
      'version-mismatch',
    );
    const limits = { max_documents: 5, temperature: 'hot', force: true };
    const bad = await tenant.admin.post<Problem>(tenantChangeRequestsPath, limits);
    expect([bad.status, fieldErrorsIn(bad.body)]).toEqual([
      400,
      ['force: unknown_field', 'max_documents: min', 'max_documents: platform_only', 'temperature: type'],
    ]);
    for (const nothing of [[], null, 'x', 7])
      expect((await tenant.admin.post(tenantChangeRequestsPath, nothing)).status).toBe(400);
  });

  it('its tenant withdraws it, or the platform rejects it with a comment, once and without a change', async () => {
    const tenant = await app.createTenant();
    const [taken, refused] = [
      await app.requestChange(tenant.admin, { temperature: 0.1 }),
      await app.requestChange(tenant.admin, { temperature: 0.2 }),
    ];
    const withdrawn = await tenant.admin.post<ChangeRequest>(
      `${tenantChangeRequestsPath}/${taken.id}/withdraw`,
    );
    expect([withdrawn.status, withdrawn.body.state]).toEqual([200, 'withdrawn']);
    for (const body of [{}, { comment: null }, { comment: ' ' }])
      expectProblem(
        await app.approver.post(`${platformChangeRequestsPath}/${refused.id}/reject`, body),
        400,
        'invalid-input',
      );
    const rejected = await app.approver.post(`${platformChangeRequestsPath}/${refused.id}/reject`, {
      comment: 'Nein, 你好 🙂',
    });
    expect([rejected.status, rejected.body]).toMatchObject([
      200,
      { state: 'rejected', comment: 'Nein, 你好 🙂' },
    ]);
    for (const { id } of [taken, refused]) {
      expectProblem(await app.approve(id), 409, 'conflict');
      expectProblem(
        await app.approver.post(`${platformChangeRequestsPath}/${id}/reject`, { comment: 'x' }),
        409,
        'conflict',
      );
      expectProblem(await tenant.admin.post(`${tenantChangeRequestsPath}/${id}/withdraw`), 409, 'conflict');
    }
    expect((await getConfiguration(tenant.admin)).version).toBe(1);
    const acts = await app.platform.get<{ items: object[] }>(
      `/v1/platform/audit?action=change_request.reject`,
    );
    expect(acts.body.items[0]).toMatchObject({
      actor: 'key:secondadmin00001',
      role: 'platform_admin',
      address: expect.stringContaining('127.0.0.1'),
      tenant_id: tenant.id,
      target: refused.id,
    });
  });

  it('a platform admin withdraws their own request, and nobody else does', async () => {
    const tenant = await app.createTenant();
    const path = `/v1/platform/tenants/${tenant.id}/config`;
    const { body: request } = await app.platform.patch<ChangeRequest>(path, { temperature: 0.3 });
    const withdraw = (by: ApiClient, id = request.id) =>
      by.post<ChangeRequest>(`${platformChangeRequestsPath}/${id}/withdraw`);
    const byOther = await withdraw(app.approver);
    expectProblem(byOther, 409, 'conflict');
    expect(byOther.body).toMatchObject({ id: request.id, state: 'pending' });
    expect((await withdraw(tenant.admin)).status).toBe(403);
    const { status, body } = await withdraw(app.platform);
    expect([status, body.state, body['decided_by']]).toEqual([200, 'withdrawn', body['requested_by']]);
    expectProblem(await withdraw(app.platform), 409, 'conflict');
    expectProblem(await withdraw(app.platform, 'f'.repeat(32)), 404, 'not-found');
    const own = await app.requestChange(tenant.admin, { temperature: 0.4 });
    expectProblem(await withdraw(app.platform, own.id), 409, 'conflict');
    const { body: log } = await app.platform.get<{ items: { action: string; actor: string }[] }>(
      `/v1/platform/audit?tenant_id=${tenant.id}&action=change_request.withdraw`,
    );
    expect(log.items.map(({ actor }) => actor)).toEqual([body['requested_by']]);
  });

  it('the texts of a request and of a decision have a maximum length', async () => {
    const { admin } = await app.createTenant();
    const { id } = await app.requestChange(admin, { temperature: 0.1 });
    for (const comment of ['x'.repeat(501), 7, ['a'], 'nul\u0000', { a: 1 }])
      expectProblem(
        await app.approver.post(`${platformChangeRequestsPath}/${id}/approve`, { comment }),
        400,
        'invalid-input',
      );
    expectProblem(
      await app.approver.post(`${platformChangeRequestsPath}/${id}/approve`, { state: 'applied' }),
      400,
      'invalid-input',
    );
    expectProblem(
      await app.approver.post(`${platformChangeRequestsPath}/${id}/approve?force=true`, {}),
      400,
      'invalid-input',
    );
    expect((await app.approver.post(`${platformChangeRequestsPath}/${id}/approve`)).status).toBe(200);
  });

  it('the list is newest first, by state and in pages; the platform sees every tenant’s requests', async () => {
    const tenant = await app.createTenant();
    const made: string[] = [];
    for (const temperature of [0.1, 0.2, 0.3])
      made.unshift((await app.requestChange(tenant.admin, { temperature })).id);
    await tenant.admin.post(`${tenantChangeRequestsPath}/${made[0]}/withdraw`);
    expect((await listChangeRequests(tenant)).map(({ id }) => id)).toEqual(made);
    const pending = await tenant.admin.get<ChangeRequestPage>(`${tenantChangeRequestsPath}?state=pending`);
    expect(pending.body.items.map(({ id }) => id)).toEqual(made.slice(1));
    const first = await app.platform.get<ChangeRequestPage>(
      `${platformChangeRequestsPath}?tenant_id=${tenant.id}&limit=2`,
    );
    expect(first.body.items.map(({ id }) => id)).toEqual(made.slice(0, 2));
    const cursor = encodeURIComponent(first.body.next_cursor!);
    const second = await app.platform.get<ChangeRequestPage>(
      `${platformChangeRequestsPath}?tenant_id=${tenant.id}&limit=2&cursor=${cursor}`,
    );
    expect([second.body.items.map(({ id }) => id), second.body.next_cursor]).toEqual([made.slice(2), null]);
    for (const bad of ['state=done', 'limit=0', 'limit=201', 'cursor=x', 'other=1'])
      for (const [client, path] of [
        [tenant.admin, tenantChangeRequestsPath],
        [app.platform, platformChangeRequestsPath],
      ] as const)
        expectProblem(await client.get(`${path}?${bad}`), 400, 'invalid-input');
  });

  it('only its tenant sees it, and only the platform decides it', async () => {
    const [tenant, stranger] = [await app.createTenant(), await app.createTenant()];
    const { id } = await app.requestChange(tenant.admin, { temperature: 0.1 });
    for (const strange of [id, 'ffffffffffffffff', '%00', 'a'.repeat(300), "' OR 1=1"].map(
      encodeURIComponent,
    )) {
      expectProblem(await stranger.admin.get(`${tenantChangeRequestsPath}/${strange}`), 404, 'not-found');
      expectProblem(
        await stranger.admin.post(`${tenantChangeRequestsPath}/${strange}/withdraw`),
        404,
        'not-found',
      );
    }
    expectProblem(await app.approve('ffffffffffffffff'), 404, 'not-found');
    for (const client of [tenant.member, app.platform])
      for (const answer of [
        await client.get(tenantChangeRequestsPath),
        await client.post(tenantChangeRequestsPath, { temperature: 1 }),
        await client.get(`${tenantChangeRequestsPath}/${id}`),
        await client.post(`${tenantChangeRequestsPath}/${id}/withdraw`),
      ])
        expectProblem(answer, 403, 'forbidden');
    for (const client of [tenant.member, tenant.admin])
      for (const answer of [
        await client.get(platformChangeRequestsPath),
        await client.get(`${platformChangeRequestsPath}/${id}`),
        await app.approve(id, client),
        await client.post(`${platformChangeRequestsPath}/${id}/reject`, { comment: 'x' }),
      ])
        expectProblem(answer, 403, 'forbidden');
    expect((await listChangeRequests(tenant))[0]).toMatchObject({ id, state: 'pending' });
  });

  it('the request of a suspended tenant waits until the tenant is active again', async () => {
    const tenant = await app.createTenant();
    const { id } = await app.requestChange(tenant.admin, { temperature: 0.1 });
    await app.platform.patch(`/v1/platform/tenants/${tenant.id}`, { status: 'suspended' });
    expectProblem(await app.approve(id), 409, 'conflict');
    expectProblem(
      await tenant.admin.post(`${tenantChangeRequestsPath}/${id}/withdraw`),
      403,
      'tenant-suspended',
    );
    expect((await tenant.admin.get<ChangeRequest>(`${tenantChangeRequestsPath}/${id}`)).body.state).toBe(
      'pending',
    );
    await app.platform.patch(`/v1/platform/tenants/${tenant.id}`, { status: 'active' });
    expect((await app.approve(id)).status).toBe(200);
  });

  it('the request is deleted with its tenant', async () => {
    const tenant = await app.createTenant();
    const { id } = await app.requestChange(tenant.admin, { temperature: 0.1 });
    await app.platform.del(`/v1/platform/tenants/${tenant.id}`);
    expectProblem(await app.approve(id), 404, 'not-found');
  });

  it('many approvals at once apply it once', async () => {
    const tenant = await app.createTenant();
    const { id } = await app.requestChange(tenant.admin, { temperature: 0.1 });
    const answers: ApiResponse<ChangeRequest>[] = await Promise.all(
      Array.from({ length: 8 }, () => app.approve(id)),
    );
    const statuses = answers.map(({ status }) => status).toSorted((a, b) => a - b);
    expect(statuses).toEqual([200, ...Array.from({ length: 7 }, () => 409)]);
    expect((await getConfiguration(tenant.admin)).version).toBe(2);
  });
});
