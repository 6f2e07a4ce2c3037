import type { ApiClient } from '#testing';
import { createTenant } from '../../testing/tenancy-app.js';
import { useTenancyApp } from '../../testing/use-tenancy-app.js';
import { formatApiKey, generateApiKey } from './api-key.js';

interface IssuedKeyBody {
  readonly id: string;
  readonly key: string;
}

interface KeyBody {
  readonly id: string;
  readonly scopes: readonly string[] | null;
}

describe('scopes of API keys', () => {
  const app = useTenancyApp();
  let admin: ApiClient;

  beforeAll(async () => {
    ({ admin } = await createTenant(app, 'acme'));
  });

  async function issue(scopes: unknown, by: ApiClient = admin) {
    return by.post<IssuedKeyBody>('/v1/api-keys', { name: 'narrow', role: 'tenant_admin', scopes });
  }

  async function scopesOf(wanted: string): Promise<readonly string[] | null | undefined> {
    const { body } = await admin.get<{ items: KeyBody[] }>('/v1/api-keys');
    return body.items.find(({ id }) => id === wanted)?.scopes;
  }

  async function clientWith(...scopes: string[]): Promise<ApiClient> {
    return app.platform.as((await issue(scopes)).body.key);
  }

  it('GET /v1/api-keys shows the scopes of a key, each once', async () => {
    const { id } = (await issue(['query', 'retrieve', 'query'])).body;
    expect(await scopesOf(id)).toEqual(['query', 'retrieve']);
  });

  it.each([null, undefined])('a key with scopes %j may do all that its role may', async (scopes) => {
    const { body } = await issue(scopes);
    expect(await scopesOf(body.id)).toBeNull();
    expect((await app.platform.as(body.key).get('/v1/probe/admin')).status).toBe(200);
  });

  it.each([
    [[], 'scopes', 'min'],
    [['everything'], 'scopes.0', 'enum'],
    ['query', 'scopes', 'type'],
    [Array.from({ length: 12 }, () => 'query'), 'scopes', 'too_many'],
  ])('POST /v1/api-keys refuses the scopes %j', async (scopes, field, rule) => {
    const { status, body } = await issue(scopes);
    expect(status).toBe(400);
    expect(body).toMatchObject({ errors: [expect.objectContaining({ field, rule })] });
  });

  it('POST /v1/platform/api-keys refuses scopes, because keys of the platform have none', async () => {
    const request = { name: 'x', role: 'platform_reader', scopes: ['query'] };
    expect(await app.platform.post('/v1/platform/api-keys', request)).toMatchObject({
      status: 400,
      body: { errors: [{ field: 'scopes', rule: 'unknown_field' }] },
    });
  });

  it('a restricted key is refused on a route of another scope and on one without a scope', async () => {
    const reader = await clientWith('config:read');
    expect(await reader.get('/v1/api-keys')).toMatchObject({
      status: 403,
      body: { detail: 'This route requires the scope keys:write; the key has config:read.' },
    });
    expect(await reader.get('/v1/probe/member')).toMatchObject({
      status: 403,
      body: { detail: 'This route is for keys without a list of scopes; the key has config:read.' },
    });
  });

  it('a restricted key makes keys with its own scopes or fewer, and no others', async () => {
    const maker = await clientWith('keys:write', 'query');
    expect((await issue(['query'], maker)).status).toBe(201);
    expect((await issue(['query', 'keys:write'], maker)).status).toBe(201);
    for (const scopes of [null, undefined, ['config:read'], ['query', 'config:write']])
      expect(await issue(scopes, maker)).toMatchObject({
        status: 403,
        body: { type: '/problems/forbidden' },
      });
  });

  it('an admin key that cannot make keys does not count as the last admin key of the tenant', async () => {
    const { admin: only } = await createTenant(app, 'single');
    await issue(['query'], only);
    const { body } = await only.get<{ items: KeyBody[] }>('/v1/api-keys');
    const full = body.items.find(({ scopes }) => scopes === null)!;
    expect((await only.del(`/v1/api-keys/${full.id}`)).status).toBe(409);
    await issue(['keys:write'], only);
    expect((await only.del(`/v1/api-keys/${full.id}`)).status).toBe(204);
  });

  it('a change of scopes with SQL is a change of the key in the change feed, by which it reaches every replica', async () => {
    const { id } = (await issue(['keys:write'])).body;
    await app.queryAsSuperuser(`UPDATE api_keys SET scopes = '{query}' WHERE id = '${id}'`);
    const feed = `SELECT version::int FROM change_feed WHERE kind = 'credential' AND key = '${id}' ORDER BY version`;
    expect(await app.queryAsSuperuser(feed)).toEqual([{ version: 1 }, { version: 2 }]);
  });

  it('the answer to a key without its checksum says that it may be cut or mistyped, and the answer to another wrong key does not', async () => {
    const { key } = (await issue(null)).body;
    const answer = async (text: string) =>
      (await app.platform.as(text).get<{ detail: string }>('/v1/probe/member')).body.detail;
    const lastIsA = key.endsWith('a');
    expect(await answer(key.slice(0, -1) + (lastIsA ? 'b' : 'a'))).toMatch('It may be cut or mistyped');
    expect(await answer(key.slice(0, -3))).toMatch('It may be cut or mistyped');
    expect(await answer(formatApiKey(generateApiKey()))).toBe('The credential is not valid.');
  });
});
