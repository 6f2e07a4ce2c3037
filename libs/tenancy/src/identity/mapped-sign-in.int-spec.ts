import { waitFor } from '#testing';
import { TestIdentityProvider, testClient } from '../../testing/test-identity-provider.js';
import { createTenant } from '../../testing/tenancy-app.js';
import { clientOf, useSignInApp, wantedPage } from '../../testing/use-sign-in-app.js';
import { ConnectionFinder } from './connections/connection-finder.js';
import { SessionOpener } from './flow/session-opener.js';

const app = useSignInApp();
const connections = '/v1/platform/identity/connections';

beforeAll(async () => {
  for (const tenant of ['acme', 'globex']) await createTenant(app, tenant);
});
beforeEach(async () => {
  app.idp.accounts.clear();
  await app.map('default');
});

const haveGroups = (...groups: string[]) => void app.idp.accounts.set('ada', { name: 'Ada', groups });
const acmeMember = { value: 'lawyers', role: 'member', tenant_id: 'acme' } as const;
const isEnded = (client: Awaited<ReturnType<typeof app.signIn>>['client']) =>
  waitFor(async () => (await client.get('/v1/probe/any')).status === 401, { what: 'the session has ended' });

describe('a sign-in with mappings', () => {
  it('the person gets the role of the mapping that matches', async () => {
    await app.map('default', acmeMember, { value: 'ops', role: 'platform_admin' });
    haveGroups('lawyers');
    expect(await app.trySignIn()).toMatchObject({
      principal: { role: 'member', tenantId: 'acme', actor: 'jwt:ada' },
    });
    haveGroups('ops');
    expect(await app.trySignIn()).toMatchObject({ principal: { role: 'platform_admin', tenantId: null } });
  });

  it('refuses a person without one, and names the claim in which it looked', async () => {
    await app.map('default', acmeMember, {
      claim: 'department',
      value: 'legal',
      role: 'member',
      tenant_id: 'acme',
    });
    haveGroups('cooks');
    const { status, text, client } = await app.signIn();
    expect([status, (await client.get('/v1/probe/any')).status]).toEqual([403, 401]);
    expect(text).toContain('claims groups, department');
    expect(text).not.toMatch(/lawyers|cooks|acme/);
  });

  it('refuses everybody while a connection has no mappings, but for the claims of tokens at that of the environment', async () => {
    app.idp.accounts.set('ada', { role: 'platform_admin' });
    expect(await app.trySignIn()).toMatchObject({ status: 303, principal: { role: 'platform_admin' } });
    await app.map('default', acmeMember);
    expect(await app.trySignIn()).toMatchObject({ status: 403 });
    await createConnection('unmapped');
    expect(await app.trySignIn({ start: { connection: 'unmapped' } })).toMatchObject({ status: 403 });
  });

  it.each([
    ['a tenant that does not exist', { role: 'member', tenant_id: 'nobody' }],
    ['a role of the platform with a tenant', { role: 'platform_admin', tenant_id: 'acme' }],
    ['no role', { tenant_id: 'acme' }],
    ['an unknown role', { role: 'root' }],
  ])('refuses claims of tokens with %s', async (_what, claims) => {
    app.idp.accounts.set('ada', claims);
    const { status, text } = await app.signIn();
    expect([status, text.includes('role, tenant_id')]).toEqual([403, true]);
  });

  it('fails closed when the provider leaves the groups out because there are too many, and says so', async () => {
    await app.map('default', acmeMember);
    app.idp.accounts.set('ada', { _claim_names: { groups: 'src1' } });
    const { status, text } = await app.signIn();
    expect([status, text.includes('claim groups'), text.includes('groups overage')]).toEqual([
      403,
      true,
      true,
    ]);
  });

  it('names a person of another issuer with the issuer, also where the subject is the same', async () => {
    const other = await TestIdentityProvider.start();
    other.setClient(app.platform.url);
    other.accounts.set('ada', { groups: ['lawyers'] });
    await createConnection('of-acme', { tenant_id: 'acme', issuer: other.issuer });
    expect((await app.map('of-acme', { value: 'lawyers', role: 'member' })).status).toBe(200);
    const { principal } = await app.trySignIn({ start: { connection: 'of-acme' } });
    expect(principal).toMatchObject({ actor: `oidc:${other.issuer}#ada`, role: 'member', tenantId: 'acme' });
    await other.stop();
  });
});

