import { getConfiguration } from '../app/test-app.js';
import { useBrowserApp } from './browser-app.js';
import type { ConsolePage } from './console-page.js';
import { expectFocusOnScreen } from './screen-focus.js';

const app = useBrowserApp();
const screens = '/tenants/acme-law';

/** Confirms a sheet once it has the focus and its button is awake. */
async function confirm(console: ConsolePage, name: string | RegExp): Promise<void> {
  const { page } = console;
  const sheet = page.getByRole('dialog');
  await sheet.locator(':focus').waitFor();
  await sheet.getByRole('button', { name }).and(page.locator(':enabled')).waitFor();
  await console.press('Control+Enter');
}

describe('A person without a pointer', () => {
  it('finds a setting, saves it and takes it back by shortcuts', async () => {
    const { id, adminKey, admin } = await app.createTenant();
    const console = await app.openPage({ key: adminKey }, `/tenants/${id}/configuration`);
    const { page } = console;
    await console.press('/');
    await page.keyboard.type('temperature');
    await page.getByLabel('Longest answer', { exact: true }).waitFor({ state: 'detached' });
    await console.tabTo(page.getByLabel('Temperature', { exact: true }));
    await console.press('Control+a');
    await page.keyboard.type('0.25');
    await console.press('Control+Enter');
    await confirm(console, 'Save as version 2');
    await page.getByText('Version 2 is saved: temperature.').waitFor();
    await expectFocusOnScreen(console);
    await console.press('Tab', 'u');
    await confirm(console, 'Restore version 1 as version 3');
    await page.getByText('Version 1 is restored as version 3.').waitFor();
    expect(await getConfiguration(admin)).toMatchObject({ version: 3, temperature: 0.7 });
    await expectFocusOnScreen(console);
    expect(console.clicks).toBe(0);
  });

  it('closes a notice, and goes on at the screen', async () => {
    const { id, adminKey } = await app.createTenant();
    const console = await app.openPage({ key: adminKey }, `/tenants/${id}/configuration?q=temperature`);
    const { page } = console;
    await console.tabTo(page.getByLabel('Temperature', { exact: true }));
    await console.press('Control+a');
    await page.keyboard.type('0.25');
    await console.press('Control+Enter');
    await confirm(console, 'Save as version 2');
    const notice = page.getByRole('alert').filter({ hasText: 'Version 2 is saved' });
    await notice.waitFor();
    await console.tabTo(notice.getByRole('button', { name: 'Close' }));
    await console.press('Enter');
    await notice.waitFor({ state: 'detached' });
    await expectFocusOnScreen(console);
  });

  it('acts by the palette, and gets the focus back after every sheet', async () => {
    const { id, adminKey, admin } = await app.createTenant();
    const console = await app.openPage({ key: adminKey }, `/tenants/${id}/overview`);
    const { page } = console;
    const act = async (text: string): Promise<void> => {
      await console.press('Control+k');
      await page.getByRole('combobox', { name: 'Search or act' }).and(page.locator(':focus')).waitFor();
      await page.keyboard.type(text);
      await page.getByRole('dialog').getByRole('option').first().waitFor();
      await console.press('Enter');
    };
    await act('set temperature 0.2');
    await confirm(console, 'Save as version 2');
    await page.getByText('Version 2 is saved: temperature.').waitFor();
    await expectFocusOnScreen(console);
    await act('undo last change');
    await confirm(console, 'Restore version 1 as version 3');
    await page.getByRole('link', { name: 'version 3', exact: true }).waitFor();
    expect(await getConfiguration(admin)).toMatchObject({ version: 3, temperature: 0.7 });
    await act('why temperature');
    await page.waitForURL('**/configuration?setting=temperature');
    await page.getByLabel('Temperature', { exact: true }).and(page.locator(':focus')).waitFor();
    await expectFocusOnScreen(console);
    expect(console.clicks).toBe(0);
  });
});

describe('Single letters', () => {
  it('after g go to a screen, and do nothing else', async () => {
    const console = await app.openPage('platform_admin', `${screens}/overview`);
    const { page } = console;
    await console.press('g', 'u');
    await page.getByRole('heading', { level: 1, name: 'Usage' }).waitFor();
    await console.settle();
    expect(await page.getByRole('dialog').count()).toBe(0);
    await console.press('g', '!');
    await page.getByRole('heading', { level: 1, name: 'Emergency' }).waitFor();
  });

  it('approve and reject a request', async () => {
    const tenant = await app.createTenant();
    await app.platform.patch(`/v1/platform/tenants/${tenant.id}`, { approval_required: true });
    await tenant.admin.patch('/v1/config', { temperature: 0.3 });
    // Who made the tenant's key may not decide about what that key asks for.
    const other = { name: 'other', role: 'platform_admin' };
    const { key } = (await app.platform.post<{ key: string }>('/v1/platform/api-keys', other)).body;
    const console = await app.openPage({ key }, '/approvals');
    const { page } = console;
    await page.getByRole('button', { name: 'Approve' }).waitFor();
    for (const [letter, action] of [
      ['a', `Approve for ${tenant.id}`],
      ['r', 'Reject'],
    ] as const) {
      await console.press(letter);
      await page.getByRole('dialog').getByRole('button', { name: action }).waitFor();
      await console.press('Escape');
      await page.getByRole('dialog').waitFor({ state: 'detached' });
    }
  });

  it('do nothing in a dialog, and nothing at all once they are switched off', async () => {
    const console = await app.openPage('tenant_admin', `${screens}/api-keys`);
    const { page } = console;
    await console.press('?');
    const help = page.getByRole('dialog', { name: 'Keyboard' });
    await console.tabTo(help.getByRole('switch', { name: 'Single letters act' }));
    await console.press('Space', 'u', 'Escape', 'u', 'g', 'u');
    await help.waitFor({ state: 'detached' });
    await console.settle();
    expect([await page.getByRole('dialog').count(), new URL(page.url()).pathname]).toEqual([
      0,
      `${screens}/api-keys`,
    ]);
  });
});
