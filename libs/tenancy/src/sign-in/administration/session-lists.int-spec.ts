import { type ApiClient, type ConsoleSession, signIn } from '#testing';
import { createTenant, testPlatformKey } from '../../../testing/tenancy-app.js';
import { useTenancyApp } from '../../../testing/use-tenancy-app.js';

interface SessionItem {
  readonly id: string;
  readonly actor?: string;
  readonly tenant_id?: string | null;
  readonly current: boolean;
}

interface SessionPage {
  readonly items: SessionItem[];
  readonly next_cursor: string | null;
}

const app = useTenancyApp({ forEachTest: true });

async function list(client: ApiClient, path = '/v1/sessions'): Promise<SessionItem[]> {
  const { status, body } = await client.get<SessionPage>(path);
  expect([status, body]).toEqual([200, body]);
  return body.items;
}

async function keyOf(tenantId: string): Promise<{ id: string; key: string }> {
  return (await createTenant(app, tenantId)).tenant.admin_key;
}

const isAlive = async ({ client }: ConsoleSession): Promise<boolean> =>
  (await client.get('/v1/sessions')).status === 200;

describe('/v1/sessions', () => {
  it('GET lists one’s own live sessions, newest first, with the one of the request marked, and no secret', async () => {
    const { key } = await keyOf('acme');
    const [first, second] = [
      await signIn(
        app.platform,
        { api_key: key },
        { 'user-agent': 'Firefox', 'x-forwarded-for': '192.0.2.7' },
      ),
      await signIn(app.platform, { api_key: key }),
    ];
    await (await signIn(app.platform, { api_key: key })).client.del('/v1/session');
    await signIn(app.platform, { api_key: (await keyOf('other')).key });
    const items = await list(second.client);
    expect(items).toMatchObject([
      { current: true },
      { agent: 'Firefox', address: '192.0.2.7', current: false },
    ]);
    expect(JSON.stringify(items)).not.toContain(first.cookie.split('.')[1]);
    expect((await list(app.platform.as(key))).map(({ current }) => current)).toEqual([false, false]);
  });

  it('GET pages through them', async () => {
    const { key } = await keyOf('acme');
    for (let count = 0; count < 3; count += 1) await signIn(app.platform, { api_key: key });
    const api = app.platform.as(key);
    const first = await api.get<SessionPage>('/v1/sessions?limit=2');
    const second = await api.get<SessionPage>(`/v1/sessions?limit=2&cursor=${first.body.next_cursor}`);
    expect(new Set([...first.body.items, ...second.body.items].map(({ id }) => id)).size).toBe(3);
    expect(second.body.next_cursor).toBeNull();
  });

  it('DELETE ends another session of one’s own at once', async () => {
    const { key } = await keyOf('acme');
    const [here, lost] = [
      await signIn(app.platform, { api_key: key }),
      await signIn(app.platform, { api_key: key }),
    ];
    expect(await isAlive(lost)).toBe(true);
    const { id } = (await list(here.client)).find(({ current }) => !current)!;
    expect((await here.client.del(`/v1/sessions/${id}`)).status).toBe(204);
    expect([await isAlive(here), await isAlive(lost)]).toEqual([true, false]);
    expect((await here.client.del(`/v1/sessions/${id}`)).status).toBe(404);
  });

  it('DELETE answers 404 for the session of another tenant, of another key, of the platform, and of nobody', async () => {
    const { key } = await keyOf('acme');
    const { client } = await signIn(app.platform, { api_key: key });
    const { body } = await app.platform
      .as(key)
      .post<{ key: string }>('/v1/api-keys', { name: 'm', role: 'member' });
    const others = [
      await signIn(app.platform, { api_key: (await keyOf('other')).key }),
      await signIn(app.platform, { api_key: body.key }),
      await signIn(app.platform, { api_key: testPlatformKey }),
    ];
    const ids = await Promise.all(others.map(async (other) => (await list(other.client))[0]!.id));
    for (const id of [...ids, '0'.repeat(16), 'x', '%27'])
      expect([id, (await client.del(`/v1/sessions/${id}`)).status]).toEqual([id, 404]);
    for (const other of others) expect(await isAlive(other)).toBe(true);
  });
});

describe('/v1/platform/sessions', () => {
  it('GET lists the sessions of everybody, and by tenant and actor', async () => {
    const [acme, other] = [await keyOf('acme'), await keyOf('other')];
    for (const { key } of [acme, other]) await signIn(app.platform, { api_key: key });
    const { client } = await signIn(app.platform, { api_key: testPlatformKey });
    const path = '/v1/platform/sessions';
    expect(await list(client, path)).toMatchObject([
      { tenant_id: null, role: 'platform_admin', current: true },
      { tenant_id: 'other' },
      { tenant_id: 'acme', actor: `key:${acme.id}`, name: 'first admin key', role: 'tenant_admin' },
    ]);
    expect(await list(client, `${path}?tenant_id=acme`)).toMatchObject([{ tenant_id: 'acme' }]);
    expect(await list(client, `${path}?actor=key:${other.id}`)).toMatchObject([{ tenant_id: 'other' }]);
    expect(await list(client, `${path}?tenant_id=acme&actor=key:${other.id}`)).toEqual([]);
    expect((await app.platform.as(acme.key).get(path)).status).toBe(403);
  });

  it('DELETE ends one session, those of a tenant, or those of an actor', async () => {
    const [acme, other] = [await keyOf('acme'), await keyOf('other')];
    const open = (key: string) => signIn(app.platform, { api_key: key });
    const [one, two, three] = [await open(acme.key), await open(acme.key), await open(other.key)];
    const path = '/v1/platform/sessions';
    const [{ id } = { id: '' }] = await list(one.client);
    expect((await app.platform.del(`${path}/${id}`)).status).toBe(204);
    expect((await app.platform.del(`${path}/${id}`)).status).toBe(404);
    expect((await app.platform.del(`${path}?tenant_id=acme`)).body).toEqual({ ended: 1 });
    expect(await Promise.all([one, two, three].map(isAlive))).toEqual([false, false, true]);
    expect((await app.platform.del(`${path}?actor=key:${other.id}`)).body).toEqual({ ended: 1 });
    expect(await isAlive(three)).toBe(false);
  });

  it('DELETE answers 400 when nobody is named, and ends nothing', async () => {
    const session = await signIn(app.platform, { api_key: testPlatformKey });
    expect(await app.platform.del('/v1/platform/sessions')).toMatchObject({
      status: 400,
      body: { errors: [{ field: 'tenant_id' }, { field: 'actor' }] },
    });
    expect(await isAlive(session)).toBe(true);
  });
});

describe('the table of sessions', () => {
  it('loses rows that ended a day ago, with the next sign-in of the tenant', async () => {
    const { key } = await keyOf('acme');
    for (let count = 0; count < 2; count += 1) await signIn(app.platform, { api_key: key });
    await app.queryAsSuperuser(
      `UPDATE sessions SET expires_at = now() - interval '25 hours' WHERE id = (SELECT min(id) FROM sessions)`,
    );
    await signIn(app.platform, { api_key: key });
    expect(await app.queryAsSuperuser('SELECT FROM sessions')).toHaveLength(2);
  });

  it('has no secret of a cookie', async () => {
    const { cookie } = await signIn(app.platform, { api_key: testPlatformKey });
    const [row] = await app.queryAsSuperuser<{ text: string }>('SELECT sessions::text AS text FROM sessions');
    expect(row!.text).not.toContain(cookie.split('.')[1]);
  });
});
