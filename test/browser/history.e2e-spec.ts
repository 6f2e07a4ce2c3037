import { waitFor } from '#testing';
import { type TestTenant, getConfiguration } from '../app/test-app.js';
import { useBrowserApp } from './browser-app.js';
import { checkPage } from './check-page.js';

const app = useBrowserApp();

/** A tenant with four versions. */
async function createHistory(): Promise<TestTenant> {
  const tenant = await app.createTenant();
  await tenant.admin.patch('/v1/config', { temperature: 0.3, reason: 'more careful answers' });
  await tenant.admin.patch('/v1/config', { max_tokens: 500 });
  await tenant.admin.patch('/v1/config', { temperature: 0.9, system_prompt_template: 'Be short. {context}' });
  return tenant;
}

/** Changes an entry of a history as only the owner of the database can. */
async function breakVersion(tenantId: string, version: number): Promise<void> {
  const table = 'tenant_configuration_history';
  await app.asSuperuser(`ALTER TABLE ${table} DISABLE TRIGGER USER`);
  const sql = `UPDATE ${table} SET reason = 'rewritten' WHERE tenant_id = $1 AND version = $2`;
  await app.asSuperuser(sql, [tenantId, version]);
  await app.asSuperuser(`ALTER TABLE ${table} ENABLE TRIGGER USER`);
}

async function openHistory(tenant: TestTenant, query = '') {
  const console = await app.openPage({ key: tenant.adminKey }, `/tenants/${tenant.id}/history${query}`);
  return { console, page: console.page };
}

