import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type CryptoKey, SignJWT, exportJWK, generateKeyPair } from 'jose';
import { type ApiClient, createTestDatabase, type TestDatabase, testRedisUrl, waitFor } from '#testing';
import { Authenticator } from './authenticator.js';
import { createTenant, startTenancyApp, type TenancyApp } from '../../testing/tenancy-app.js';
import { useTenancyApp } from '../../testing/use-tenancy-app.js';

const secret = 'a shared secret of more than thirty-two characters';
const claims = { sub: 'ada', tenant_id: 'acme', role: 'member' };
const encodeUtf8 = (text: string) => new TextEncoder().encode(text);

function signToken(
  payload: object,
  key: CryptoKey | Uint8Array = encodeUtf8(secret),
  alg = 'HS256',
): Promise<string> {
  const jwt = new SignJWT({ ...payload }).setProtectedHeader({ alg, kid: 'one' });
  return 'exp' in payload ? jwt.sign(key) : jwt.setExpirationTime('1h').sign(key);
}

const encodeJwtPart = (json: object) => Buffer.from(JSON.stringify(json)).toString('base64url');

async function statusWith(client: ApiClient, key: string | null): Promise<number> {
  return (await client.as(key).get('/v1/probe/member')).status;
}

describe('Authenticator', () => {
  const env = { JWT_SECRET: secret, JWT_ISSUER: 'https://id.example', JWT_AUDIENCE: 'attune' };
  const app = useTenancyApp({ env });
  let api: ApiClient;

  beforeAll(async () => {
    api = app.platform;
    await createTenant(app, 'acme');
  });

  const issued = { ...claims, iss: 'https://id.example', aud: 'attune' };
  const now = Math.floor(Date.now() / 1000);

  const ada = { actor: 'jwt:ada', subject: 'ada', role: 'member', tenantId: 'acme' };

  it('Authenticator accepts a JWT and returns its subject, role and tenant', async () => {
    const { status, body } = await api.as(await signToken(issued)).get('/v1/probe/member');
    expect(status).toBe(200);
    expect(body).toMatchObject({ ...ada, address: '127.0.0.1' });
  });

  it.each([
    ['a load balancer in our network', '203.0.113.7', '203.0.113.7'],
    ['a proxy in a network that is not trusted', '203.0.113.7, 10.0.0.4', '10.0.0.4'],
    ['a caller who names an address of their choice', '198.51.100.1, 203.0.113.7', '203.0.113.7'],
    ['words in place of an address', "'; DROP TABLE tenants; --", '127.0.0.1'],
  ])('the principal has the address of the client: %s', async (_who, forwarded, address) => {
    const { body } = await api
      .as(await signToken(issued))
      .get('/v1/probe/member', { 'x-forwarded-for': forwarded });
    expect(body).toMatchObject({ ...ada, address });
  });

  it('Authenticator answers synchronously for a credential that it has checked before', async () => {
    const authenticator = app.nest.get(Authenticator);
    const { admin_key } = (await createTenant(app, 'regular')).tenant;
    for (const credential of [await signToken(issued), admin_key.key]) {
      const first = await authenticator.authenticate(`Bearer ${credential}`);
      expect(authenticator.authenticate(`Bearer ${credential}`)).toBe(first);
    }
  });

  it.each([
    ['expired', { ...issued, exp: now - 60 }],
    ['not valid yet', { ...issued, nbf: now + 600 }],
    ['of another issuer', { ...issued, iss: 'https://evil.example' }],
    ['for another audience', { ...issued, aud: 'other' }],
    ['without a subject', { ...issued, sub: undefined }],
    ['with an empty subject', { ...issued, sub: '' }],
    ['without a role', { ...issued, role: undefined }],
    ['with an unknown role', { ...issued, role: 'root' }],
    ['with an inherited name as role', { ...issued, role: 'constructor' }],
    ['of a tenant role without tenant', { ...issued, tenant_id: undefined }],
    ['with a list of tenants', { ...issued, tenant_id: ['acme'] }],
    ['of a platform admin in a tenant', { ...issued, role: 'platform_admin' }],
    ['of an unknown tenant', { ...issued, tenant_id: 'nobody' }],
    ['of a tenant that cannot exist', { ...issued, tenant_id: "acme' OR 1=1" }],
    ['of all tenants', { ...issued, tenant_id: '*' }],
  ])('Authenticator refuses a JWT %s', async (_what, payload) => {
    expect(await statusWith(api, await signToken(payload))).toBe(401);
  });

  it('Authenticator refuses a JWT that never expires', async () => {
    const jwt = await new SignJWT(issued).setProtectedHeader({ alg: 'HS256' }).sign(encodeUtf8(secret));
    expect(await statusWith(api, jwt)).toBe(401);
  });

  it('Authenticator refuses a forged JWT', async () => {
    expect(
      await statusWith(
        api,
        await signToken(issued, encodeUtf8('another secret of more than thirty-two bytes')),
      ),
    ).toBe(401);
    const [header, , signature] = (await signToken(issued)).split('.');
    const forged = [
      header,
      encodeJwtPart({ ...issued, exp: now + 600, role: 'tenant_admin' }),
      signature,
    ].join('.');
    expect(await statusWith(api, forged)).toBe(401);
  });

  it.each(['none', 'None', 'HS512', 'RS256'])('Authenticator refuses a JWT with alg %s', async (alg) => {
    const payload = encodeJwtPart({ ...issued, exp: now + 600 });
    expect(await statusWith(api, `${encodeJwtPart({ alg })}.${payload}.`)).toBe(401);
  });

  it.each([
    ['nothing', null],
    ['an empty credential', ''],
    ['a word', 'secret'],
    ['two words', 'one two'],
    ['the form of a key only', `atn_${'1'.repeat(16)}_${'x'.repeat(48)}`],
    ['a key without a secret', 'atn_0000000000000000_'],
    ['a header beyond 8 KiB', 'x'.repeat(9000)],
    ['dots', '..'],
    ['SQL', "atn_0000000000000000_'||pg_sleep(10)--"],
  ])('Authenticator refuses %s', async (_what, key) => {
    const { status, body, headers } = await api.as(key).get<{ type: string }>('/v1/probe/member');
    expect({ status, type: body.type }).toEqual({ status: 401, type: '/problems/unauthenticated' });
    expect(headers.get('www-authenticate')).toMatch(/^Bearer/);
  });

  it('Authenticator refuses an existing key id with a wrong secret', async () => {
    const { tenant } = await createTenant(app, 'wrong-secret');
    const { key } = tenant.admin_key;
    expect(await statusWith(api, key)).toBe(200);
    expect(await statusWith(api, `${key.slice(0, -1)}${key.endsWith('0') ? '1' : '0'}`)).toBe(401);
  });

  it('Authenticator refuses any other authentication scheme', async () => {
    const { status } = await api.as(null).get('/v1/probe/member', { authorization: 'Basic YTpi' });
    expect(status).toBe(401);
  });
});

