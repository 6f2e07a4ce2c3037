import type { Locator } from 'playwright-core';
import { waitFor } from '#testing';
import { getConfiguration } from '../app/test-app.js';
import { useBrowserApp } from './browser-app.js';
import type { ConsolePage } from './console-page.js';

const app = useBrowserApp();
const screens = '/tenants/acme-law';

/** Why a person without a pointer could not go on; empty where the focus is on the screen and can be seen. Runs in the page. */
const lostFocus = `(() => {
  const { activeElement: element, body } = document;
  const dialog = document.querySelector('[role=dialog]');
  if (dialog !== null) return 'in ' + dialog.outerHTML.slice(0, 200);
  return element !== body && element.getClientRects().length > 0 && element.matches(':focus-visible') ? '' : 'on ' + element.outerHTML.slice(0, 200);
})()`;

async function expectFocusOnScreen({ page }: ConsolePage): Promise<void> {
  const isKept = async (): Promise<boolean> => (await page.evaluate(lostFocus)) === '';
  await waitFor(isKept, { timeoutMs: 10_000 }).catch(() => undefined);
  expect(await page.evaluate(lostFocus)).toBe('');
}

/** Goes to a button by Tab, and presses it. */
async function pressButton(console: ConsolePage, target: Locator): Promise<void> {
  await target.waitFor();
  await console.tabTo(target);
  await console.press('Enter');
}

/** Confirms a sheet once it has the focus and its button is awake. */
async function confirm(console: ConsolePage, name: string | RegExp): Promise<void> {
  const { page } = console;
  const sheet = page.getByRole('dialog');
  await sheet.locator(':focus').waitFor();
  await sheet.getByRole('button', { name }).and(page.locator(':enabled')).waitFor();
  await console.press('Control+Enter');
}

/** After every task: no pointer was used, and the focus is where a person can go on. */
async function expectTaskByKeyboard(console: ConsolePage): Promise<void> {
  await expectFocusOnScreen(console);
  expect(console.clicks).toBe(0);
}

