import { type ApiClient, createTestDatabase, type TestDatabase, waitFor } from '#testing';
import { createTenant, startTenancyApp } from '../../testing/tenancy-app.js';
import { useTenancyApp } from '../../testing/use-tenancy-app.js';

interface IssuedKeyBody {
  readonly id: string;
  readonly key: string;
}

interface KeyPage {
  readonly items: { readonly id: string; readonly last_used_at: string | null }[];
  readonly next_cursor: string | null;
}

const tomorrow = new Date(Date.now() + 86_400_000).toISOString();

describe('API keys', () => {
  const app = useTenancyApp();
  let acme: ApiClient;
  let other: ApiClient;

  beforeAll(async () => {
    acme = (await createTenant(app, 'acme')).admin;
    other = (await createTenant(app, 'other')).admin;
  });

  async function issue(api: ApiClient, fields: object = {}): Promise<IssuedKeyBody> {
    const response = await api.post<IssuedKeyBody>('/v1/api-keys', {
      name: 'a key',
      role: 'member',
      ...fields,
    });
    expect(response.status).toBe(201);
    return response.body;
  }

  it('POST /v1/api-keys answers 409 when the tenant has 200 keys, until one is deleted', async () => {
    const { admin } = await createTenant(app, 'many-keys');
    const sql = `INSERT INTO api_keys (id, tenant_id, name, role, secret_sha256, created_by)
      SELECT 'manykeys' || n, 'many-keys', 'a key', 'member', sha256('x'), 'system' FROM generate_series(1, 198) n`;
    await app.queryAsSuperuser(sql);
    const { id } = await issue(admin);
    const request = { name: 'one more', role: 'member' };
    expect(await admin.post('/v1/api-keys', request)).toMatchObject({ status: 409, body: { limit: 200 } });
    expect((await admin.del(`/v1/api-keys/${id}`)).status).toBe(204);
    await issue(admin);
  });

  it.each(['2030-02-30T00:00:00Z', '2031-02-29T00:00:00Z', '2030-01-01T24:00:00Z'])(
    'POST /v1/api-keys refuses %s, which does not exist',
    async (expires_at) => {
      const { status } = await acme.post('/v1/api-keys', { name: 'x', role: 'member', expires_at });
      expect(status).toBe(400);
    },
  );

  it('POST /v1/api-keys shows a key once and stores only its hash', async () => {
    const { status, body } = await acme.post<IssuedKeyBody>('/v1/api-keys', {
      name: 'web shop',
      role: 'member',
      expires_at: tomorrow,
    });
    expect(status).toBe(201);
    expect(body).toEqual({
      id: body.id,
      name: 'web shop',
      role: 'member',
      expires_at: tomorrow,
      key: body.key,
    });
    const secret = body.key.split('_')[2]!;
    const list = await acme.get<KeyPage>('/v1/api-keys');
    expect(JSON.stringify(list.body)).not.toContain(secret);
    expect(list.body.items.map(({ id }) => id)).toContain(body.id);
    const rows = await app.queryAsSuperuser<{ text: string }>('SELECT k::text AS text FROM api_keys k');
    expect(rows.filter(({ text }) => text.includes(secret))).toEqual([]);
  });

  it.each([
    [{ expires_at: '2020-01-01T00:00:00Z' }, 'expires_at'],
    [{ expires_at: '2030-13-45T99:00:00Z' }, 'expires_at'],
    [{ expires_at: 'tomorrow' }, 'expires_at'],
    [{ role: 'platform_admin' }, 'role'],
    [{ name: '' }, 'name'],
    [{ tenant_id: 'other' }, 'tenant_id'],
  ])('POST /v1/api-keys answers 400 for %j', async (invalidFields, field) => {
    const request = { name: 'x', role: 'member', ...invalidFields };
    const { status, body } = await acme.post<{ errors: object[] }>('/v1/api-keys', request);
    expect(status).toBe(400);
    expect(body.errors).toEqual([expect.objectContaining({ field })]);
  });

  it('DELETE /v1/api-keys/:id ends a key at once', async () => {
    const { id, key } = await issue(acme);
    const member = app.platform.as(key);
    expect((await member.get('/v1/probe/member')).status).toBe(200);
    expect((await acme.del(`/v1/api-keys/${id}`)).status).toBe(204);
    expect((await member.get('/v1/probe/member')).status).toBe(401);
    expect((await acme.del(`/v1/api-keys/${id}`)).status).toBe(404);
  });

  it('a key is refused from its expiry time on', async () => {
    const { key } = await issue(acme, { expires_at: new Date(Date.now() + 1500).toISOString() });
    const member = app.platform.as(key);
    expect((await member.get('/v1/probe/member')).status).toBe(200);
    await waitFor(async () => (await member.get('/v1/probe/member')).status === 401);
  });

  it('DELETE /v1/api-keys/:id answers 404 for the key of another tenant', async () => {
    const { id } = await issue(other);
    expect((await acme.del(`/v1/api-keys/${id}`)).status).toBe(404);
    expect((await acme.del(`/v1/api-keys/${'0'.repeat(16)}`)).status).toBe(404);
    expect((await app.platform.del(`/v1/platform/tenants/acme/api-keys/${id}`)).status).toBe(404);
    const { body } = await other.get<KeyPage>('/v1/api-keys');
    expect(body.items.map((one) => one.id)).toContain(id);
    expect((await acme.get<KeyPage>('/v1/api-keys')).body.items.map((one) => one.id)).not.toContain(id);
  });

  it('GET /v1/api-keys lists keys newest first, in pages without gap or repetition', async () => {
    const { admin } = await createTenant(app, 'collector');
    for (let number = 0; number < 4; number += 1) await issue(admin, { name: `key ${number}` });
    const listedIds: string[] = [];
    let query = '?limit=2';
    for (;;) {
      const { body } = await admin.get<KeyPage>(`/v1/api-keys${query}`);
      listedIds.push(...body.items.map(({ id }) => id));
      if (body.next_cursor === null) break;
      query = `?limit=2&cursor=${body.next_cursor}`;
    }
    const sql =
      "SELECT id FROM api_keys WHERE tenant_id = 'collector' ORDER BY date_trunc('milliseconds', created_at) DESC, id DESC";
    expect(listedIds).toEqual((await app.queryAsSuperuser<{ id: string }>(sql)).map(({ id }) => id));
    expect(new Set(listedIds).size).toBe(5);
  });

  it.each([['yesterday', 'x'], ['', ''], ['infinity', 'x'], ['one']])(
    'GET /v1/api-keys answers 400 for a cursor of %j',
    async (...keys) => {
      const cursor = Buffer.from(JSON.stringify(keys)).toString('base64url');
      expect((await acme.get(`/v1/api-keys?cursor=${cursor}`)).status).toBe(400);
    },
  );

  it('a platform admin creates and revokes keys of the tenant that the path names', async () => {
    const path = '/v1/platform/tenants/other/api-keys';
    const { status, body } = await app.platform.post<IssuedKeyBody>(path, {
      name: 'spare',
      role: 'tenant_admin',
    });
    expect(status).toBe(201);
    expect((await app.platform.as(body.key).get('/v1/probe/admin')).body).toEqual({ tenantId: 'other' });
    expect((await app.platform.del(`${path}/${body.id}`)).status).toBe(204);
    expect((await app.platform.as(body.key).get('/v1/probe/admin')).status).toBe(401);
    expect((await app.platform.get('/v1/platform/tenants/nobody/api-keys')).status).toBe(404);
  });

  it('a key records its last use without a new version or an entry in the change feed', async () => {
    const { id, key } = await issue(acme);
    await app.platform.as(key).get('/v1/probe/member');
    await waitFor(async () => {
      const { body } = await acme.get<KeyPage>('/v1/api-keys');
      return body.items.find((one) => one.id === id)?.last_used_at;
    });
    expect(await app.queryAsSuperuser('SELECT version::int FROM api_keys WHERE id = $1', [id])).toEqual([
      { version: 1 },
    ]);
    const feed = "SELECT version::int FROM change_feed WHERE kind = 'credential' AND key = $1";
    expect(await app.queryAsSuperuser(feed, [id])).toEqual([{ version: 1 }]);
  });
});

