import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTenant, startTenancyApp } from '../testing/tenancy-app.js';

describe('tenancy on the embedded database', () => {
  it('makes, admits and deletes tenants as on a server', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'attune-tenancy-'));
    const app = await startTenancyApp({ url: '' }, { env: { DATA_DIR: folder } });
    const { admin } = await createTenant(app, 'acme');
    const ask = () =>
      admin.post('/v1/api-keys', { name: 'x', role: 'member' }, { 'idempotency-key': 'a-key-of-mine' });
    const [first, second] = [await ask(), await ask()];
    expect(first.status).toBe(201);
    expect(second.body).toEqual(first.body);
    expect((await app.platform.del('/v1/platform/tenants/acme')).status).toBe(204);
    expect((await admin.get('/v1/probe/member')).status).toBe(401);
    expect((await createTenant(app, 'acme').catch((error: Error) => error)).toString()).toContain('409');
    await app.close();
    await rm(folder, { recursive: true });
  });
});
