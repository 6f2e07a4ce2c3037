import { SignJWT } from 'jose';
import type { ApiClient } from '#testing';
import { expectProblem } from '../../app/expect-problem.js';
import { type TestTenant, getConfiguration, useTestApp } from '../../app/test-app.js';
import { type ChangeRequest, platformChangeRequestsPath } from './approval-test-app.js';

const secret = 'a shared secret of more than thirty-two characters';
const app = useTestApp('tenant', { JWT_SECRET: secret });

/** A platform admin with a JWT. */
async function admin(subject: string): Promise<ApiClient> {
  const jwt = new SignJWT({ sub: subject, role: 'platform_admin' }).setProtectedHeader({ alg: 'HS256' });
  return app.platform.as(await jwt.setExpirationTime('1h').sign(new TextEncoder().encode(secret)));
}

/** The tenant's changes need approval. */
async function createBoundTenant(): Promise<TestTenant> {
  const tenant = await app.createTenant();
  await app.platform.patch(`/v1/platform/tenants/${tenant.id}`, { approval_required: true });
  return tenant;
}

async function mintKey(author: ApiClient, path: string): Promise<{ id: string; client: ApiClient }> {
  const { status, body } = await author.post<{ id: string; key: string }>(path, {
    name: 'mint',
    role: 'tenant_admin',
  });
  expect(status).toBe(201);
  return { id: body.id, client: app.platform.as(body.key) };
}

async function request(requester: ApiClient): Promise<string> {
  const { status, body } = await requester.patch<ChangeRequest>('/v1/config', { temperature: 0.2 });
  expect(status).toBe(202);
  return body.id;
}

const approve = (approver: ApiClient, id: string) =>
  approver.post<ChangeRequest>(`${platformChangeRequestsPath}/${id}/approve`, { comment: 'agreed' });

describe('an approval by the maker of the requester’s key', () => {
  it('the approval is refused, and the request stays pending for another platform admin', async () => {
    const tenant = await createBoundTenant();
    const minted = await mintKey(app.platform, `/v1/platform/tenants/${tenant.id}/api-keys`);
    const id = await request(minted.client);
    const refused = await approve(app.platform, id);
    expectProblem(refused, 409, 'conflict');
    expect(refused.body['detail']).toContain('was made with your key');
    expect(await getConfiguration(tenant.admin)).toMatchObject({ version: 1, override_allowed: true });
    expect((await approve(await admin('bob'), id)).body).toMatchObject({ state: 'applied' });
  });

  it('the approval is refused for a key that such a key made, and after both were revoked', async () => {
    const tenant = await createBoundTenant();
    const path = `/v1/platform/tenants/${tenant.id}/api-keys`;
    const minted = await mintKey(app.platform, path);
    const second = await mintKey(minted.client, '/v1/api-keys');
    const id = await request(second.client);
    expectProblem(await approve(app.platform, id), 409, 'conflict');
    for (const key of [minted, second])
      expect((await app.platform.del(`${path}/${key.id}`)).status).toBe(204);
    expectProblem(await approve(app.platform, id), 409, 'conflict');
  });

  it('the approval is refused for a key that a revoked key made before it was revoked', async () => {
    const tenant = await createBoundTenant();
    const path = `/v1/platform/tenants/${tenant.id}/api-keys`;
    const minted = await mintKey(app.platform, path);
    const second = await mintKey(minted.client, '/v1/api-keys');
    await app.platform.del(`${path}/${minted.id}`);
    expectProblem(await approve(app.platform, await request(second.client)), 409, 'conflict');
  });

  it('the approval is refused for the subject of a JWT that made the key', async () => {
    const tenant = await createBoundTenant();
    const ada = await admin('ada');
    const minted = await mintKey(ada, `/v1/platform/tenants/${tenant.id}/api-keys`);
    const id = await request(minted.client);
    expectProblem(await approve(ada, id), 409, 'conflict');
    expectProblem(await approve(await admin('ada'), id), 409, 'conflict');
    expect((await approve(app.platform, id)).status).toBe(200);
  });

  it('the maker of the key may reject the request, which changes nothing', async () => {
    const tenant = await createBoundTenant();
    const id = await request(tenant.admin);
    const { status } = await app.platform.post(`${platformChangeRequestsPath}/${id}/reject`, {
      comment: 'no',
    });
    expect(status).toBe(200);
  });
});