describe('BootstrapKeyService', () => {
  let database: TestDatabase;

  beforeAll(async () => {
    database = await createTestDatabase();
  });

  afterAll(() => database.drop());

  it('replicas that start together create one platform key and show it once', async () => {
    const env = { ATTUNE_PLATFORM_API_KEY: '' };
    const apps = await Promise.all([1, 2, 3].map(() => startTenancyApp(database, { env })));
    const lines = apps
      .flatMap(({ notices }) => notices)
      .filter((line) => line.startsWith('platform-admin-key '));
    expect(lines).toHaveLength(1);
    const key = lines[0]!.split(' ')[1]!;
    const answers = await Promise.all(apps.map(({ platform }) => platform.as(key).get('/v1/platform/plans')));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    await Promise.all(apps.map((app) => app.close()));
    const later = await startTenancyApp(database, { env });
    expect(later.notices).toEqual([]);
    await later.close();
  });

  it('BootstrapKeyService uses the key of the environment at every start', async () => {
    for (let start = 0; start < 2; start += 1) {
      const app = await startTenancyApp(database);
      expect((await app.platform.get('/v1/platform/plans')).status).toBe(200);
      expect(app.notices).toEqual([]);
      await app.close();
    }
  });

  it('BootstrapKeyService stops the start when the key of the environment has the id of another key', async () => {
    const env = { ATTUNE_PLATFORM_API_KEY: `atn_${'0'.repeat(16)}_${'q'.repeat(48)}` };
    await expect(startTenancyApp(database, { env })).rejects.toThrow('ATTUNE_PLATFORM_API_KEY');
  });
});
