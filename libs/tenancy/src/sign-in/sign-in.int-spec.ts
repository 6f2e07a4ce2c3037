import { type ApiClient, consoleHeaders, signIn, waitFor } from '#testing';
import { createTenant, testPlatformKey } from '../../testing/tenancy-app.js';
import { useTenancyApp } from '../../testing/use-tenancy-app.js';

interface Problem {
  readonly type: string;
  readonly detail: string;
}

const app = useTenancyApp();
let tenant: { readonly id: string; readonly key: string };
let nobody: ApiClient;

beforeAll(async () => {
  tenant = (await createTenant(app, 'acme')).tenant.admin_key;
  nobody = app.platform.as(null).with(consoleHeaders);
});

describe('POST /v1/session', () => {
  it('opens a session in which the caller is the key that signed in', async () => {
    const { client } = await signIn(app.platform, { api_key: tenant.key });
    const { status, body } = await client.get('/v1/probe/member');
    expect([status, body]).toEqual([
      200,
      expect.objectContaining({ actor: `key:${tenant.id}`, role: 'tenant_admin', tenantId: 'acme' }),
    ]);
    expect((await client.post('/v1/probe/member')).status).toBe(201);
  });

  it('opens a session of the platform', async () => {
    const { client } = await signIn(app.platform, { api_key: testPlatformKey });
    expect((await client.get('/v1/platform/tenants/acme')).status).toBe(200);
    expect((await client.get('/v1/probe/member')).status).toBe(403);
  });

  it('a session of a restricted key is restricted, too', async () => {
    const request = { name: 'reader', role: 'member', scopes: ['query'] };
    const { body } = await app.platform.as(tenant.key).post<{ key: string }>('/v1/api-keys', request);
    const { client } = await signIn(app.platform, { api_key: body.key });
    expect((await client.get('/v1/probe/member')).status).toBe(403);
  });

  it.each([
    ['an unknown key', { api_key: `atn_${'9'.repeat(16)}_${'a'.repeat(48)}` }, 401],
    ['what is no key', { api_key: 'hello' }, 401],
    ['a code of nobody', { code: 'x'.repeat(43) }, 401],
    ['nothing', {}, 400],
    ['both', { api_key: 'a', code: 'b' }, 400],
  ])('refuses %s and sets no cookie', async (_what, body, expected) => {
    const answer = await nobody.post<Problem>('/v1/session', body, { 'x-forwarded-for': '10.2.0.1' });
    expect([answer.status, answer.headers.get('set-cookie')]).toEqual([expected, null]);
  });

  it.each([
    [{ 'sec-fetch-site': 'cross-site' }, 403],
    [{ 'sec-fetch-site': 'same-site', origin: 'https://evil.example' }, 403],
    [{ origin: 'https://evil.example' }, 403],
    [{ origin: 'null' }, 403],
    [{}, 204],
  ])('a page with %j gets %i', async (headers, expected) => {
    const api = app.platform.as(null);
    const answer = await api.post(
      '/v1/session',
      { api_key: tenant.key },
      { ...headers, 'x-forwarded-for': '10.2.0.2' },
    );
    expect(answer.status).toBe(expected);
  });

  it.each([
    ['over http on this machine', {}, /^attune=[^;]+; Max-Age=43\d{3}; Path=\/; HttpOnly; SameSite=Strict$/],
    [
      'over https through a trusted proxy',
      { 'x-forwarded-proto': 'https', 'x-forwarded-host': 'attune.example' },
      /^__Host-attune=[^;]+; Max-Age=43\d{3}; Path=\/; Secure; HttpOnly; SameSite=Strict$/,
    ],
    [
      'on another host through a proxy that forwards no protocol',
      { 'x-forwarded-host': 'attune.example' },
      /^__Host-attune=[^;]+; .*Secure;/,
    ],
  ])('sets the cookie of a browser %s', async (_how, headers, expected) => {
    const { setCookie } = await signIn(app.platform, { api_key: tenant.key }, headers);
    expect(setCookie).toMatch(expected);
  });

  it('says that a browser drops the cookie of a page over plain http from another machine', async () => {
    const page = { origin: 'http://192.0.2.9:3000', 'x-forwarded-host': '192.0.2.9:3000' };
    const answer = await nobody.post<Problem>('/v1/session', { api_key: tenant.key }, page);
    expect([answer.status, answer.body.detail]).toEqual([403, expect.stringContaining('https')]);
  });

  it('a cookie without Secure does not count over https', async () => {
    const { client } = await signIn(app.platform, { api_key: tenant.key });
    expect((await client.get('/v1/probe/member', { 'x-forwarded-proto': 'https' })).status).toBe(401);
  });

  it('each sign-in has a new id, and ends the session that the browser had', async () => {
    const first = await signIn(app.platform, { api_key: tenant.key });
    const second = await signIn(app.platform, { api_key: tenant.key }, { cookie: first.cookie });
    expect(second.cookie).not.toBe(first.cookie);
    expect((await first.client.get('/v1/probe/member')).status).toBe(401);
    expect((await second.client.get('/v1/probe/member')).status).toBe(200);
  });

  it('another sign-in leaves sessions of other browsers alone', async () => {
    const here = await signIn(app.platform, { api_key: tenant.key });
    await signIn(app.platform, { api_key: tenant.key });
    expect((await here.client.get('/v1/probe/member')).status).toBe(200);
  });

  it('answers 429 to the eleventh try of an address within a minute, also with a right key, and to no other address', async () => {
    const tries = Array.from({ length: 14 }, (_, index) => ({
      api_key: index > 11 ? tenant.key : `atn_${index}`,
    }));
    const from = (address: string) => ({ 'x-forwarded-for': address });
    const answers = [];
    for (const body of tries)
      answers.push(await nobody.post<Problem>('/v1/session', body, from('203.0.113.5')));
    expect(answers.map(({ status }) => status)).toEqual([
      ...Array.from({ length: 10 }, () => 401),
      429,
      429,
      429,
      429,
    ]);
    const { headers, body } = answers.at(-1)!;
    expect(body).toMatchObject({ type: '/problems/rate-limited', limit: 10, remaining: 0 });
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
    expect(new Date((body as never as { resets_at: string }).resets_at).getTime()).toBeGreaterThan(
      Date.now(),
    );
    expect((await nobody.post('/v1/session', { api_key: tenant.key }, from('203.0.113.6'))).status).toBe(204);
  });

  it('counts concurrent tries of one IPv6 network together', async () => {
    const answers = await Promise.all(
      Array.from({ length: 13 }, (_, index) =>
        nobody.post('/v1/session', { code: 'x' }, { 'x-forwarded-for': `2001:db8:1:2::${index}` }),
      ),
    );
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(3);
  });
});