describe('The history screen', () => {
  it('shows each version with its author, reason and changes, on a page that axe finds nothing on', async () => {
    const tenant = await createHistory();
    const { console, page } = await openHistory(tenant, '?version=2');
    const row = page.getByRole('listitem').filter({ hasText: 'Version 2' });
    await row.getByText('more careful answers').waitFor();
    await expect(row.textContent()).resolves.toMatch(/\(you\).*tenant admin/);
    await expect(row.getByRole('list', { name: 'What changed' }).textContent()).resolves.toMatch(
      /temperature.*0\.3/,
    );
    await checkPage(console);
  });

  it('restores any older version with three clicks, after a trial that shows what changes', async () => {
    const tenant = await createHistory();
    const { console, page } = await openHistory(tenant);
    await page.getByRole('button', { name: 'Restore version 2' }).click();
    const changes = page.getByRole('dialog').getByRole('list', { name: 'What changes' });
    await expect(changes.textContent()).resolves.toMatch(/temperature: 0\.9.*0\.3/);
    await page.getByRole('button', { name: 'Restore version 2 as version 5' }).click();
    await page.getByText('Version 2 is restored as version 5.').waitFor();
    expect(console.clicks).toBeLessThanOrEqual(3);
    const restored = await getConfiguration(tenant.admin);
    expect(restored).toMatchObject({ version: 5, temperature: 0.3, max_tokens: 1000 });
  });

  it('restores a version only if the golden questions pass under it, when that is asked for', async () => {
    const tenant = await createHistory();
    await tenant.admin.post('/v1/golden-questions', { question: 'When?', expect_phrases: ['never said'] });
    const { page } = await openHistory(tenant);
    await page.getByRole('button', { name: 'Restore version 2' }).click();
    await page.getByRole('tab', { name: 'As a file' }).click();
    await page.getByRole('tabpanel').getByText('temperature: 0.3').waitFor();
    await page.getByLabel('Ask the golden questions first').check();
    await page.getByRole('button', { name: 'Restore version 2 as version 5' }).click();
    await page
      .getByRole('dialog')
      .getByRole('alert')
      .getByText(/never said/)
      .waitFor();
    expect(await getConfiguration(tenant.admin)).toMatchObject({ version: 4 });
  });

  it('says before it is pressed which rule an old version breaks today', async () => {
    const tenant = await createHistory();
    const plan = {
      allowed_tiers: ['economy', 'standard', 'premium'],
      allowed_models: [],
      locked_settings: [],
    };
    await app.platform.put('/v1/platform/plans/short', {
      defaults: {},
      ceilings: { max_tokens: 400 },
      ...plan,
    });
    await app.platform.patch(`/v1/platform/tenants/${tenant.id}`, { plan: 'short', accept_clamping: true });
    await tenant.admin.patch('/v1/config', { max_tokens: 300 });
    const { page } = await openHistory(tenant, '?restore=4');
    const dialog = page.getByRole('dialog');
    await dialog.getByText("The old settings break today's rules").waitFor();
    await expect(dialog.getByRole('button', { name: /^Restore version 4/ }).isDisabled()).resolves.toBe(true);
  });

  it('restores what is there now if somebody saves while the sheet is open', async () => {
    const tenant = await createHistory();
    const { page } = await openHistory(tenant, '?restore=1');
    await page.getByRole('button', { name: 'Restore version 1 as version 5' }).waitFor();
    await tenant.admin.patch('/v1/config', { retrieval_top_k: 7 });
    await page.getByRole('button', { name: 'Restore version 1 as version 5' }).click();
    await page.getByText('Somebody saved in the meantime.').waitFor();
    await page.getByRole('dialog').getByText('Chunks in the prompt').waitFor();
    await page.getByRole('button', { name: 'Restore version 1 as version 6' }).click();
    await page.getByText('Version 1 is restored as version 6.').waitFor();
  });

  it('compares two versions that are ticked by keyboard, at an address that shows the same again', async () => {
    const tenant = await createHistory();
    const { console, page } = await openHistory(tenant);
    await page.locator('main').focus();
    await console.press('j', 'd', 'j', 'j', 'd');
    const comparison = page.getByRole('list', { name: 'From version 2 to version 4' });
    await comparison.waitFor();
    await expect(comparison.textContent()).resolves.toMatch(/max_tokens.*500.*temperature: 0\.3.*0\.9/);
    await console.open(new URL(page.url()).pathname + new URL(page.url()).search);
    await comparison.waitFor();
  });

  it('shows the history of one value when a setting is chosen', async () => {
    const tenant = await createHistory();
    const { page } = await openHistory(tenant, '?setting=temperature');
    await page.getByText('2 of the 4 newest versions changed temperature.').waitFor();
    await expect(page.getByRole('button', { name: /^Version \d/ }).allTextContents()).resolves.toEqual([
      expect.stringContaining('Version 4'),
      expect.stringContaining('Version 2'),
    ]);
  });

  it('shows both sides in the same red what the platform forced', async () => {
    const { id, admin, adminKey } = await createHistory();
    await app.platform.patch(`/v1/platform/tenants/${id}/config`, { max_tokens: 700 });
    await admin.patch('/v1/config', { override_allowed: false });
    const forced = { max_tokens: 600, force: true, reason: 'contract' };
    await app.platform.patch(`/v1/platform/tenants/${id}/config`, forced);
    for (const visitor of [{ key: adminKey }, 'platform_admin'] as const) {
      const console = await app.openPage(visitor, `/tenants/${id}/history`);
      const marked = console.page.getByRole('listitem').filter({ hasText: 'forced' });
      await marked.getByText('Version 7').waitFor();
      expect(await marked.count()).toBe(1);
      await checkPage(console);
    }
  });

  it('draws the chain of the versions, which the platform verifies, and names the version that is broken', async () => {
    const { id, adminKey } = await createHistory();
    const own = await app.openPage({ key: adminKey }, `/tenants/${id}/history`);
    await own.page.getByRole('img', { name: 'Sealed to version 3' }).waitFor();
    const refused = own.page.getByRole('button', { name: 'Verify the chain' });
    expect(await refused.getAttribute('aria-disabled')).toBe('true');
    const console = await app.openPage('platform_admin', `/tenants/${id}/history`);
    const { page } = console;
    await console.tabTo(page.getByRole('button', { name: 'Verify the chain' }));
    await console.press('Enter');
    await page.getByText('Verified: versions 1 to 4 are unbroken.').waitFor();
    expect(await page.getByRole('img', { name: /^Verified/ }).count()).toBe(4);
    await breakVersion(id, 3);
    await console.press('Enter');
    await page.getByRole('alert').getByText('Version 3: its contents do not match its hash.').waitFor();
    await page.getByRole('img', { name: 'Broken to version 2' }).waitFor();
    await page.getByRole('img', { name: 'Sealed to version 3' }).waitFor();
    await checkPage(console);
    await page.getByRole('combobox', { name: 'Setting' }).selectOption('temperature');
    await page.getByText('2 of the 4 newest versions').waitFor();
    expect(await page.getByRole('img', { name: /^(Sealed|Verified|Broken)/ }).count()).toBe(0);
  });

  it('leads from the version of an approved request to the requests, and from there back to the version', async () => {
    const tenant = await app.createTenant();
    await app.platform.patch(`/v1/platform/tenants/${tenant.id}`, { approval_required: true });
    const { body } = await tenant.admin.patch<{ id: string }>('/v1/config', { temperature: 0.3 });
    // As if another person had made the key of the tenant's admin.
    await app.asSuperuser(`UPDATE change_requests SET requester_makers = '{db:operator}'`);
    const approved = await app.platform.post(`/v1/platform/change-requests/${body.id}/approve`, {});
    expect(approved.status).toBe(200);
    const { page } = await openHistory(tenant, '?version=2');
    await page.getByRole('link', { name: 'Open the approved requests' }).click();
    await page.getByRole('link', { name: 'It became version 2.' }).click();
    await page.getByRole('heading', { level: 1, name: 'History' }).waitFor();
    await page.getByRole('button', { name: /^Version 2/, expanded: true }).waitFor();
  });

  it('leads from the version of a bulk update to the operation', async () => {
    const { id, admin } = await app.createTenant();
    const body = { selector: { tenant_ids: [id] }, changes: { max_tokens: 600 }, reason: 'shorter answers' };
    await app.platform.post('/v1/platform/bulk-updates', body);
    await waitFor(async () => (await getConfiguration(admin)).version === 2, { what: 'the bulk update' });
    const { page } = await app.openPage('platform_admin', `/tenants/${id}/history?version=2`);
    await page.getByRole('link', { name: 'Open the bulk operation' }).click();
    await page.getByRole('heading', { level: 1, name: 'Bulk update' }).waitFor();
  });
});
