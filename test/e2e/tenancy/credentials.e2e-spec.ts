import { type JWTPayload, SignJWT, UnsecuredJWT } from 'jose';
import { waitFor } from '#testing';
import { expectProblem } from '../../app/expect-problem.js';
import {
  type ConfigurationResponse,
  type TestTenant,
  getConfiguration,
  createTenant,
  useTestApp,
} from '../../app/test-app.js';

interface Key {
  readonly id: string;
  readonly key: string;
}

const secret = 'a secret that only this test knows, and long enough';
const claims = {
  sub: 'ada',
  tenant_id: 'guarded',
  role: 'tenant_admin',
  iss: 'https://id.example',
  aud: 'attune',
};
const inAnHour = Math.floor(Date.now() / 1000) + 3600;
const anHourAgo = inAnHour - 7200;

const app = useTestApp('tenant', { JWT_SECRET: secret, JWT_ISSUER: claims.iss, JWT_AUDIENCE: claims.aud });
let tenant: TestTenant;

beforeAll(async () => {
  tenant = await createTenant(app.platform, claims.tenant_id);
});

function signJwt(payload: JWTPayload, { alg = 'HS256', key = secret } = {}): Promise<string> {
  return new SignJWT({ exp: inAnHour, ...payload })
    .setProtectedHeader({ alg })
    .sign(new TextEncoder().encode(key));
}

function encodePart(part: object): string {
  return Buffer.from(JSON.stringify(part)).toString('base64url');
}

/** Refused for reading and for writing, and nothing is changed. */
async function expectUnauthorized(authorization: string): Promise<void> {
  const before = await getConfiguration(tenant.admin);
  const client = app.platform.as(null);
  const headers = { authorization };
  expectProblem(await client.get('/v1/config', headers), 401, 'unauthenticated');
  expectProblem(await client.patch('/v1/config', { temperature: 1.1 }, headers), 401, 'unauthenticated');
  expectProblem(await client.get('/v1/platform/tenants', headers), 401, 'unauthenticated');
  expect(await getConfiguration(tenant.admin)).toEqual(before);
}

describe('JWT authentication', () => {
  it('acts as the subject, in its role, for its tenant', async () => {
    const ada = app.platform.as(await signJwt(claims));
    expect((await ada.patch<ConfigurationResponse>('/v1/config', { temperature: 0.9 })).body).toMatchObject({
      tenant_id: claims.tenant_id,
      updated_by: 'jwt:ada',
    });
    const member = app.platform.as(await signJwt({ ...claims, role: 'member' }));
    expect((await member.get('/v1/config')).status).toBe(200);
    expectProblem(await member.patch('/v1/config', { temperature: 1 }), 403, 'forbidden');
    const platform = app.platform.as(
      await signJwt({ sub: 'ops', role: 'platform_admin', iss: claims.iss, aud: claims.aud }),
    );
    expect((await platform.get('/v1/platform/tenants')).status).toBe(200);
  });

  const bad: [string, JWTPayload][] = [
    ['that has expired', { ...claims, exp: anHourAgo }],
    ['of another issuer', { ...claims, iss: 'https://evil.example' }],
    ['for another audience', { ...claims, aud: 'another' }],
    ['of a tenant that does not exist', { ...claims, tenant_id: 'nobody' }],
    ['with a role that does not exist', { ...claims, role: 'root' }],
    ['without a role', { ...claims, role: undefined }],
    ['without a tenant', { ...claims, tenant_id: undefined }],
    ['without a subject', { ...claims, sub: undefined as unknown as string }],
    ['of a platform admin with a tenant', { ...claims, role: 'platform_admin' }],
    ['that starts later', { ...claims, nbf: inAnHour - 60 }],
    ['whose tenant is no text', { ...claims, tenant_id: ['guarded'] }],
  ];
  it.each(bad)('refuses a token %s', async (_, payload) =>
    expectUnauthorized(`Bearer ${await signJwt(payload)}`),
  );

  it('refuses a token without an expiry time', async () => {
    const endless = new SignJWT(claims).setProtectedHeader({ alg: 'HS256' });
    await expectUnauthorized(`Bearer ${await endless.sign(new TextEncoder().encode(secret))}`);
  });

  it('refuses an unsigned token, in every spelling of alg: none', async () => {
    await expectUnauthorized(`Bearer ${new UnsecuredJWT(claims).setExpirationTime('1h').encode()}`);
    const payload = encodePart({ ...claims, exp: inAnHour });
    const [, , signature] = (await signJwt(claims)).split('.');
    for (const alg of ['none', 'None', 'NONE', 'nOnE', ''])
      for (const end of ['', signature])
        await expectUnauthorized(`Bearer ${encodePart({ alg, typ: 'JWT' })}.${payload}.${end}`);
  });

  it('refuses a forged token', async () => {
    await expectUnauthorized(
      `Bearer ${await signJwt(claims, { key: 'another secret that is just as long as the right one' })}`,
    );
    await expectUnauthorized(`Bearer ${await signJwt(claims, { alg: 'HS512' })}`);
    const [header, , signature] = (await signJwt({ ...claims, role: 'member' })).split('.');
    await expectUnauthorized(`Bearer ${header}.${encodePart({ ...claims, exp: inAnHour })}.${signature}`);
  });
});

