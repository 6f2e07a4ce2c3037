import type { JWTPayload } from 'jose';
import { testRedisUrl, waitFor } from '#testing';
import { testClient } from '../../testing/test-identity-provider.js';
import { type TenancyApp, createTenant, startTenancyApp } from '../../testing/tenancy-app.js';
import { type SignIn, clientOf, environmentOf, useSignInApp } from '../../testing/use-sign-in-app.js';

const redis = { REDIS_URL: testRedisUrl() };
const app = useSignInApp(redis);
let there: TenancyApp;

beforeAll(async () => {
  there = await startTenancyApp(app.database, { env: { ...environmentOf(app.idp), ...redis } });
  app.idp.setClient(app.platform.url, there.platform.url);
  await createTenant(app, 'acme');
  app.idp.accounts.set('ada', { name: 'Ada', role: 'member', tenant_id: 'acme' });
});
afterAll(() => there.close());

const logoutEvent = 'http://schemas.openid.net/event/backchannel-logout';
const isConsole = ({ pathname }: URL) => pathname === '/tenants';

function sendLogoutToken(token: string, further: Record<string, string> = {}) {
  const body = new URLSearchParams({ logout_token: token, ...further });
  return app.platform
    .as(null)
    .send<{ error: string }>('/v1/session/oidc/backchannel-logout', { method: 'POST', body });
}

let tokens = 0;

function logoutClaims(change: JWTPayload = {}): JWTPayload {
  const now = Math.floor(Date.now() / 1000);
  const claims = {
    iss: app.idp.issuer,
    aud: testClient.id,
    iat: now,
    exp: now + 120,
    jti: `t${(tokens += 1)}`,
  };
  return { ...claims, events: { [logoutEvent]: {} }, ...change };
}

async function sidOf({ browser }: SignIn): Promise<string> {
  const cookie = browser.cookieHeader(new URL(app.platform.url));
  const [, id] = /attune=(?:\w+_)?([a-z0-9]{8,32})/.exec(cookie) ?? [];
  const rows = await app.queryAsSuperuser<{ sid: string }>(`SELECT sid FROM sessions WHERE id = $1`, [id]);
  return rows[0]!.sid;
}

const isEnded = (api: TenancyApp['platform'], { browser }: SignIn) => {
  const cookie = browser.cookieHeader(new URL(app.platform.url));
  return waitFor(async () => (await api.as(null).get('/v1/probe/any', { cookie })).status === 401, {
    what: 'the session has ended',
  });
};

const isLive = async ({ client }: SignIn) => (await client.get('/v1/probe/any')).status === 200;

describe('a sign-in over two replicas', () => {
  it('can end at another replica than the one at which it started', async () => {
    const { browser, url } = await app.signIn({ stopAt: ({ pathname }) => pathname.endsWith('/callback') });
    const elsewhere = new URL(url.pathname + url.search, there.platform.url);
    browser.copyCookies(url, elsewhere);
    expect((await browser.open(elsewhere, { stopAt: isConsole })).status).toBe(303);
    const { body } = await clientOf(there.platform.as(null), browser).get('/v1/probe/any');
    expect(body).toMatchObject({ actor: 'jwt:ada' });
  });
});

describe('DELETE /v1/session', () => {
  it('answers with the page on which the person signs out at the provider, which ends all their sessions', async () => {
    const signedIn = await app.signIn();
    const second = await app.signIn({ browser: signedIn.browser.clone() });
    const { status, body } = await second.client.del<{ end_session_url: string }>('/v1/session');
    expect(status).toBe(200);
    const url = new URL(body.end_session_url);
    expect([url.origin, url.searchParams.get('client_id')]).toEqual([app.idp.issuer, testClient.id]);
    expect(body.end_session_url).not.toMatch(/eyJ/);
    const page = await signedIn.browser.open(url);
    const [, action, xsrf] = /action="([^"]+)".*name="xsrf" value="([^"]+)"/s.exec(page.text) ?? [];
    await signedIn.browser.open(action!, { method: 'POST', form: { xsrf: xsrf!, logout: 'yes' } });
    for (const api of [app.platform, there.platform]) await isEnded(api, signedIn);
  });

  it('works while the provider is away', async () => {
    const late = await startTenancyApp(app.database, { env: { ...environmentOf(app.idp), ...redis } });
    const { browser } = await app.signIn();
    const here = new URL(late.platform.url);
    browser.copyCookies(new URL(app.platform.url), here);
    await app.idp.stop();
    try {
      const client = clientOf(late.platform.as(null), browser);
      expect((await client.del('/v1/session')).status).toBe(204);
      expect((await client.get('/v1/probe/any')).status).toBe(401);
    } finally {
      await app.idp.listen();
      await late.close();
    }
  });
});

