import { SignJWT, type JWTPayload } from 'jose';
import { type ApiClient, waitFor } from '#testing';
import { RecordingServer } from '../../../egress/testing/recording-server.js';
import { TestBrowser } from '../../testing/test-browser.js';
import { createTenant, startTenancyApp } from '../../testing/tenancy-app.js';
import { environmentOf, useSignInApp, wantedPage } from '../../testing/use-sign-in-app.js';
import { SealedStates } from './flow/sealed-states.js';

const app = useSignInApp({ JWT_SECRET: 'a secret of more than thirty-two bytes' });

beforeAll(async () => {
  await createTenant(app, 'acme');
  app.idp.accounts.set('ada', { name: 'Ada', role: 'tenant_admin', tenant_id: 'acme' });
});

afterEach(() => {
  Object.assign(app.idp, { account: 'ada', tamper: null, signsWithForeignKey: false });
});

const callbackPath = '/v1/session/oidc/callback';
const isCallback = ({ pathname }: URL) => pathname === callbackPath;

/** As far as the callback, which is not called. */
const untilCallback = (browser = new TestBrowser()) => app.signIn({ browser, stopAt: isCallback });

describe('a sign-in at the provider of the environment', () => {
  it('opens a session with the role and the tenant of the claims, and goes to the page that wanted it', async () => {
    const { status, url, text, client, browser } = await app.signIn();
    expect([status, url.href, text]).toEqual([303, `${app.platform.url}${wantedPage}`, '']);
    const { body } = await client.get('/v1/probe/member');
    expect(body).toMatchObject({ actor: 'jwt:ada', role: 'tenant_admin', tenantId: 'acme' });
    expect(browser.setCookies.filter((cookie) => cookie.startsWith('attune'))).toEqual([
      expect.stringMatching(/^attune-sign-in=[^;]+; Max-Age=300; Path=\/; HttpOnly; SameSite=Lax$/),
      expect.stringMatching(/^attune-sign-in=; Max-Age=0/),
      expect.stringMatching(/^attune=[^;]+; Max-Age=4\d{4}; Path=\/; HttpOnly; SameSite=Strict$/),
    ]);
  });

  it('names the person as an API token of the issuer does, so that four eyes are not one pair at two doors', async () => {
    const token = await new SignJWT({ role: 'tenant_admin', tenant_id: 'acme' })
      .setProtectedHeader({ alg: 'HS256' })
      .setSubject('ada')
      .setExpirationTime('5m')
      .sign(new TextEncoder().encode('a secret of more than thirty-two bytes'));
    const byToken = await app.platform.as(token).get<{ actor: string }>('/v1/probe/member');
    const bySession = await (await app.signIn()).client.get<{ actor: string }>('/v1/probe/member');
    expect(bySession.body.actor).toBe(byToken.body.actor);
  });

  it('asks with PKCE, a state and a nonce, each different every time', async () => {
    const asked = await Promise.all(
      [1, 2].map(() => app.signIn({ stopAt: ({ origin }) => origin === app.idp.issuer })),
    );
    const [first, second] = asked.map(({ url }) => url.searchParams);
    expect(Object.fromEntries(first!)).toMatchObject({
      response_type: 'code',
      code_challenge_method: 'S256',
      scope: 'openid profile',
      redirect_uri: `${app.platform.url}${callbackPath}`,
    });
    for (const name of ['state', 'nonce', 'code_challenge']) {
      expect(first!.get(name)!.length).toBeGreaterThanOrEqual(43);
      expect(first!.get(name)).not.toBe(second!.get(name));
    }
  });

  it('ends the session that the browser had before', async () => {
    const { browser, client: before } = await app.signIn();
    const { client: after } = await app.signIn({ browser });
    expect((await before.get('/v1/probe/any')).status).toBe(401);
    expect((await after.get('/v1/probe/any')).status).toBe(200);
  });

  it('the session is in the audit log with the address of the browser', async () => {
    await app.signIn();
    const { body } = await app.platform.get<{ items: object[] }>(
      '/v1/platform/audit?action=session.create&limit=1',
    );
    expect(body.items[0]).toMatchObject({ actor: 'jwt:ada', role: 'tenant_admin', address: '127.0.0.1' });
  });

  const tokens: [string, (claims: JWTPayload) => JWTPayload][] = [
    ['another nonce', (claims) => ({ ...claims, nonce: 'n'.repeat(43) })],
    ['no nonce', ({ nonce: _nonce, ...claims }) => claims],
    ['another issuer', (claims) => ({ ...claims, iss: 'https://evil.example' })],
    ['another audience', (claims) => ({ ...claims, aud: 'another-client' })],
    ['two audiences and no azp', (claims) => ({ ...claims, aud: ['another-client', 'attune'] })],
    ['an end that has passed', (claims) => ({ ...claims, exp: Math.floor(Date.now() / 1000) - 60 })],
    ['no subject', ({ sub: _sub, ...claims }) => claims],
    ['an invisible subject', (claims) => ({ ...claims, sub: 'a\u200Bda' })],
  ];
  it.each(tokens)('the service refuses it when the ID token has %s', async (_what, tamper) => {
    app.idp.tamper = tamper;
    const { status, text, client } = await app.signIn();
    expect([status, (await client.get('/v1/probe/any')).status]).toEqual([401, 401]);
    expect(text).not.toMatch(/nonce|issuer|audience|azp/);
  });

  it('the service refuses it when another key signed the ID token', async () => {
    Object.assign(app.idp, { tamper: (claims: JWTPayload) => claims, signsWithForeignKey: true });
    expect(await app.trySignIn()).toMatchObject({ status: 401 });
  });

  it('works when what was signed again is what it was', async () => {
    app.idp.tamper = (claims) => claims;
    expect(await app.trySignIn()).toMatchObject({ status: 303, principal: { actor: 'jwt:ada' } });
  });

  it('works at once after the provider has changed its key', async () => {
    await app.signIn();
    await app.idp.rotateKey();
    expect(await app.trySignIn()).toMatchObject({ status: 303, principal: { actor: 'jwt:ada' } });
  });

  it('the answer is 403 when the provider says that the person refused', async () => {
    const { browser, url } = await untilCallback();
    url.searchParams.delete('code');
    url.searchParams.set('error', 'access_denied');
    url.searchParams.set('error_description', '<b>because</b>');
    const { status, text } = await browser.open(url);
    expect([status, text.includes('access_denied'), text.includes('because')]).toEqual([403, true, false]);
  });
});