describe('PATCH /v1/platform/tenants/:tenant_id with approval_required: false', () => {
  const tenantPath = ({ id }: TestTenant) => `/v1/platform/tenants/${id}`;

  it('the change waits for the approval of another platform admin', async () => {
    const tenant = await createBoundTenant();
    const path = tenantPath(tenant);
    const { status, headers, body } = await app.platform.patch<ChangeRequest>(path, {
      approval_required: false,
    });
    expect([status, headers.get('location')]).toEqual([202, `${platformChangeRequestsPath}/${body.id}`]);
    expect(body).toMatchObject({
      tenant_id: tenant.id,
      state: 'pending',
      kind: 'tenant_update',
      patch: { approval_required: false },
      diff: [{ field: 'approval_required', from: true, to: false }],
      requested_by_role: 'platform_admin',
    });
    expect((await app.platform.get(path)).body).toMatchObject({ approval_required: true });
    expect((await tenant.admin.patch('/v1/config', { temperature: 0.2 })).status).toBe(202);
    expectProblem(await approve(app.platform, body.id), 409, 'conflict');
    expect((await approve(await admin('bob'), body.id)).body).toMatchObject({
      state: 'applied',
      applied_version: null,
      decided_by: 'jwt:bob',
    });
    expect((await app.platform.get(path)).body).toMatchObject({ approval_required: false });
    expect((await tenant.admin.patch('/v1/config', { temperature: 0.2 })).status).toBe(200);
  });

  it('the audit log names the requester for the change and the approver for the decision', async () => {
    const tenant = await createBoundTenant();
    const { body } = await (
      await admin('ada')
    ).patch<ChangeRequest>(tenantPath(tenant), { approval_required: false });
    await approve(await admin('bob'), body.id);
    const log = await app.platform.get<{ items: { actor: string; action: string }[] }>(
      `/v1/platform/audit?tenant_id=${tenant.id}&limit=2`,
    );
    expect(log.body.items.map(({ actor, action }) => `${actor} ${action}`)).toEqual([
      'jwt:bob change_request.approve',
      'jwt:ada tenant.update',
    ]);
  });

  it('the request changes nothing when it is rejected, and is void when approval is off by then', async () => {
    const tenant = await createBoundTenant();
    const ask = async () =>
      (await app.platform.patch<ChangeRequest>(tenantPath(tenant), { approval_required: false })).body.id;
    const [first, second, third] = [await ask(), await ask(), await ask()];
    const bob = await admin('bob');
    await bob.post(`${platformChangeRequestsPath}/${first}/reject`, { comment: 'no' });
    expect((await app.platform.get(tenantPath(tenant))).body).toMatchObject({ approval_required: true });
    expect((await approve(bob, second)).status).toBe(200);
    const voided = await approve(bob, third);
    expectProblem(voided, 409, 'conflict');
    expect(voided.body).toMatchObject({ state: 'void', void_reason: 'approval_required is false already' });
  });

  it('the service refuses it together with other fields, and needs no approval where approval is off', async () => {
    const tenant = await createBoundTenant();
    const both = await app.platform.patch(tenantPath(tenant), { approval_required: false, name: 'New' });
    expectProblem(both, 400, 'invalid-input');
    expect((await app.platform.get(tenantPath(tenant))).body).toMatchObject({ name: tenant.id });
    const free = await app.createTenant();
    const answer = await app.platform.patch(tenantPath(free), { approval_required: false, name: 'New' });
    expect([answer.status, answer.body]).toMatchObject([200, { name: 'New', approval_required: false }]);
  });
});
