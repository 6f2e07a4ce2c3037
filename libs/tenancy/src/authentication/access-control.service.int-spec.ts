import { Controller, Get } from '@nestjs/common';
import type { ApiClient } from '#testing';
import { createTenant, startTenancyApp } from '../../testing/tenancy-app.js';
import { useTenancyApp } from '../../testing/use-tenancy-app.js';

@Controller('v1/forgotten')
class ForgottenController {
  @Get()
  read(): object {
    return { leaked: true };
  }
}

describe('AccessControlService', () => {
  const app = useTenancyApp();
  let as: Record<'member' | 'tenant_admin' | 'platform_admin' | 'nobody', ApiClient>;

  beforeAll(async () => {
    const { admin } = await createTenant(app, 'acme');
    const { body } = await admin.post<{ key: string }>('/v1/api-keys', { name: 'm', role: 'member' });
    as = {
      member: app.platform.as(body.key),
      tenant_admin: admin,
      platform_admin: app.platform,
      nobody: app.platform.as(null),
    };
  });

  it.each([
    ['/v1/probe/public', { nobody: 200, member: 200, tenant_admin: 200, platform_admin: 200 }],
    ['/v1/probe/member', { nobody: 401, member: 200, tenant_admin: 200, platform_admin: 403 }],
    ['/v1/probe/admin', { nobody: 401, member: 403, tenant_admin: 200, platform_admin: 403 }],
    ['/v1/probe/platform/acme', { nobody: 401, member: 403, tenant_admin: 403, platform_admin: 200 }],
    ['/v1/api-keys', { nobody: 401, member: 403, tenant_admin: 200, platform_admin: 403 }],
    ['/v1/platform/tenants/acme', { nobody: 401, member: 403, tenant_admin: 403, platform_admin: 200 }],
    [
      '/v1/platform/tenants/acme/api-keys',
      { nobody: 401, member: 403, tenant_admin: 403, platform_admin: 200 },
    ],
    ['/v1/platform/plans', { nobody: 401, member: 403, tenant_admin: 403, platform_admin: 200 }],
    ['/v1/platform/models', { nobody: 401, member: 403, tenant_admin: 403, platform_admin: 200 }],
  ])('AccessControlService lets only the declared roles GET %s', async (path, expected) => {
    const asked = Object.entries(as).map(
      async ([role, api]) => [role, (await api.get(path)).status] as const,
    );
    expect(Object.fromEntries(await Promise.all(asked))).toEqual(expected);
  });

  it.each(['acme', 'nobody-of-that-name', '*', 'ACME', '%00', "a'b"])(
    'refuses a wrong role alike whether the tenant %s exists or not',
    async (name) => {
      const { status } = await as.member.get(`/v1/platform/tenants/${encodeURIComponent(name)}`);
      expect(status).toBe(403);
    },
  );

  it.each(['nobody-of-that-name', '*', 'ACME', '\u0000', "a'b", '..', 'constructor'])(
    'finds no tenant %j',
    async (name) => {
      for (const path of ['/v1/probe/platform/', '/v1/platform/tenants/']) {
        const { status } = await app.platform.get(
          `${path}${encodeURIComponent(name)}`.replace('/..', '/%2E%2E'),
        );
        expect(status).toBe(404);
      }
    },
  );

  it('the service does not start with a route that declares no role', async () => {
    const starting = startTenancyApp(app.database, { controllers: [ForgottenController] });
    await expect(starting).rejects.toThrow('Routes without @Access: ForgottenController.read');
  });

  it('AccessControlService lets a suspended tenant read but not change or query', async () => {
    const { admin } = await createTenant(app, 'late-payer');
    const path = '/v1/platform/tenants/late-payer';
    await app.platform.patch(path, { status: 'suspended' });
    expect((await admin.get('/v1/probe/member')).status).toBe(200);
    expect((await admin.get('/v1/api-keys')).status).toBe(200);
    expect(await admin.post('/v1/probe/member')).toMatchObject({
      status: 403,
      body: { type: '/problems/tenant-suspended' },
    });
    expect((await admin.post('/v1/api-keys', { name: 'x', role: 'member' })).status).toBe(403);
    expect((await admin.del('/v1/api-keys/0000')).status).toBe(403);
    const byPlatform = await app.platform.post(`${path}/api-keys`, { name: 'x', role: 'member' });
    expect(byPlatform.status).toBe(201);
    await app.platform.patch(path, { status: 'active' });
    expect((await admin.post('/v1/probe/member')).status).toBe(201);
  });
});