describe('the cookie of a session', () => {
  let cookie: string;
  let host: string;

  beforeAll(async () => {
    ({ cookie } = await signIn(app.platform, { api_key: tenant.key }));
    host = new URL(app.platform.url).host;
  });

  const evidence = (headers: Record<string, string>) => app.platform.as(null).with({ cookie, ...headers });

  it.each([
    ['nothing', {}, ['Sec-Fetch-Site', 'Attune-Console']],
    ['no header of the console', { 'sec-fetch-site': 'same-origin' }, ['Attune-Console']],
    ['another value of it', { 'sec-fetch-site': 'same-origin', 'attune-console': '2' }, ['Attune-Console']],
    ['a page of a neighbour', { 'sec-fetch-site': 'same-site', 'attune-console': '1' }, ['Sec-Fetch-Site']],
    ['a foreign page', { 'sec-fetch-site': 'cross-site', 'attune-console': '1' }, ['Sec-Fetch-Site']],
    ['an address bar', { 'sec-fetch-site': 'none', 'attune-console': '1' }, ['Sec-Fetch-Site']],
    ['a foreign origin', { origin: 'https://evil.example', 'attune-console': '1' }, ['Sec-Fetch-Site']],
    ['an origin of nobody', { origin: 'null', 'attune-console': '1' }, ['Sec-Fetch-Site']],
  ])('a change that shows %s is 403, and the answer names what is missing', async (_what, headers, named) => {
    const { status, body } = await evidence(headers).post<Problem>('/v1/probe/member');
    expect([status, body.type]).toEqual([403, '/problems/forbidden']);
    for (const name of ['Sec-Fetch-Site', 'Attune-Console'])
      expect([name, body.detail.includes(name)]).toEqual([name, named.includes(name)]);
  });

  it('a foreign Sec-Fetch-Site is refused whatever Origin says', async () => {
    const headers = { 'sec-fetch-site': 'cross-site', origin: `http://${host}`, 'attune-console': '1' };
    expect((await evidence(headers).post('/v1/probe/member')).status).toBe(403);
  });

  it('an Origin that is the host counts without Sec-Fetch-Site, also behind a proxy', async () => {
    const own = { origin: `http://${host}`, 'attune-console': '1' };
    expect((await evidence(own).post('/v1/probe/member')).status).toBe(201);
    const { client } = await signIn(app.platform, { api_key: tenant.key }, { 'x-forwarded-proto': 'https' });
    const behind = {
      origin: 'https://attune.example',
      'x-forwarded-host': 'attune.example',
      'x-forwarded-proto': 'https',
    };
    expect((await client.post('/v1/probe/member', undefined, behind)).status).toBe(201);
  });

  it('a request that only reads needs no evidence', async () => {
    expect((await evidence({}).get('/v1/probe/member')).status).toBe(200);
  });

  it.each([
    ['authorization', `Bearer atn_${'9'.repeat(16)}_${'a'.repeat(48)}`],
    ['authorization', 'Basic YTpi'],
    ['x-api-key', 'nothing'],
  ])('a request with the header %s: %s too is answered by the header alone', async (name, value) => {
    expect((await evidence({ ...consoleHeaders, [name]: value }).get('/v1/probe/member')).status).toBe(401);
  });

  it('a request with a valid API key too needs no evidence, and acts as the key', async () => {
    const both = app.platform.with({ cookie });
    expect((await both.patch('/v1/platform/tenants/acme', { name: 'Acme' })).status).toBe(200);
  });

  it.each([
    ['another secret', (cookies: string) => cookies.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A'))],
    ['no secret', (cookies: string) => cookies.split('.')[0]!],
    ['an unknown id', () => `attune=${'9'.repeat(16)}.${'a'.repeat(43)}`],
    ['SQL', () => "attune=' OR 1=1 --"],
    ['nothing', () => 'attune='],
  ])('a cookie with %s is 401', async (_what, change) => {
    const answer = await app.platform.as(null).get<Problem>('/v1/probe/member', { cookie: change(cookie) });
    expect([answer.status, answer.body.type]).toEqual([401, '/problems/unauthenticated']);
  });

  it('the service finds its cookie among others', async () => {
    const cookies = `theme=dark; x=a=b;${cookie}; attune-old=1`;
    expect((await app.platform.as(null).get('/v1/probe/member', { cookie: cookies })).status).toBe(200);
  });
});

describe('the end of a session', () => {
  it('DELETE /v1/session ends the session and clears the browser', async () => {
    const { client } = await signIn(app.platform, { api_key: tenant.key });
    const { status, headers } = await client.del('/v1/session');
    expect([status, headers.get('clear-site-data')]).toEqual([204, '"cache", "storage"']);
    expect(headers.get('set-cookie')).toMatch(/^attune=; Max-Age=0; Path=\//);
    expect((await client.get('/v1/probe/member')).status).toBe(401);
    expect((await client.del('/v1/session')).status).toBe(401);
  });

  it('DELETE /v1/session with an API key is 404: there is no session', async () => {
    expect((await app.platform.del('/v1/session')).status).toBe(404);
  });

  it('a session ends with its key, which is revoked', async () => {
    const { body } = await app.platform
      .as(tenant.key)
      .post<{ id: string; key: string }>('/v1/api-keys', { name: 'short', role: 'member' });
    const { client } = await signIn(app.platform, { api_key: body.key });
    expect((await client.get('/v1/probe/member')).status).toBe(200);
    await app.platform.as(tenant.key).del(`/v1/api-keys/${body.id}`);
    expect((await client.get('/v1/probe/member')).status).toBe(401);
  });

  it('a session ends with its key, which expires', async () => {
    const expires_at = new Date(Date.now() + 1500).toISOString();
    const request = { name: 'short', role: 'member', expires_at };
    const { body } = await app.platform.as(tenant.key).post<{ key: string }>('/v1/api-keys', request);
    const { client } = await signIn(app.platform, { api_key: body.key });
    expect((await client.get('/v1/probe/member')).status).toBe(200);
    await waitFor(async () => (await client.get('/v1/probe/member')).status === 401);
  });

  it('a session ends with its tenant, and lives while the tenant is suspended', async () => {
    const other = (await createTenant(app, 'leaving')).tenant.admin_key;
    const { client } = await signIn(app.platform, { api_key: other.key });
    await app.platform.patch('/v1/platform/tenants/leaving', { status: 'suspended' });
    expect((await client.get('/v1/probe/member')).status).toBe(200);
    expect((await client.post('/v1/probe/member')).status).toBe(403);
    const again = await signIn(app.platform, { api_key: other.key });
    expect((await again.client.del('/v1/session')).status).toBe(204);
    await app.platform.del('/v1/platform/tenants/leaving');
    expect((await client.get('/v1/probe/member')).status).toBe(401);
    expect(await app.queryAsSuperuser(`SELECT FROM sessions WHERE tenant_id = 'leaving'`)).toEqual([]);
  });
});