describe('JwtVerifier with a JWKS', () => {
  let database: TestDatabase;
  let app: TenancyApp;
  let keys: { rsa: CryptoKey; ec: CryptoKey; ed: CryptoKey; stranger: CryptoKey };
  let jwks: Server;
  let publicRsa: string;

  beforeAll(async () => {
    database = await createTestDatabase();
    const [rsa, ec, ed, stranger] = await Promise.all([
      generateKeyPair('RS256'),
      generateKeyPair('ES256'),
      generateKeyPair('EdDSA'),
      generateKeyPair('RS256'),
    ]);
    keys = { rsa: rsa.privateKey, ec: ec.privateKey, ed: ed.privateKey, stranger: stranger.privateKey };
    const published = await Promise.all([rsa, ec, ed].map(({ publicKey }) => exportJWK(publicKey)));
    publicRsa = published[0]!.n!;
    const body = JSON.stringify({ keys: published.map((key) => ({ ...key, kid: 'one' })) });
    jwks = createServer((_request, response) =>
      response.setHeader('content-type', 'application/json').end(body),
    );
    await new Promise<void>((resolve) => jwks.listen(0, '127.0.0.1', resolve));
    const { port } = jwks.address() as AddressInfo;
    app = await startTenancyApp(database, { env: { JWT_JWKS_URL: `http://127.0.0.1:${port}/jwks` } });
    await createTenant(app, 'acme');
  });

  afterAll(async () => {
    jwks.close();
    await app.close();
    await database.drop();
  });

  it.each([['RS256', 'rsa'] as const, ['ES256', 'ec'] as const, ['EdDSA', 'ed'] as const])(
    'takes %s',
    async (alg, name) => {
      expect(await statusWith(app.platform, await signToken(claims, keys[name], alg))).toBe(200);
    },
  );

  it('JwtVerifier refuses a token signed with a key that is not in the JWKS', async () => {
    expect(await statusWith(app.platform, await signToken(claims, keys.stranger, 'RS256'))).toBe(401);
  });

  it('JwtVerifier refuses a public key used as a shared secret', async () => {
    expect(await statusWith(app.platform, await signToken(claims, encodeUtf8(publicRsa), 'HS256'))).toBe(401);
  });
});

describe('JwtVerifier while the JWKS cannot be fetched', () => {
  it('JwtVerifier answers 503 and when to try again, not 401, if no replica has fetched the keys', async () => {
    const database = await createTestDatabase();
    const app = await startTenancyApp(database, { env: { JWT_JWKS_URL: 'http://127.0.0.1:9/jwks' } });
    const { privateKey } = await generateKeyPair('ES256');
    const client = app.platform.as(await signToken(claims, privateKey, 'ES256'));
    const { status, headers } = await client.get('/v1/probe/member');
    expect([status, headers.get('retry-after')]).toEqual([503, '5']);
    await app.close();
    await database.drop();
  });

  it('JwtVerifier uses the copy in Redis if the provider is down at the start of a replica', async () => {
    const database = await createTestDatabase();
    const { privateKey, publicKey } = await generateKeyPair('ES256');
    const jwks = createServer(async (_request, response) =>
      response.end(JSON.stringify({ keys: [{ ...(await exportJWK(publicKey)), kid: 'one' }] })),
    );
    await new Promise<void>((resolve) => jwks.listen(0, '127.0.0.1', resolve));
    const { port } = jwks.address() as AddressInfo;
    const env = { REDIS_URL: testRedisUrl(), JWT_JWKS_URL: `http://127.0.0.1:${port}/jwks` };
    const before = await startTenancyApp(database, { env });
    await createTenant(before, 'acme');
    const token = await signToken(claims, privateKey, 'ES256');
    expect(await statusWith(before.platform, token)).toBe(200);
    await before.close();
    jwks.close();
    jwks.closeAllConnections();
    const after = await startTenancyApp(database, { env });
    await waitFor(async () => (await statusWith(after.platform, token)) === 200);
    await after.close();
    await database.drop();
  });
});