describe('POST /v1/session/oidc/backchannel-logout', () => {
  it('ends the session that the token names, on every replica, and no other', async () => {
    const [ended, other] = [await app.signIn(), await app.signIn()];
    const token = await app.idp.sign(logoutClaims({ sid: await sidOf(ended) }), { typ: 'logout+jwt' });
    const answer = await sendLogoutToken(token, { from: 'the provider' });
    expect([answer.status, answer.body, answer.headers.get('cache-control')]).toEqual([
      200,
      null,
      'no-store',
    ]);
    for (const api of [app.platform, there.platform]) await isEnded(api, ended);
    expect(await isLive(other)).toBe(true);
  });

  it('ends all sessions of a person at this provider when the token names no session', async () => {
    const sessions = [await app.signIn(), await app.signIn()];
    app.idp.account = 'bob';
    app.idp.accounts.set('bob', { role: 'member', tenant_id: 'acme' });
    const bob = await app.signIn();
    app.idp.account = 'ada';
    expect((await sendLogoutToken(await app.idp.sign(logoutClaims({ sub: 'ada' })))).status).toBe(200);
    for (const session of sessions) await isEnded(there.platform, session);
    expect(await isLive(bob)).toBe(true);
  });

  it('works once for each token', async () => {
    const token = await app.idp.sign(logoutClaims({ sub: 'ada' }));
    expect((await sendLogoutToken(token)).status).toBe(200);
    const signedIn = await app.signIn();
    expect((await sendLogoutToken(token)).status).toBe(400);
    expect(await isLive(signedIn)).toBe(true);
  });

  it('works at once after the provider has changed its key', async () => {
    await app.idp.rotateKey();
    expect((await sendLogoutToken(await app.idp.sign(logoutClaims({ sub: 'nobody' })))).status).toBe(200);
  });

  const faulty: [string, JWTPayload, Record<string, string>?][] = [
    ['a nonce, as ID tokens have', { nonce: 'n' }],
    ['no event', { events: {} }],
    ['another event', { events: { 'http://schemas.openid.net/event/other': {} } }],
    ['events that are a list', { events: [logoutEvent] }],
    ['neither session nor person', { sub: undefined as never }],
    ['another audience', { aud: 'another-client' }],
    ['another issuer', { iss: 'https://evil.example' }],
    ['no id', { jti: undefined as never }],
    ['an end that has passed', { exp: Math.floor(Date.now() / 1000) - 60 }],
    ['an old time and no end', { iat: Math.floor(Date.now() / 1000) - 3600, exp: undefined as never }],
    ['the type of an access token', {}, { typ: 'at+jwt' }],
  ];
  it.each(faulty)('refuses a token with %s, and ends nothing', async (_what, change, header = {}) => {
    const signedIn = await app.signIn();
    const answer = await sendLogoutToken(await app.idp.sign(logoutClaims({ sub: 'ada', ...change }), header));
    expect([answer.status, answer.body.error]).toEqual([400, 'invalid_request']);
    expect(await isLive(signedIn)).toBe(true);
  });

  it('refuses a token that another key signed, and what is no token', async () => {
    const signedIn = await app.signIn();
    app.idp.signsWithForeignKey = true;
    const forged = await app.idp.sign(logoutClaims({ sub: 'ada' }));
    app.idp.signsWithForeignKey = false;
    const unsigned = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${forged.split('.')[1]}.`;
    for (const token of [forged, unsigned, 'x', '']) expect((await sendLogoutToken(token)).status).toBe(400);
    expect(await isLive(signedIn)).toBe(true);
  });

  it.each([
    ['application/json', '{"logout_token":"x"}', 415],
    ['application/x-www-form-urlencoded', 'logout_token=a&logout_token=b', 400],
    ['application/x-www-form-urlencoded', '', 400],
    ['application/x-www-form-urlencoded', `logout_token=${'a'.repeat(70_000)}`, 413],
  ])('answers a body of %s in the form of OAuth', async (type, body, expected) => {
    const headers = { 'content-type': type };
    const answer = await app.platform
      .as(null)
      .send<object>('/v1/session/oidc/backchannel-logout', { method: 'POST', headers, body });
    expect([answer.status, Object.keys(answer.body)]).toEqual([expected, ['error', 'error_description']]);
  });

  // The last test of the file: it uses the minute up.
  it('refuses an address after 60 invalid tokens within a minute, with the time of the next try', async () => {
    const refused = await waitFor(async () => {
      const answer = await sendLogoutToken('x');
      return answer.status === 400 ? null : answer;
    });
    expect([refused.status, refused.body.error]).toEqual([429, 'invalid_request']);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
  });
});