describe('API key authentication', () => {
  it.each([
    '',
    'Bearer',
    'Bearer ',
    'Bearer x',
    'Bearer atn_',
    'Bearer atn_a_b',
    'Bearer a.b.c',
    'Basic YTpi',
    'Bearer null',
    'Bearer ..',
  ])('refuses %j', (authorization) => expectUnauthorized(authorization));

  it('needs the right id and the right secret, and nothing after them', async () => {
    const [, id = '', own = ''] = tenant.adminKey.split('_');
    const other = await createTenant(app.platform, 'another');
    const [, , foreign] = other.adminKey.split('_');
    for (const key of [
      `atn_${id}_${foreign}`,
      `atn_${id}_`,
      `atn_${id}`,
      `atn_${id}_${own}x`,
      `atn_${id}_${own.slice(1)}`,
    ])
      await expectUnauthorized(`Bearer ${key}`);
  });

  it('refuses a key from its revocation on', async () => {
    const { body } = await tenant.admin.post<Key>('/v1/api-keys', { name: 'leaked', role: 'tenant_admin' });
    const leaked = app.platform.as(body.key);
    expect((await leaked.get('/v1/config')).status).toBe(200);
    const gone = await tenant.admin.del(`/v1/api-keys/${body.id}`);
    expect([gone.status, gone.body]).toEqual([204, null]);
    await expectUnauthorized(`Bearer ${body.key}`);
    expectProblem(await tenant.admin.del(`/v1/api-keys/${body.id}`), 404, 'not-found');
  });

  it('refuses a key that has expired', async () => {
    const expires_at = new Date(Date.now() + 1500).toISOString();
    const { status, body } = await tenant.admin.post<Key>('/v1/api-keys', {
      name: 'short',
      role: 'member',
      expires_at,
    });
    expect(status).toBe(201);
    const short = app.platform.as(body.key);
    await waitFor(async () => (await short.get('/v1/config')).status === 401);
    await expectUnauthorized(`Bearer ${body.key}`);
  });

  it('shows a key once and stores it nowhere', async () => {
    const { body } = await tenant.admin.post<Key>('/v1/api-keys', { name: 'shown', role: 'member' });
    const listed = await tenant.admin.get<{ items: object[] }>('/v1/api-keys');
    expect(listed.body.items).toContainEqual(
      expect.objectContaining({ id: body.id, name: 'shown', role: 'member' }),
    );
    expect(JSON.stringify(listed.body)).not.toContain(body.key.split('_')[2]);
  });

  it.each([
    {},
    { name: 'x' },
    { role: 'member' },
    { name: '', role: 'member' },
    { name: 'x', role: 'platform_admin' },
    { name: 'x', role: 'root' },
    { name: 'x', role: 'member', expires_at: 'tomorrow' },
    { name: 'x', role: 'member', expires_at: '2020-01-01T00:00:00Z' },
    { name: 'x', role: 'member', tenant_id: 'another' },
    { name: 'x'.repeat(201), role: 'member' },
  ])('refuses to create a key from %j', async (body) => {
    expectProblem(await tenant.admin.post('/v1/api-keys', body), 400, 'invalid-input');
  });
});

describe('routing', () => {
  it('answers 404 for a route that does not exist, to everybody', async () => {
    for (const client of [tenant.admin, app.platform, app.platform.as(null)])
      expectProblem(await client.get('/v1/nothing'), 404, 'not-found');
  });

  it.each([
    ['DELETE', '/v1/config', ['GET', 'PATCH']],
    ['PUT', '/v1/config', ['GET', 'PATCH']],
    ['GET', '/v1/config/rollback', ['POST']],
    ['GET', '/v1/query', ['POST']],
    ['PATCH', '/v1/documents', ['GET', 'POST']],
    ['POST', '/v1/config/history', ['GET']],
    ['POST', '/v1/platform/plans/pro', ['DELETE', 'GET', 'PUT']],
    ['POST', '/health/live', ['GET']],
  ])('answers 405 to %s %s, with the allowed methods', async (method, path, allowed) => {
    const answer = await tenant.admin.send(path, { method });
    expectProblem(answer, 405, 'method-not-allowed');
    const allow = answer.headers.get('allow')?.split(/, */) ?? [];
    expect(allow.filter((each) => each !== 'HEAD').toSorted()).toEqual(allowed);
  });

  it('closes platform routes to tenants, whether or not the resource exists', async () => {
    for (const client of [tenant.admin, tenant.member])
      for (const path of [
        '/v1/platform/tenants',
        '/v1/platform/tenants/guarded',
        '/v1/platform/tenants/nobody/config',
        '/v1/platform/plans',
      ])
        expectProblem(await client.get(path), 403, 'forbidden');
  });
});

describe('a suspended tenant', () => {
  it('reads everything and changes nothing', async () => {
    const { id, admin } = await createTenant(app.platform, 'suspended');
    await app.platform.patch(`/v1/platform/tenants/${id}`, { status: 'suspended' });
    for (const path of ['/v1/config', '/v1/config/history', '/v1/api-keys', '/v1/documents'])
      expect([path, (await admin.get(path)).status]).toEqual([path, 200]);
    const changes = [
      admin.patch('/v1/config', { temperature: 1 }),
      admin.post('/v1/config/rollback', { steps: 1 }),
      admin.post('/v1/query', { question: 'Am I still served?' }),
      admin.post('/v1/api-keys', { name: 'x', role: 'member' }),
      admin.post('/v1/documents', { title: 'x', text: 'x' }),
      admin.del('/v1/documents/x'),
    ];
    for (const answer of await Promise.all(changes)) expectProblem(answer, 403, 'tenant-suspended');
    await app.platform.patch(`/v1/platform/tenants/${id}`, { status: 'active' });
    expect((await admin.patch('/v1/config', { temperature: 1 })).status).toBe(200);
  });
});