describe('an act that needs a recent sign-in', () => {
  beforeAll(() => app.idp.accounts.set('root', { name: 'Root', role: 'platform_admin' }));
  beforeEach(() => {
    app.idp.account = 'root';
  });

  const tryAct = (client: ApiClient) =>
    client.post('/v1/platform/api-keys', { name: 'support', role: 'platform_reader' });
  const interactions = () => app.idp.requests.filter((path) => path.startsWith('/interaction/')).length;

  it.each<[string, number | undefined, number]>([
    ['asked the person an hour ago', -3_600, 403],
    ['asked the person a minute ago', -60, 201],
    ['has a clock that is an hour ahead', 3_600, 201],
    ['does not say when it asked', undefined, 201],
  ])('counts from when the provider asked: it %s', async (_what, seconds, expected) => {
    const time = seconds === undefined ? undefined : Math.floor(Date.now() / 1_000) + seconds;
    app.idp.tamper = (claims) => ({ ...claims, auth_time: time });
    const { client } = await app.signIn();
    expect((await tryAct(client)).status).toBe(expected);
  });

  it('the provider asks again for it, also a person whom it still knows', async () => {
    const { browser } = await app.signIn();
    const before = interactions();
    await app.signIn({ browser });
    expect(interactions()).toBe(before);
    const askedAt = Math.floor(Date.now() / 1_000);
    let said: JWTPayload = {};
    app.idp.tamper = (claims) => (said = claims);
    const { client } = await app.signIn({ browser, start: { reauthenticate: 'true' } });
    expect(interactions()).toBeGreaterThan(before);
    expect(said['auth_time']).toBeGreaterThanOrEqual(askedAt);
    expect((await tryAct(client)).status).toBe(201);
  });
});

