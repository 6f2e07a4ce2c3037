import type { ApiClient } from '#testing';
import { createTenant } from '../../testing/tenancy-app.js';
import { useTenancyApp } from '../../testing/use-tenancy-app.js';

/** While requests go on without pause. */
async function whileRequesting<T>(client: ApiClient, work: () => Promise<T>): Promise<T> {
  const state = { isOver: false };
  const requestUntilOver = async (): Promise<void> => {
    while (!state.isOver) await client.get('/v1/probe/member');
  };
  const requests = [requestUntilOver(), requestUntilOver(), requestUntilOver(), requestUntilOver()];
  try {
    return await work();
  } finally {
    state.isOver = true;
    await Promise.all(requests);
  }
}

describe('a credential under constant use', () => {
  const app = useTenancyApp();

  const statusOf = async (client: ApiClient): Promise<number> =>
    (await client.post('/v1/probe/member')).status;

  it('a key is refused as soon as its revocation is acknowledged', async () => {
    for (let round = 0; round < 8; round += 1) {
      const tenantId = `revoked-${round}`;
      const { admin, tenant } = await createTenant(app, tenantId);
      await whileRequesting(admin, async () => {
        await app.platform.del(`/v1/platform/tenants/${tenantId}/api-keys/${tenant.admin_key.id}`);
        expect([await statusOf(admin), await statusOf(admin)]).toEqual([401, 401]);
      });
      expect(await statusOf(admin)).toBe(401);
    }
  });

  it('a key is restricted as soon as its tenant is suspended, and works again once it is active', async () => {
    const { admin } = await createTenant(app, 'suspended');
    await whileRequesting(admin, async () => {
      for (let round = 0; round < 8; round += 1) {
        await app.platform.patch('/v1/platform/tenants/suspended', { status: 'suspended' });
        expect([await statusOf(admin), await statusOf(admin)]).toEqual([403, 403]);
        await app.platform.patch('/v1/platform/tenants/suspended', { status: 'active' });
        expect(await statusOf(admin)).toBe(201);
      }
    });
  });

  it('a key is refused as soon as its tenant is deleted', async () => {
    for (let round = 0; round < 8; round += 1) {
      const { admin } = await createTenant(app, `deleted-${round}`);
      await whileRequesting(admin, async () => {
        await app.platform.del(`/v1/platform/tenants/deleted-${round}`);
        expect([await statusOf(admin), await statusOf(admin)]).toEqual([401, 401]);
      });
    }
  });
});
