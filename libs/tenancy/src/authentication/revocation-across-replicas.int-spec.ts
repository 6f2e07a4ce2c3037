import { createTestDatabase, type ApiClient, type TestDatabase, testRedisUrl, waitFor } from '#testing';
import { createTenant, startTenancyApp, type TenancyApp } from '../../testing/tenancy-app.js';

describe('authentication on two replicas', () => {
  let database: TestDatabase;
  let here: TenancyApp;
  let there: TenancyApp;

  beforeAll(async () => {
    database = await createTestDatabase();
    const env = { REDIS_URL: testRedisUrl() };
    [here, there] = [await startTenancyApp(database, { env }), await startTenancyApp(database, { env })];
  });

  afterAll(async () => {
    await Promise.all([here.close(), there.close()]);
    await database.drop();
  });

  /** A tenant made here, whose admin was seen there. */
  async function knownThere(tenantId: string): Promise<{ admin: ApiClient; keyId: string }> {
    const { tenant } = await createTenant(here, tenantId);
    const admin = there.platform.as(tenant.admin_key.key);
    expect((await admin.get('/v1/probe/admin')).status).toBe(200);
    return { admin, keyId: tenant.admin_key.id };
  }

  const answers = (admin: ApiClient, status: number) =>
    waitFor(async () => (await admin.post('/v1/probe/member')).status === status);

  it('both replicas refuse a key that one of them revokes', async () => {
    const { admin, keyId } = await knownThere('revoked');
    await here.platform.del(`/v1/platform/tenants/revoked/api-keys/${keyId}`);
    await answers(admin, 401);
  });

  it('both replicas restrict a tenant that one of them suspends', async () => {
    const { admin } = await knownThere('suspended');
    await here.platform.patch('/v1/platform/tenants/suspended', { status: 'suspended' });
    await answers(admin, 403);
    await here.platform.patch('/v1/platform/tenants/suspended', { status: 'active' });
    await answers(admin, 201);
  });

  it('both replicas refuse the keys of a tenant that one of them deletes', async () => {
    const { admin } = await knownThere('deleted');
    await here.platform.del('/v1/platform/tenants/deleted');
    await answers(admin, 401);
  });

  it('both replicas find a tenant that was requested before it was created', async () => {
    expect((await there.platform.get('/v1/probe/platform/awaited')).status).toBe(404);
    await createTenant(here, 'awaited');
    await waitFor(async () => (await there.platform.get('/v1/probe/platform/awaited')).status === 200);
  });
});