describe('the callback of a sign-in', () => {
  it('works once, whoever repeats it', async () => {
    const { browser, url } = await untilCallback();
    const thief = browser.clone();
    const first = await browser.open(url, { stopAt: ({ pathname }) => pathname === '/tenants' });
    const again = await thief.open(url);
    expect([first.status, again.status]).toEqual([303, 400]);
    expect(again.text).toContain('used already');
  });

  it('one of several at the same time works', async () => {
    const { browser, url } = await untilCallback();
    const headers = { cookie: browser.cookieHeader(url), accept: 'application/json' };
    const answers = await Promise.all(
      [1, 2, 3].map(() => fetch(url, { headers, redirect: 'manual' }).then(({ status }) => status)),
    );
    expect(answers.toSorted()).toEqual([303, 400, 400]);
  });

  it('refuses a code that was used in another sign-in', async () => {
    const used = await untilCallback();
    await used.browser.open(used.url, { stopAt: ({ pathname }) => pathname === '/tenants' });
    const { browser, url } = await untilCallback();
    url.searchParams.set('code', used.url.searchParams.get('code')!);
    expect((await browser.open(url)).status).toBe(401);
  });

  it('refuses the answer to another sign-in of the same browser', async () => {
    const { browser, url: first } = await untilCallback();
    await untilCallback(browser);
    const { status, text } = await browser.open(first);
    expect([status, text.includes('Another sign-in was started')]).toEqual([400, true]);
  });

  it('refuses a browser that did not start the sign-in', async () => {
    const { url } = await untilCallback();
    expect((await new TestBrowser().open(url)).status).toBe(400);
  });

  it('refuses what is too old, sealed for something else, or changed', async () => {
    const states = app.nest.get(SealedStates);
    const transaction = {
      connectionId: 'default',
      state: 's',
      nonce: 'n',
      codeVerifier: 'v',
      redirectUri: `${app.platform.url}${callbackPath}`,
      returnTo: '/',
      expiresAt: Date.now() + 60_000,
    };
    const [valid] = await states.seal('transaction', [transaction]);
    const [old] = await states.seal('transaction', [{ ...transaction, expiresAt: Date.now() - 1 }]);
    const [foreign] = await states.seal('choice', [{ ...transaction, state: 's' } as never]);
    const changed = `${valid!.slice(0, -1)}${valid!.endsWith('A') ? 'B' : 'A'}`;
    for (const sealed of [old, foreign, changed, 'x', '', '%00', valid!.slice(0, 20)]) {
      const headers = { cookie: `attune-sign-in=${sealed}`, accept: 'application/json' };
      const answer = await fetch(`${app.platform.url}${callbackPath}?code=c&state=s`, { headers });
      expect([answer.status, await answer.json()]).toEqual([
        400,
        expect.objectContaining({
          type: '/problems/invalid-input',
          detail: expect.stringContaining('expired'),
        }),
      ]);
    }
  });

  it('an error is a page with a strict policy for a browser, and a problem document for others', async () => {
    const { headers, status, text } = await new TestBrowser().open(
      `${app.platform.url}${callbackPath}?state=%3Cb%3E`,
    );
    expect([status, headers.get('content-type')]).toEqual([400, 'text/html; charset=utf-8']);
    const policy = headers.get('content-security-policy')!;
    expect(policy).toMatch(
      /^default-src 'none'; style-src 'sha256-[^']+'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'$/,
    );
    expect(headers.get('cache-control')).toBe('no-store');
    expect(text).toContain(headers.get('x-request-id')!);
    expect(text).not.toMatch(/<script|<b>|style="/);
  });
});

describe('the start of a sign-in', () => {
  it.each([
    '//evil.example',
    String.raw`/\evil.example`,
    '/%2Fevil.example',
    'https://evil.example',
    '/v1/x',
  ])('refuses to come back to %s', async (returnTo) => {
    const { status, text } = await app.signIn({ start: { return_to: returnTo } });
    expect([status, text.includes('evil')]).toEqual([400, false]);
  });

  it('does not know connections that do not exist', async () => {
    expect((await app.signIn({ start: { connection: 'nobody' } })).status).toBe(404);
  });

  it('the answer is 503 while the provider of a service that has just started is away, and works when it is back', async () => {
    await app.idp.stop();
    const late = await startTenancyApp(app.database, { env: environmentOf(app.idp) });
    try {
      const away = await app.signIn({ url: late.platform.url });
      expect([away.status, away.headers.get('retry-after')]).toEqual([503, '5']);
      expect(away.text).toContain('does not answer');
      expect((await late.platform.get('/v1/probe/any')).status).toBe(200);
      await app.idp.listen();
      app.idp.setClient(app.platform.url, late.platform.url);
      await waitFor(async () => (await app.signIn({ url: late.platform.url })).status === 303, {
        what: 'the provider is found again',
      });
    } finally {
      await late.close();
    }
  });

  it('asks a provider only at an address that the operator allows', async () => {
    const internal = await RecordingServer.start();
    const env = { ...environmentOf(app.idp), OIDC_ISSUER: internal.url, EGRESS_ALLOW: '10.0.0.0/8' };
    const closed = await startTenancyApp(app.database, { env });
    try {
      expect((await app.signIn({ url: closed.platform.url })).status).toBe(503);
      expect(internal.requests).toEqual([]);
    } finally {
      await closed.close();
      await internal.stop();
    }
  });
});

describe('GET /v1/session/oidc/connections', () => {
  it('shows nobody more than the id and the label of the platform’s connections', async () => {
    const { status, body } = await app.platform.as(null).get('/v1/session/oidc/connections');
    expect([status, body]).toEqual([
      200,
      { items: [{ id: 'default', label: '127.0.0.1' }], next_cursor: null },
    ]);
  });
});
