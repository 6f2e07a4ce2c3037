import { SignJWT } from 'jose';
import { expectProblem } from '../../app/expect-problem.js';
import { useTestApp } from '../../app/test-app.js';

const secret = 'a shared secret of more than thirty-two characters';
const app = useTestApp('tenant', {
  JWT_SECRET: secret,
  CONFIG_CHANGES_PER_HOUR: '3',
  CONFIG_TESTS_PER_HOUR: '0',
});
const path = '/v1/session';

describe('GET /v1/session', () => {
  it('GET /v1/session answers a tenant’s key with its name, role, tenant, plan and what is left of the hour', async () => {
    const { id, admin, adminKeyId } = await app.createTenant();
    const session = {
      actor: `key:${adminKeyId}`,
      name: 'first admin key',
      role: 'tenant_admin',
      tenant_id: id,
      tenant_status: 'active',
      plan: 'pro',
      scopes: null,
      changes: { limit: 3, remaining: 3, resets_at: null },
      tests: null,
      expires_at: null,
    };
    expect((await admin.get(path)).body).toEqual(session);
    const changedAt = Date.now();
    await admin.patch('/v1/config', { temperature: 0.2 });
    const { body } = await admin.get<{ changes: { resets_at: string } }>(path);
    expect(body).toMatchObject({ changes: { limit: 3, remaining: 2 } });
    expect(Date.parse(body.changes.resets_at) - changedAt).toBeGreaterThan(3_500_000);
  });

  it('GET /v1/session answers a key that expires, also of a suspended tenant', async () => {
    const { id, admin } = await app.createTenant();
    const expires = '2100-01-01T00:00:00.000Z';
    const { body } = await admin.post<{ key: string }>('/v1/api-keys', {
      name: 'shop',
      role: 'member',
      expires_at: expires,
    });
    await app.platform.patch(`/v1/platform/tenants/${id}`, { status: 'suspended' });
    expect(await app.platform.as(body.key).get(path)).toMatchObject({
      status: 200,
      body: { name: 'shop', role: 'member', tenant_status: 'suspended', expires_at: expires },
    });
  });

  it('GET /v1/session answers a key of the platform, which has neither tenant nor limits', async () => {
    expect((await app.platform.get(path)).body).toMatchObject({
      role: 'platform_admin',
      tenant_id: null,
      tenant_status: null,
      plan: null,
      changes: null,
      tests: null,
    });
  });

  it('GET /v1/session answers a JWT with its subject, its name and its expiry', async () => {
    const jwt = await new SignJWT({
      sub: 'ada',
      role: 'platform_reader',
      name: 'Ada Lovelace',
      exp: 4_102_444_800,
    })
      .setProtectedHeader({ alg: 'HS256' })
      .sign(new TextEncoder().encode(secret));
    expect((await app.platform.as(jwt).get(path)).body).toMatchObject({
      actor: 'jwt:ada',
      name: 'Ada Lovelace',
      role: 'platform_reader',
      expires_at: '2100-01-01T00:00:00.000Z',
    });
  });

  it('GET /v1/session answers 401 without a credential', async () => {
    expectProblem(await app.platform.as(null).get(path), 401, 'unauthenticated');
  });
});
