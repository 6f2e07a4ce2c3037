import { getConfiguration } from '../app/test-app.js';
import { useBrowserApp } from './browser-app.js';
import { checkPage } from './check-page.js';

const app = useBrowserApp();
const count = 30;

beforeAll(async () => {
  await app.asSuperuser(
    `INSERT INTO tenants (tenant_id, name, plan) SELECT 'customer-' || n, 'Customer ' || n, 'basic' FROM generate_series(1, $1::int) n`,
    [count],
  );
});

describe('A bulk update', () => {
  it('a bulk update is tried within six clicks, run, followed to its end, and reverted', async () => {
    const console = await app.openPage('platform_admin', '/tenants?plan=basic');
    const { page } = console;
    await page.getByRole('button', { name: `Select ${count} for a bulk update` }).click();
    await page.getByRole('combobox', { name: 'Setting' }).selectOption('max_tokens');
    const value = page.getByLabel('Longest answer', { exact: true });
    // The default of the platform, and not the smallest value that the setting takes.
    expect(await value.inputValue()).toBe('1000');
    // Nobody has chosen it.
    await page.getByText('Give Longest answer a value').waitFor();
    expect(await page.getByRole('button', { name: /^Change / }).count()).toBe(0);
    await value.fill('900');
    await page.getByText(`${count} tenants matched, ${count} tenants would change.`).waitFor();
    await page.getByText('Longest answer max_tokens: inherited → 900').first().waitFor();
    expect(console.clicks).toBeLessThanOrEqual(6);
    await console.settle();
    await checkPage(console);
    await page.getByRole('button', { name: `Change ${count} tenants` }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Reason').fill('cheaper answers');
    await console.press('Control+Enter');
    await page.getByText(`The bulk update of ${count} tenants has begun.`).waitFor();
    await page.getByText('completed').waitFor();
    await page.getByText(`${count} of ${count} tenants done`).waitFor();
    const squares = await page.locator('[data-outcome=updated]').getAttribute('d');
    expect(squares!.match(/M/g)).toHaveLength(count);
    await checkPage(console);
    await page.getByRole('button', { name: `Revert ${count} tenants` }).click();
    await dialog.getByRole('button', { name: `Revert ${count} tenants` }).click();
    await page.getByText('The revert of "cheaper answers" has begun.').waitFor();
    await page.getByText('another bulk update').waitFor();
    await page.getByText('completed').waitFor();
    const { body } = await app.platform.get<{ sources: Record<string, string> }>(
      '/v1/platform/tenants/customer-1/config?include=sources',
    );
    expect(body.sources['max_tokens']).toBe('platform');
    await page.getByRole('link', { name: 'another bulk update' }).click();
    await page.getByRole('link', { name: 'Open its revert' }).click();
    await page.getByText('Reverts another bulk update').waitFor();
  });

  it('asks a tenant that is locked to unlock first, and forces the change on it second', async () => {
    const { id, admin } = await app.createTenant();
    await admin.patch('/v1/config', { override_allowed: false });
    const body = { selector: { tenant_ids: [id] }, changes: { max_tokens: 800 }, reason: 'cheaper answers' };
    const { body: started } = await app.platform.post<{ id: string }>('/v1/platform/bulk-updates', body);
    const console = await app.openPage('platform_admin', `/bulk-updates/${started.id}`);
    const { page } = console;
    const row = page.getByRole('row', { name: id });
    await row.getByRole('button', { name: `Ask to unlock: ${id}` }).click();
    await page
      .getByLabel('Message')
      .getByText(`/tenants/${id}/configuration?setting=override_allowed`)
      .waitFor();
    await console.press('Escape');
    await console.settle();
    await checkPage(console);
    await console.tabTo(row.getByRole('button', { name: `Force: ${id}` }));
    await console.press('Enter');
    await page.getByRole('dialog').getByLabel('Reason').and(page.locator(':focus')).waitFor();
    await page.keyboard.type('contract of 2026');
    await console.press('Control+Enter');
    await page.getByText(`${id} has it now, version 3.`).waitFor();
    expect(await getConfiguration(admin)).toMatchObject({ version: 3, max_tokens: 800 });
    const search = new URLSearchParams({
      selector: JSON.stringify(body.selector),
      changes: JSON.stringify({ max_tokens: 700 }),
    });
    await console.open(`/rollouts/new?${search.toString()}`);
    await row.getByRole('button', { name: `Ask to unlock: ${id}` }).waitFor();
    expect(await page.getByRole('button', { name: `Force: ${id}` }).count()).toBe(0);
  });

  it('keeps whom and what in its URL, so that a link opens the same dry run', async () => {
    const selector = encodeURIComponent(JSON.stringify({ tenant_ids: ['customer-1', 'customer-2'] }));
    const changes = encodeURIComponent(JSON.stringify({ temperature: 5 }));
    const { page } = await app.openPage(
      'platform_admin',
      `/bulk-updates/new?selector=${selector}&changes=${changes}`,
    );
    expect(await page.getByLabel('These tenants').inputValue()).toBe('customer-1 customer-2');
    await page
      .getByRole('alert')
      .getByText(/temperature/)
      .nth(0)
      .waitFor();
    await page.getByLabel('Temperature', { exact: true }).fill('0.4');
    await page.getByRole('button', { name: 'Change 2 tenants' }).waitFor();
  });

  it('lists one part of the tenants of a dry run, however far down its list they are', async () => {
    await app.asSuperuser(
      `INSERT INTO tenants (tenant_id, name, plan) SELECT 'big-' || n, 'Big ' || n, 'enterprise' FROM generate_series(1, 60) n`,
    );
    const { id, admin } = await app.createTenant('enterprise');
    await admin.patch('/v1/config', { override_allowed: false });
    const search = new URLSearchParams({
      selector: '{"plans":["enterprise"]}',
      changes: '{"max_tokens":700}',
    });
    const { page } = await app.openPage('platform_admin', `/bulk-updates/new?${search.toString()}`);
    await page.getByRole('button', { name: '1 locked' }).click();
    const rows = page.getByRole('table', { name: 'Tenants of the dry run' }).getByRole('row');
    await rows.filter({ hasText: id }).waitFor();
    expect(await rows.count()).toBe(2);
    await page.getByText('1 of 1 loaded').waitFor();
    await page.getByRole('button', { name: '1 locked' }).click();
    await rows.filter({ hasText: 'big-1' }).first().waitFor();
  });

  it('shows a reader what would happen, and why it may not run it', async () => {
    const selector = encodeURIComponent(JSON.stringify({ all: true }));
    const { page } = await app.openPage('platform_reader', `/bulk-updates/new?selector=${selector}`);
    await page.getByText('Choose what changes.').waitFor();
  });
});
