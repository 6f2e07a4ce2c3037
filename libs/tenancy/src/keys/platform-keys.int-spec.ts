import { type ApiClient, waitFor } from '#testing';
import { createTenant, startTenancyApp, testPlatformKey } from '../../testing/tenancy-app.js';
import { useTenancyApp } from '../../testing/use-tenancy-app.js';

interface KeyPage {
  readonly items: {
    readonly id: string;
    readonly name: string;
    readonly role: string;
    readonly created_by: string;
  }[];
}

const path = '/v1/platform/api-keys';
const firstKeyId = testPlatformKey.split('_')[1]!;
const soon = () => new Date(Date.now() + 1500).toISOString();

describe('/v1/platform/api-keys', () => {
  const app = useTenancyApp({ forEachTest: true });

  async function issue(
    role: string,
    fields: object = {},
    by = app.platform,
  ): Promise<{ id: string; client: ApiClient }> {
    const { status, body } = await by.post<{ id: string; key: string }>(path, {
      name: 'ops',
      role,
      ...fields,
    });
    expect(status).toBe(201);
    return { id: body.id, client: app.platform.as(body.key) };
  }

  it('POST creates a key that only its answer shows, and GET lists it without its secret', async () => {
    const { status, body } = await app.platform.post<Record<string, string>>(path, {
      name: 'Ada',
      role: 'platform_admin',
      expires_at: '2100-01-01T00:00:00Z',
    });
    expect([status, body]).toEqual([
      201,
      {
        id: expect.any(String),
        name: 'Ada',
        role: 'platform_admin',
        expires_at: '2100-01-01T00:00:00.000Z',
        key: expect.stringMatching(/^atn_/),
      },
    ]);
    await createTenant(app, 'acme');
    const list = await app.platform.get<KeyPage>(path);
    expect(list.body.items).toMatchObject([
      { id: body['id'], name: 'Ada', role: 'platform_admin', created_by: `key:${firstKeyId}` },
      { id: firstKeyId, created_by: 'system' },
    ]);
    expect(JSON.stringify(list.body)).not.toContain(body['key']!.split('_')[2]);
  });

  it.each([
    [{ role: 'tenant_admin' }, 'role'],
    [{ role: 'platform_admin', tenant_id: 'acme' }, 'tenant_id'],
    [{ role: 'platform_reader', expires_at: '2020-01-01T00:00:00Z' }, 'expires_at'],
  ])('POST answers 400 for %j', async (fields, field) => {
    const { status, body } = await app.platform.post<{ errors: object[] }>(path, { name: 'x', ...fields });
    expect([status, body.errors]).toEqual([400, [expect.objectContaining({ field })]]);
  });

  it('a platform_reader may read everything of the platform and nothing else', async () => {
    await createTenant(app, 'acme');
    const { client } = await issue('platform_reader');
    const reads = ['tenants/acme', 'tenants/acme/api-keys', 'plans', 'models', 'audit', 'api-keys'];
    for (const read of reads) expect((await client.get(`/v1/platform/${read}`)).status).toBe(200);
    const refused = [
      client.post(path, { name: 'mine', role: 'platform_admin' }),
      client.del(`${path}/${firstKeyId}`),
      client.post('/v1/platform/tenants', { tenant_id: 'new', name: 'New', plan: 'pro' }),
      client.patch('/v1/platform/tenants/acme', { name: 'New' }),
      client.put('/v1/platform/plans/pro?preview=true', {}),
      client.get('/v1/api-keys'),
      client.get('/v1/probe/member'),
    ];
    for (const { status } of await Promise.all(refused)) expect(status).toBe(403);
    expect((await client.get('/v1/platform/tenants/nobody')).status).toBe(404);
  });

  it('a 403 says where on the API a platform key can be used, and that a reader may only read', async () => {
    const { client } = await issue('platform_reader');
    const detailOf = async (answer: Promise<{ body: unknown }>) => (await answer).body as { detail: string };
    expect(await detailOf(app.platform.get('/v1/probe/member'))).toMatchObject({
      detail: expect.stringContaining('/v1/platform/tenants/{tenant_id}/config'),
    });
    expect(await detailOf(client.post(path, {}))).toMatchObject({
      detail: expect.stringContaining('may only read'),
    });
  });

  it('DELETE does not revoke the last admin key while a reader and an expired admin key exist', async () => {
    await issue('platform_reader');
    const { client, id } = await issue('platform_admin', { expires_at: soon() });
    await waitFor(async () => (await client.get(path)).status === 401);
    const refused = await app.platform.del<{ detail: string }>(`${path}/${firstKeyId}`);
    expect([refused.status, refused.body.detail]).toEqual([409, expect.stringContaining(`POST ${path}`)]);
    expect((await app.platform.del(`${path}/${id}`)).status).toBe(204);
    expect((await app.platform.get(path)).status).toBe(200);
  });

  it('DELETE revokes the first key once another exists, and a start with the same variable does not bring it back', async () => {
    const { client } = await issue('platform_admin');
    expect((await client.del(`${path}/${firstKeyId}`)).status).toBe(204);
    expect((await app.platform.get(path)).status).toBe(401);
    const again = await startTenancyApp(app.database);
    expect((await again.platform.get(path)).status).toBe(401);
    expect(again.notices).toEqual([]);
    await again.close();
  });

  it('one key remains when two admins revoke their own keys at the same time', async () => {
    const [ada, bob] = [await issue('platform_admin'), await issue('platform_admin')];
    expect((await ada.client.del(`${path}/${firstKeyId}`)).status).toBe(204);
    const answers = await Promise.all([
      ada.client.del(`${path}/${ada.id}`),
      bob.client.del(`${path}/${bob.id}`),
    ]);
    expect(answers.map(({ status }) => status).toSorted()).toEqual([204, 409]);
  });

  it('DELETE answers 404 for the key of a tenant, and the tenant’s route answers 404 for a key of the platform', async () => {
    const { tenant } = await createTenant(app, 'acme');
    expect((await app.platform.del(`${path}/${tenant.admin_key.id}`)).status).toBe(404);
    const { id } = await issue('platform_admin');
    expect((await app.platform.del(`/v1/platform/tenants/acme/api-keys/${id}`)).status).toBe(404);
  });
});

