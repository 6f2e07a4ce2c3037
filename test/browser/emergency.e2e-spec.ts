import { waitFor } from '#testing';
import { getConfiguration } from '../app/test-app.js';
import { useBrowserApp } from './browser-app.js';
import { checkPage } from './check-page.js';
import { startRollout } from './start-rollout.js';

const app = useBrowserApp();

describe('The emergency page', () => {
  it('forces a setting that a tenant has locked, and suspends the tenant', async () => {
    const { id, admin } = await app.createTenant();
    await admin.patch('/v1/config', { override_allowed: false });
    const console = await app.openPage('platform_admin', '/emergency');
    const { page } = console;
    await page.getByLabel('Tenant', { exact: true }).fill(id);
    await console.press('Enter');
    await page.getByRole('combobox', { name: 'Setting' }).selectOption('temperature');
    await page.getByLabel('Temperature', { exact: true }).fill('0.1');
    await page.getByText('The tenant is locked').waitFor();
    await page.getByRole('button', { name: 'Force Temperature' }).click();
    await page.getByRole('dialog').getByText('Temperature temperature: 0.7 (Platform) → 0.1').waitFor();
    await page.getByRole('dialog').getByLabel('Reason').and(page.locator(':focus')).waitFor();
    await page.getByRole('tab', { name: 'As a file' }).click();
    await page.getByText(`attune apply tenants/${id}.yaml`).waitFor();
    await page.getByLabel('Reason').focus();
    await page.keyboard.type('wrong answers');
    await page.getByRole('button', { name: `Force it on ${id}` }).click();
    await page.getByText(`${id} has it now, version 3.`).waitFor();
    await page.getByRole('button', { name: 'Force a setting' }).waitFor();
    await page.getByRole('button', { name: 'Undo', exact: true }).click();
    await page.getByRole('dialog').getByText('The tenant keeps its own settings').waitFor();
    await console.press('Escape');
    await page.getByLabel('Id of the tenant').fill(id);
    await console.press('Enter');
    await page.getByRole('button', { name: `Suspend ${id}` }).click();
    await page
      .getByRole('dialog')
      .getByRole('button', { name: `Suspend: ${id}` })
      .click();
    await page.getByText(`${id} is suspended now.`).waitFor();
    await page.getByRole('button', { name: 'Undo', exact: true }).click();
    await page.getByText('Undone.').waitFor();
  });

  it('forces nothing before a tenant is found and one of its values is changed, and says where no force is needed', async () => {
    const { id, admin } = await app.createTenant();
    await admin.patch('/v1/config', { temperature: 0.2 });
    const console = await app.openPage('platform_admin', '/emergency');
    const { page } = console;
    const part = page.getByRole('region', { name: 'Force one setting on one tenant' });
    await part.getByLabel('Tenant', { exact: true }).fill('nobody-here');
    await console.press('Enter');
    await part.getByRole('alert').waitFor();
    expect(await part.getByRole('combobox', { name: 'Setting' }).count()).toBe(0);
    await part.getByLabel('Tenant', { exact: true }).fill(id);
    await console.press('Enter');
    await part.getByText(`${id}, pro, active`).waitFor();
    await part.getByRole('combobox', { name: 'Setting' }).selectOption('temperature');
    const value = part.getByLabel('Temperature', { exact: true });
    expect(await value.inputValue()).toBe('0.2');
    const nothing = part.getByRole('button', { name: 'Force a setting' });
    expect(await nothing.getAttribute('aria-disabled')).toBe('true');
    await value.fill('0.1');
    await part.getByText('Nothing stands against it').waitFor();
    await part.getByText('Temperature temperature: 0.2 (Tenant) → 0.1').waitFor();
    await checkPage(console);
    await page.reload();
    await part.getByRole('button', { name: 'Change Temperature' }).click();
    await page.getByRole('dialog').getByLabel('Reason').fill('wrong answers');
    await page.getByRole('button', { name: `Change it on ${id}` }).click();
    await page.getByText(`${id} has it now, version 3.`).waitFor();
    expect(await getConfiguration(admin)).toMatchObject({ version: 3, temperature: 0.1 });
  });

  it('says that its figures are old while the service does not answer', async () => {
    const { page } = await app.openPage('platform_admin', '/emergency');
    await page.getByText('cache: ok').waitFor();
    const old = page.getByRole('region', { name: 'Health' }).getByText(/^The service has not answered since/);
    await page.route(/\/v1\/platform\/overview|\/health\/ready/, (route) => route.abort());
    await old.first().waitFor();
    await page.unrouteAll();
    await waitFor(async () => (await old.count()) === 0);
  });

  it('undoes the newest acts on a tenant in place', async () => {
    const { id, admin } = await app.createTenant();
    await admin.post('/v1/api-keys', { name: 'shop', role: 'member' });
    await app.platform.patch(`/v1/platform/tenants/${id}/config`, { temperature: 0.1, reason: 'calmer' });
    await app.platform.patch(`/v1/platform/tenants/${id}`, { status: 'suspended' });
    const { page } = await app.openPage('platform_admin', '/emergency');
    const acts = page.getByRole('table', { name: 'Newest acts' }).getByRole('row').filter({ hasText: id });
    await acts.getByText('tenant.suspend').waitFor();
    expect(await acts.getByText('key.create').count()).toBe(1);
    await acts.getByRole('button', { name: /^Undo tenant\.suspend/ }).click();
    await page.getByRole('button', { name: `Set status of ${id} back` }).click();
    await page.getByText(`${id} is as before.`).waitFor();
    await acts.getByRole('button', { name: /^Undo configuration\.update/ }).click();
    await page.getByRole('button', { name: 'Restore version 1 as version 3' }).click();
    await page.getByText('Version 1 is restored as version 3.').waitFor();
    expect((await admin.get<{ version: number }>('/v1/config')).body.version).toBe(3);
  });

  it('shows a rollout that runs below hundreds of newer ones that are over, aborts it, and says how Postgres is', async () => {
    const { id } = await app.createTenant();
    const rollout = await startRollout(app, 'old but running', [id]);
    await app.asSuperuser(
      `INSERT INTO rollouts (name, selector, changes, unit, percentage, guardrails, created_by, state, finished_at, created_at)
       SELECT 'over', selector, changes, unit, percentage, guardrails, created_by, 'aborted', now(), now() + n * interval '1 ms'
       FROM rollouts, generate_series(1, 250) n WHERE id = $1`,
      [rollout],
    );
    const console = await app.openPage('platform_admin', '/emergency');
    const { page } = console;
    await page.getByRole('region', { name: 'Health' }).getByText('database: ok').waitFor();
    await page.getByRole('button', { name: 'Abort old but running' }).click();
    await page.getByRole('dialog').locator(':focus').waitFor();
    await console.press('Enter');
    await page.getByText('old but running is aborted.').waitFor();
    await page.getByText('No rollout is running.').waitFor();
    const { body } = await app.platform.get<{ state: string }>(`/v1/platform/rollouts/${rollout}`);
    expect(body.state).toBe('aborted');
  });
});