describe('A person without a pointer', () => {
  it('changes a setting, reviews it, saves it and takes it back', async () => {
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
    await expectTaskByKeyboard(console);
  });

  it('restores an older version from the history', async () => {
    const { id, adminKey, admin } = await app.createTenant();
    await admin.patch('/v1/config', { temperature: 0.3 });
    await admin.patch('/v1/config', { temperature: 0.9 });
    const console = await app.openPage({ key: adminKey }, `/tenants/${id}/history`);
    const { page } = console;
    await console.press('j', 'j');
    await pressButton(console, page.getByRole('button', { name: 'Restore version 2' }));
    await confirm(console, 'Restore version 2 as version 4');
    await page.getByText('Version 2 is restored as version 4.').waitFor();
    expect(await getConfiguration(admin)).toMatchObject({ version: 4, temperature: 0.3 });
    await expectTaskByKeyboard(console);
  });

  it('adds a document, asks about it, and keeps the answer as a golden question', async () => {
    const console = await app.openPage('tenant_admin', `${screens}/documents`);
    const { page } = console;
    const chooser = page.waitForEvent('filechooser');
    await pressButton(console, page.getByRole('button', { name: 'Choose files' }));
    await (
      await chooser
    ).setFiles({ name: 'fees.md', mimeType: 'text/markdown', buffer: Buffer.from('# Fees\n\nTen euros.') });
    await confirm(console, 'Add 1 document');
    await page.getByText('Added, 1 chunk').waitFor();
    await expectFocusOnScreen(console);
    await console.press('g', 'p');
    await page.getByRole('heading', { level: 1, name: 'Playground' }).waitFor();
    await console.tabTo(page.getByLabel('Question', { exact: true }));
    await page.keyboard.type('What is the fee?');
    await console.press('Control+Enter');
    await pressButton(console, page.getByRole('button', { name: /^This was right/ }));
    await confirm(console, 'Add 1 question');
    await page.getByText('The golden question is added').waitFor();
    await expectTaskByKeyboard(console);
  });

  it('makes a key, stores it, and revokes it', async () => {
    const console = await app.openPage('tenant_admin', `${screens}/api-keys`);
    const { page } = console;
    await pressButton(console, page.getByRole('button', { name: 'Make a key' }));
    await page.getByRole('dialog').getByLabel('Name').and(page.locator(':focus')).waitFor();
    await page.keyboard.type('reporting');
    await confirm(console, 'Make 1 key');
    await console.tabTo(page.getByLabel('I have stored it'));
    await console.press('Space');
    await pressButton(console, page.getByRole('dialog').getByRole('button', { name: 'Close' }));
    await expectFocusOnScreen(console);
    const row = page.getByRole('row', { name: 'reporting' });
    await pressButton(console, row.getByRole('button', { name: 'Revoke' }));
    await confirm(console, 'Revoke 1 key');
    await row.waitFor({ state: 'detached' });
    await expectTaskByKeyboard(console);
  });

  it('tries a bulk update, runs it, and reverts it', async () => {
    const { id } = await app.createTenant();
    const console = await app.openPage('platform_admin', '/tenants');
    const { page } = console;
    await console.press('/');
    await page.keyboard.type(id);
    await page.waitForURL(`**/tenants?q=${id}`);
    await console.settle();
    await console.tabTo(page.locator('[data-row][tabindex="0"]'));
    await console.press('x');
    await pressButton(console, page.getByRole('button', { name: 'Select 1 for a bulk update' }));
    await page.waitForURL(/bulk-updates\/new/);
    await console.tabTo(page.getByRole('combobox', { name: 'Setting' }));
    await console.press('ArrowDown');
    await page.keyboard.type('max_tokens');
    await console.press('Enter');
    await console.tabTo(page.getByLabel('max_tokens', { exact: true }));
    await console.press('Control+a');
    await page.keyboard.type('900');
    await pressButton(console, page.getByRole('button', { name: 'Change 1 tenant' }));
    await page.getByRole('dialog').getByLabel('Reason').and(page.locator(':focus')).waitFor();
    await page.keyboard.type('cheaper answers');
    await confirm(console, 'Change 1 tenant');
    await page.getByText('completed', { exact: true }).waitFor();
    await expectFocusOnScreen(console);
    await pressButton(console, page.getByRole('button', { name: 'Revert 1 tenant' }));
    await confirm(console, 'Revert 1 tenant');
    await page.getByRole('link', { name: 'another bulk update' }).waitFor();
    await expectTaskByKeyboard(console);
  });

  it('approves a request', async () => {
    const tenant = await app.createTenant();
    await app.platform.patch(`/v1/platform/tenants/${tenant.id}`, { approval_required: true });
    await tenant.admin.patch('/v1/config', { temperature: 0.3, reason: 'calmer' });
    // Who made the tenant's key may not decide about what that key asks for.
    const other = { name: 'other', role: 'platform_admin' };
    const { key } = (await app.platform.post<{ key: string }>('/v1/platform/api-keys', other)).body;
    const console = await app.openPage({ key }, '/approvals');
    const { page } = console;
    await page.getByRole('button', { name: 'Approve' }).waitFor();
    await console.press('a');
    await confirm(console, /^Approve/);
    await page.getByText(`The request of ${tenant.id} is approved.`).waitFor();
    expect(await getConfiguration(tenant.admin)).toMatchObject({ temperature: 0.3 });
    await expectTaskByKeyboard(console);
  });

  it('suspends a tenant on the emergency page, which opens by g and !', async () => {
    const { id } = await app.createTenant();
    const console = await app.openPage('platform_admin', '/tenants');
    const { page } = console;
    await console.press('g', '!');
    await page.getByRole('heading', { level: 1, name: 'Emergency' }).waitFor();
    await console.tabTo(page.getByLabel('Id of the tenant'));
    await page.keyboard.type(id);
    await console.press('Enter');
    await pressButton(console, page.getByRole('button', { name: `Suspend ${id}` }));
    await confirm(console, `Suspend: ${id}`);
    await page.getByText(`${id} is suspended now.`).waitFor();
    await expectTaskByKeyboard(console);
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
    await expectTaskByKeyboard(console);
  });
});

describe('Single letters', () => {
  it('after g go to a screen, and do nothing else', async () => {
    const console = await app.openPage('tenant_admin', `${screens}/overview`);
    const { page } = console;
    await console.press('g', 'u');
    await page.getByRole('heading', { level: 1, name: 'Usage' }).waitFor();
    await console.settle();
    expect(await page.getByRole('dialog').count()).toBe(0);
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