describe('DELETE /v1/api-keys/:id of an admin key', () => {
  const app = useTenancyApp();

  async function adminOf(tenantId: string): Promise<{ id: string; client: ApiClient }> {
    const { tenant, admin } = await createTenant(app, tenantId);
    return { id: tenant.admin_key.id, client: admin };
  }

  async function addKey(admin: ApiClient, role: string, fields: object = {}): Promise<ApiClient> {
    const { body } = await admin.post<{ key: string }>('/v1/api-keys', { name: 'x', role, ...fields });
    return admin.as(body.key);
  }

  it('the last admin key cannot be revoked while only members and expired admins have keys, and the 409 names the way out', async () => {
    const { id, client } = await adminOf('alone');
    await addKey(client, 'member');
    const expired = await addKey(client, 'tenant_admin', { expires_at: soon() });
    await waitFor(async () => (await expired.get('/v1/api-keys')).status === 401);
    const refused = await client.del<{ detail: string }>(`/v1/api-keys/${id}`);
    expect([refused.status, refused.body.detail]).toEqual([
      409,
      expect.stringContaining('Create one with POST /v1/api-keys'),
    ]);
    expect((await client.get('/v1/api-keys')).status).toBe(200);
  });

  it('the key is revoked once another admin key exists', async () => {
    const { id, client } = await adminOf('two-admins');
    await addKey(client, 'tenant_admin');
    expect((await client.del(`/v1/api-keys/${id}`)).status).toBe(204);
  });

  it('a platform admin, who can create another, revokes the last admin key', async () => {
    const { id } = await adminOf('closed');
    expect((await app.platform.del(`/v1/platform/tenants/closed/api-keys/${id}`)).status).toBe(204);
  });
});
