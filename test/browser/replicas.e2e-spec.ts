import { useBrowserApp } from './browser-app.js';
import { checkPage } from './check-page.js';

const app = useBrowserApp();

describe('The page of the replicas', () => {
  it('shows the replica, that it has no Redis, and reads it again', async () => {
    const { page } = await app.openPage('platform_reader', '/replicas');
    await page.getByRole('img', { name: '1 of 1 replicas have the newest change' }).waitFor();
    await page.getByRole('cell', { name: 'not configured (one replica)' }).waitFor();
    await page.waitForResponse('**/v1/platform/overview');
    await page.waitForResponse('**/v1/platform/overview');
  });
});

describe('The page of the runbook', () => {
  it('fills the steps in for one tenant, and axe finds nothing', async () => {
    const { id, admin } = await app.createTenant();
    await admin.patch('/v1/config', { temperature: 0.9, reason: 'livelier answers' });
    const console = await app.openPage('platform_reader', `/tenants/${id}/investigate`);
    const { page } = console;
    for (const text of ['livelier answers', 'There is one replica, and it is live.', 'Plan pro, active'])
      await page.getByText(text).first().waitFor();
    expect(await page.getByRole('heading', { level: 2 }).count()).toBe(8);
    expect(await page.getByRole('button', { name: 'Undo version 2' }).isDisabled()).toBe(true);
    await checkPage(console);
  });

  it('ends with the undo of the last change, by keyboard', async () => {
    const { id, admin } = await app.createTenant();
    await admin.patch('/v1/config', { temperature: 0.9 });
    const console = await app.openPage('platform_admin', `/tenants/${id}/investigate`);
    await console.tabTo(console.page.getByRole('button', { name: 'Undo version 2' }));
    await console.press('Enter');
    await console.page.getByRole('button', { name: 'Restore version 1 as version 3' }).waitFor();
    await console.settle();
    await console.press('Control+Enter');
    await console.page.getByText('Version 1 is restored as version 3.').waitFor();
    expect((await admin.get<{ version: number }>('/v1/config')).body.version).toBe(3);
    expect(console.clicks).toBe(0);
  });
});