describe('a person with several roles', () => {
  const choicesIn = (text: string) =>
    [...text.matchAll(/name="choice" value="([^"]+)"/g)].map(([, value]) => value!);

  async function signInWithTwo() {
    await app.map('default', acmeMember, { value: 'ops', role: 'platform_reader' });
    haveGroups('lawyers', 'ops');
    const page = await app.signIn();
    expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    return { ...page, choices: choicesIn(page.text) };
  }

  const choose = (browser: Awaited<ReturnType<typeof app.signIn>>['browser'], choice: string) =>
    browser.open(`${app.platform.url}/v1/session/oidc/choose`, {
      method: 'POST',
      form: { choice },
      stopAt: ({ pathname }) => pathname === '/tenants',
    });

  it('picks one on a page, and the session has exactly this one', async () => {
    const { browser, choices, text, client } = await signInWithTwo();
    expect((await client.get('/v1/probe/any')).status).toBe(401);
    expect(text.indexOf('The platform')).toBeLessThan(text.indexOf('acme'));
    const chosen = await choose(browser, choices[1]!);
    expect([chosen.status, chosen.url.href]).toEqual([303, `${app.platform.url}${wantedPage}`]);
    const { body } = await clientOf(app.platform.as(null), browser).get('/v1/probe/any');
    expect(body).toMatchObject({ role: 'member', tenantId: 'acme', actor: 'jwt:ada' });
  });

  it('picks once, in the browser that signed in, and nothing that was not offered', async () => {
    const { browser, choices } = await signInWithTwo();
    const other = await signInWithTwo();
    expect((await choose(other.browser, choices[0]!)).status).toBe(400);
    expect((await choose(browser.clone(), `${choices[0]!.slice(0, -2)}AA`)).status).toBe(400);
    const repeated = browser.clone();
    expect((await choose(browser, choices[0]!)).status).toBe(303);
    expect((await choose(repeated, choices[1]!)).status).toBe(400);
  });

  it('does not get a role that was taken away on the page', async () => {
    const { browser, choices } = await signInWithTwo();
    await app.map('default', { value: 'ops', role: 'platform_reader' });
    expect((await choose(browser, choices[1]!)).status).toBe(403);
    expect((await clientOf(app.platform.as(null), browser).get('/v1/probe/any')).status).toBe(401);
  });
});

describe('a change of mappings', () => {
  it('counts from the next sign-in', async () => {
    await app.map('default', acmeMember);
    haveGroups('lawyers');
    await app.signIn();
    await app.map('default', { ...acmeMember, role: 'tenant_admin' });
    expect(await app.trySignIn()).toMatchObject({ principal: { role: 'tenant_admin' } });
  });

  it('ends the sessions that a removed mapping gave, and no others', async () => {
    await app.map('default', acmeMember, { value: 'ops', role: 'platform_reader' });
    haveGroups('lawyers');
    const lawyer = await app.signIn();
    haveGroups('ops');
    const operator = await app.signIn();
    await app.map('default', { value: 'ops', role: 'platform_reader' });
    await isEnded(lawyer.client);
    expect((await operator.client.get('/v1/probe/any')).status).toBe(200);
  });

  it('ends the sessions of claims of tokens with the first mapping', async () => {
    app.idp.accounts.set('ada', { role: 'platform_admin' });
    const { client } = await app.signIn();
    await app.map('default', acmeMember);
    await isEnded(client);
  });

  it('leaves none of the sessions that are opened at the same moment', async () => {
    const operators = { value: 'ops', role: 'platform_reader' };
    haveGroups('lawyers');
    for (let round = 0; round < 3; round += 1) {
      await app.map('default', acmeMember, operators);
      const signIns = [1, 2, 3, 4].map(() => app.signIn());
      await signIns[round];
      await app.map('default', operators);
      await Promise.all(signIns);
      const live = `SELECT FROM sessions WHERE connection = 'default' AND role = 'member' AND revoked_at IS NULL`;
      expect(await app.queryAsSuperuser(live)).toEqual([]);
    }
  });

  it('during a sign-in leaves no session behind', async () => {
    const connection = await app.nest.get(ConnectionFinder).get('default');
    const identity = { actor: 'jwt:late', name: null, sid: null, logoutHint: null, authenticatedAt: null };
    const grant = { role: 'member', tenantId: 'acme', mappingIds: ['gone'] } as const;
    const opening = app.nest
      .get(SessionOpener)
      .open(connection, identity, grant, { address: '127.0.0.1', agent: undefined });
    await expect(opening).rejects.toThrow('taken away');
    const rows = await app.queryAsSuperuser(
      `SELECT FROM sessions WHERE actor = 'jwt:late' AND revoked_at IS NULL`,
    );
    expect(rows).toEqual([]);
  });
});

describe('a connection that is taken away', () => {
  it.each([
    ['disabled', (id: string) => createConnection(id, { enabled: false })],
    ['of another client', (id: string) => createConnection(id, { client_id: 'another' })],
    ['deleted', (id: string) => app.platform.del(`${connections}/${id}`)],
  ])('ends its sessions when it is %s, and lets nobody in', async (what, takeAway) => {
    const id = what.replaceAll(' ', '-');
    await createConnection(id);
    await app.map(id, acmeMember);
    haveGroups('lawyers');
    const { client, status } = await app.signIn({ start: { connection: id } });
    expect(status).toBe(303);
    expect([200, 204]).toContain((await takeAway(id)).status);
    await isEnded(client);
    expect((await app.signIn({ start: { connection: id } })).status).toBeGreaterThanOrEqual(400);
  });
});

function createConnection(id: string, change: object = {}) {
  return app.platform.put(`${connections}/${id}`, {
    label: id,
    issuer: app.idp.issuer,
    client_id: testClient.id,
    client_secret: testClient.secret,
    ...change,
  });
}
