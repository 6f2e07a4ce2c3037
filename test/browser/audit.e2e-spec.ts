import type { Page } from 'playwright-core';
import { useBrowserApp } from './browser-app.js';
import { checkPage } from './check-page.js';

const app = useBrowserApp();

/** Forces a setting on a tenant. */
async function force(id: string, changes: object): Promise<void> {
  const body = { ...changes, reason: 'contract of 2026', force: true };
  expect((await app.platform.patch(`/v1/platform/tenants/${id}/config`, body)).status).toBe(200);
}

/** Opens a change of a tenant: the newest one, or the one below so many newer ones. */
async function openChange(page: Page, id: string, newer = 0) {
  await page
    .getByRole('button', { name: `Details of configuration.update ${id}` })
    .nth(newer)
    .click();
  return page.getByRole('dialog');
}

describe('The audit entry of a configuration', () => {
  it('has the reason of the change, says that it was forced, and leads to its version, however old it is', async () => {
    const { id, admin } = await app.createTenant();
    await admin.patch('/v1/config', { override_allowed: false });
    await force(id, { temperature: 0.1 });
    const console = await app.openPage('platform_admin', `/audit?tenant_id=${id}&action=configuration.*`);
    const { page } = console;
    const act = await openChange(page, id);
    await act.getByText('Reason: contract of 2026').waitFor();
    await act.getByText('The platform made this change although the tenant was locked.').waitFor();
    await console.settle();
    await checkPage(console);
    for (let count = 0; count < 60; count += 1)
      await admin.patch('/v1/config', { max_tokens: 500 + (count % 2) });
    await act.getByRole('link', { name: `Version 3 in the history of ${id}` }).click();
    const version = page.getByRole('button', { name: /^Version 3 /, expanded: true });
    await version.waitFor();
    const { y } = (await version.boundingBox())!;
    expect(y).toBeLessThan(page.viewportSize()!.height);
  });

  it('says that a change over a file was forced, and so does the history', async () => {
    const { id, admin } = await app.createTenant();
    const managed = { settings: { temperature: 0.3 }, source: 'git:main', base_version: 1 };
    expect((await app.platform.put(`/v1/platform/tenants/${id}/managed`, managed)).status).toBe(200);
    await force(id, { temperature: 0.1 });
    await admin.patch('/v1/config', { max_tokens: 500 });
    const { page } = await app.openPage('platform_admin', `/audit?tenant_id=${id}&action=configuration.*`);
    const act = await openChange(page, id, 1);
    await act.getByText('The platform made this change although a file owned the setting.').waitFor();
    await act.getByRole('link', { name: `Version 3 in the history of ${id}` }).click();
    const forced = page.getByRole('listitem').filter({ hasText: 'forced' });
    await forced.getByText('Version 3').waitFor();
    expect(await forced.count()).toBe(1);
  });
});

describe('The filter "Who" of the audit log', () => {
  it('offers actors by their names, takes a name, and says when a text is neither a name nor an actor', async () => {
    const { id } = await app.createTenant();
    const body = { name: 'night shift', role: 'platform_admin' };
    const { body: key } = await app.platform.post<{ id: string; key: string }>('/v1/platform/api-keys', body);
    const { page } = await app.openPage({ key: key.key }, `/tenants/${id}/administration`);
    await page.getByRole('button', { name: 'Suspend' }).click();
    await page.getByRole('button', { name: `Suspend: ${id}` }).click();
    await page.getByText(`${id} is suspended now.`).waitFor();
    const audit = await app.openPage('platform_admin', '/audit');
    const who = audit.page.getByLabel('Who', { exact: true });
    await who.fill('Night Shift');
    await audit.page.waitForURL(`**/audit?actor=key%3A${key.id}`);
    await audit.page
      .getByRole('cell', { name: 'key.create', exact: true })
      .first()
      .waitFor({ state: 'detached' });
    await audit.page.getByRole('cell', { name: 'tenant.suspend', exact: true }).waitFor();
    expect(await audit.page.locator('#audit-actors option[value="night shift"]').count()).toBe(1);
    await audit.page.reload();
    await audit.settle();
    expect(await who.inputValue()).toBe('night shift');
    await who.fill('somebody');
    await audit.page.getByText('Not used: choose a name of the list').waitFor();
    await audit.page.getByRole('cell', { name: 'key.create', exact: true }).first().waitFor();
    await checkPage(audit);
  });
});
