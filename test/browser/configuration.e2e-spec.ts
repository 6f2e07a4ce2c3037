import { getConfiguration } from '../app/test-app.js';
import { useBrowserApp } from './browser-app.js';
import { checkPage } from './check-page.js';

const app = useBrowserApp();

/** A tenant of its own with its configuration on the screen. */
async function openConfiguration(query = '') {
  const tenant = await app.createTenant();
  const console = await app.openPage({ key: tenant.adminKey }, `/tenants/${tenant.id}/configuration${query}`);
  return { tenant, console, page: console.page };
}

describe('The sheet before a save', () => {
  it.each(['', '?setting=temperature'])('at %j leads from a fault to its setting', async (query) => {
    const { console, page } = await openConfiguration(query);
    const field = page.getByLabel('Temperature', { exact: true });
    await field.fill('5');
    await page.getByRole('button', { name: 'Review and save' }).click();
    const fault = page
      .getByRole('dialog')
      .getByRole('alert')
      .getByRole('link', { name: /temperature/ });
    await fault.waitFor();
    await checkPage(console);
    await fault.press('Enter');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await field.and(page.locator(':focus')).waitFor();
  });

  it('names what the golden questions lack that stop a save', async () => {
    const { tenant, console, page } = await openConfiguration();
    const question = {
      question: 'When is rent due?',
      expect_sources: ['lease'],
      expect_phrases: ['on Monday'],
    };
    await tenant.admin.post('/v1/documents', { id: 'lease', title: 'Lease', text: 'Pets are allowed.' });
    expect((await tenant.admin.post('/v1/golden-questions', question)).status).toBe(201);
    await page.getByLabel('Temperature', { exact: true }).fill('0.25');
    await page.getByRole('button', { name: 'Review and save' }).click();
    await page.getByRole('checkbox', { name: 'Ask the golden questions first' }).check();
    await page.getByRole('button', { name: 'Save as version 2' }).click();
    const refusal = page.getByRole('dialog').getByRole('alert');
    await refusal.getByText('When is rent due?').waitFor();
    await refusal.getByText('Missing phrases: on Monday').waitFor();
    await checkPage(console);
    expect(await getConfiguration(tenant.admin)).toMatchObject({ version: 1 });
  });

  it('a save that the service refuses moves the focus to the first fault', async () => {
    const { page } = await openConfiguration();
    const field = page.getByLabel('Temperature', { exact: true });
    await field.fill('0.25');
    await page.getByRole('button', { name: 'Review and save' }).click();
    const error = (name: string) => ({ field: name, rule: 'max', message: `${name} is too high.`, value: 1 });
    const problem = {
      type: '/problems/invalid-input',
      title: 'Invalid input',
      status: 400,
      errors: [error('temperature'), error('max_tokens')],
    };
    await page.route('**/v1/config', (route) =>
      route.request().method() === 'PATCH'
        ? route.fulfill({
            status: 400,
            contentType: 'application/problem+json',
            body: JSON.stringify(problem),
          })
        : route.continue(),
    );
    await page.getByRole('button', { name: 'Save as version 2' }).click();
    await page
      .getByRole('link', { name: 'temperature is too high.' })
      .and(page.locator(':focus'))
      .press('Enter');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await field.and(page.locator(':focus')).waitFor();
  });
});

describe('The configuration screen', () => {
  it('changes a temperature with four clicks and undoes it with one, which can be undone itself', async () => {
    const { tenant, console, page } = await openConfiguration();
    await page.getByLabel('Temperature', { exact: true }).click();
    await page.getByLabel('Temperature', { exact: true }).fill('0.25');
    await page.getByRole('button', { name: 'Review and save' }).click();
    const sheet = page.getByRole('dialog', { name: 'Review and save' });
    await expect(sheet.getByRole('list', { name: 'Changes' }).textContent()).resolves.toMatch(
      /temperature: 0\.7 \(Platform\).*0\.25 \(Tenant\)/,
    );
    await sheet.getByRole('button', { name: 'Save as version 2' }).click();
    await page.getByText('Version 2 is saved: temperature.').waitFor();
    await page.getByText(/^Version 2 is what this replica serves, .* after the save$/).waitFor();
    expect(await getConfiguration(tenant.admin)).toMatchObject({ version: 2, temperature: 0.25 });
    // A notice fades away while the next one is there already.
    const undo = (notice: string) =>
      page.getByRole('alert').filter({ hasText: notice }).getByRole('button', { name: 'Undo', exact: true });
    await undo('Version 2 is saved').click();
    await undo('Version 1 is restored as version 3.').waitFor();
    expect(console.clicks).toBeLessThanOrEqual(5);
    expect(await getConfiguration(tenant.admin)).toMatchObject({ version: 3, temperature: 0.7 });
    await undo('Version 1 is restored as version 3.').click();
    await undo('Version 2 is restored as version 4.').waitFor();
    expect(await getConfiguration(tenant.admin)).toMatchObject({ version: 4, temperature: 0.25 });
  });

  it('undoes nothing when somebody saved meanwhile, says so, and leads to the review of the undo', async () => {
    const { tenant, page } = await openConfiguration();
    await page.getByLabel('Temperature', { exact: true }).fill('0.25');
    await page.getByRole('button', { name: 'Review and save' }).click();
    await page.getByRole('button', { name: 'Save as version 2' }).click();
    await page.getByText('Version 2 is saved: temperature.').waitFor();
    await tenant.admin.patch('/v1/config', { max_tokens: 500 });
    await page.getByRole('button', { name: 'Undo', exact: true }).click();
    await page.getByText('Nothing was undone.').waitFor();
    expect(await getConfiguration(tenant.admin)).toMatchObject({ version: 3, temperature: 0.25 });
    await page.getByRole('button', { name: 'Review the undo' }).click();
    await page.getByRole('button', { name: 'Restore version 2 as version 4' }).waitFor();
  });

  it('does the same by keyboard alone: e, Ctrl Enter twice, u, Ctrl Enter', async () => {
    const { tenant, console, page } = await openConfiguration('?q=temperature');
    await console.press('e');
    await expect(page.locator(':focus').getAttribute('id')).resolves.toBe('setting-temperature');
    await console.press('ArrowDown', 'ArrowDown', 'Control+Enter');
    await page.getByRole('button', { name: 'Save as version 2' }).and(page.locator(':enabled')).waitFor();
    await console.press('Control+Enter');
    await page.getByText('Version 2 is saved: temperature.').waitFor();
    expect(await getConfiguration(tenant.admin)).toMatchObject({ version: 2, temperature: 0.5 });
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await page.locator('main').focus();
    await console.press('u');
    await page
      .getByRole('button', { name: 'Restore version 1 as version 3' })
      .and(page.locator(':enabled'))
      .waitFor();
    await console.press('Control+Enter');
    await page.getByText('Version 1 is restored as version 3.').waitFor();
    expect(await getConfiguration(tenant.admin)).toMatchObject({ version: 3, temperature: 0.7 });
  });

  it('keeps the save button asleep while a value is out of bounds, and says which bound', async () => {
    const { page } = await openConfiguration();
    await page.getByLabel('Longest answer', { exact: true }).fill('99999');
    await page.getByText('max_tokens must be at most 4000.').first().waitFor();
    await page.getByText('1 fault').waitFor();
    await page.getByRole('button', { name: 'Review and save' }).click();
    const save = page.getByRole('button', { name: 'Save as version 2' });
    expect(await save.isDisabled()).toBe(true);
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.getByLabel('Longest answer', { exact: true }).fill('2000');
    await page.getByRole('button', { name: 'Review and save' }).click();
    await save.and(page.locator(':enabled')).waitFor();
  });

  it('says what a reset shows before it is saved, and sends null for it', async () => {
    const { tenant, console, page } = await openConfiguration();
    await tenant.admin.patch('/v1/config', { temperature: 0.3 });
    await console.open(`/tenants/${tenant.id}/configuration?setting=temperature`);
    await page.getByRole('button', { name: 'Reset to 0.7 (platform)' }).click();
    await page.getByText('Will be reset: 0.7 from the layer platform shows through.').waitFor();
    await page.getByRole('button', { name: 'Review and save' }).click();
    await page.getByRole('button', { name: 'Save as version 3' }).click();
    await page.getByText('Version 3 is saved').waitFor();
    const { body } = await tenant.admin.get<{ own: object }>('/v1/config?include=sources');
    expect(body.own).toEqual({});
  });

  it('shows at its address one setting with its five layers, and what the plan cuts', async () => {
    const { tenant, console, page } = await openConfiguration();
    await app.platform.put('/v1/platform/plans/cutting', {
      defaults: {},
      allowed_tiers: ['economy', 'standard', 'premium'],
      allowed_models: [],
      ceilings: {},
      locked_settings: ['retrieval_alpha'],
    });
    await tenant.admin.patch('/v1/config', { max_tokens: 3000, retrieval_alpha: 0.9 });
    await app.platform.patch(`/v1/platform/tenants/${tenant.id}`, { plan: 'cutting', accept_clamping: true });
    await console.open(`/tenants/${tenant.id}/configuration?setting=retrieval_alpha`);
    const row = page.locator('[data-setting=retrieval_alpha]');
    await row.getByText('The plan cutting fixes this.').waitFor();
    await row.getByText('The value is 0.9; the plan locks this setting, so 0.5 applies.').first().waitFor();
    await expect(row.getByRole('listitem').allTextContents()).resolves.toEqual([
      expect.stringContaining('Platform0.5'),
      expect.stringContaining('Planno value'),
      expect.stringContaining('Tenant0.9'),
      'Flagno value',
      'Rolloutno value',
      expect.stringContaining('0.5 applies'),
    ]);
  });

  it('leads from a layer to where its value is changed, and only who may change it', async () => {
    const { id, adminKey } = await app.createTenant();
    const path = `/tenants/${id}/configuration?setting=temperature`;
    const { page } = await app.openPage('platform_admin', path);
    await page.getByRole('link', { name: 'Change the layer platform' }).click();
    await page.getByRole('heading', { level: 1, name: 'Defaults' }).waitFor();
    expect(await page.getByLabel('Temperature', { exact: true }).inputValue()).toBe('0.7');
    await page.goBack();
    await page.getByRole('link', { name: 'Change the layer plan' }).click();
    await page.getByRole('heading', { level: 1, name: 'Plan pro' }).waitFor();
    const own = await app.openPage({ key: adminKey }, path);
    expect(await own.page.getByRole('link', { name: /^Change the layer/ }).count()).toBe(0);
    await own.page.getByRole('button', { name: 'Change the layer tenant' }).click();
    await own.page.getByLabel('Temperature', { exact: true }).and(own.page.locator(':focus')).waitFor();
  });

  it('shows a member every value, nothing to change, and why', async () => {
    const tenant = await app.createTenant();
    const { page } = await app.openPage({ key: tenant.memberKey }, `/tenants/${tenant.id}/configuration`);
    await page.getByText('Only admins of the tenant may do this. You are a member.').first().waitFor();
    await expect(
      page.locator('main input:not([type=search]), main select, main textarea').count(),
    ).resolves.toBe(0);
  });

  it('lets a platform admin force a change only after the refusal, and only with a reason', async () => {
    const tenant = await app.createTenant();
    await tenant.admin.patch('/v1/config', { override_allowed: false });
    const { page } = await app.openPage('platform_admin', `/tenants/${tenant.id}/configuration`);
    await page.getByLabel('Temperature', { exact: true }).fill('0.4');
    await page.getByRole('button', { name: 'Review and save' }).click();
    await page.getByRole('button', { name: 'Save as version 3' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Ask to unlock' }).click();
    await page.getByLabel('Message').getByText('Please let the platform change').waitFor();
    const force = page.getByRole('button', { name: 'Force version 3' });
    expect(await force.isDisabled()).toBe(true);
    await page.getByRole('dialog').getByLabel('Reason').fill('answers are wrong');
    await force.click();
    await page.getByText('Version 3 is saved: temperature.').waitFor();
    expect(await getConfiguration(tenant.admin)).toMatchObject({ version: 3, temperature: 0.4 });
  });

  it('shows the tenant and the platform the same lock, which the platform asks for first, and forces second', async () => {
    const tenant = await app.createTenant();
    await tenant.admin.patch('/v1/config', { override_allowed: false, reason: 'we tune it ourselves' });
    const path = `/tenants/${tenant.id}/configuration`;
    const own = await app.openPage({ key: tenant.adminKey }, path);
    const console = await app.openPage('platform_admin', path);
    const { page } = console;
    const locks = [own.page, page].map((each) => each.getByRole('region', { name: 'Lock' }));
    for (const lock of locks) {
      await lock.getByText('The platform may not change these settings').waitFor();
      await lock.getByText(/^since version 2, by .*tenant admin.*: we tune it ourselves$/).waitFor();
    }
    await checkPage(console);
    await console.tabTo(page.getByRole('button', { name: 'Ask to unlock' }));
    await console.press('Enter');
    await page.getByLabel('What for').and(page.locator(':focus')).waitFor();
    await page.keyboard.type('GPT-4 is retired');
    const message = await page.getByLabel('Message').innerText();
    expect(message).toContain(`the settings of ${tenant.id}: GPT-4 is retired`);
    await checkPage(console);
    await console.press('Escape');
    const { pathname, search } = new URL(/https?:.*/.exec(message)![0]);
    await own.open(`${pathname}${search}`);
    await own.page
      .getByRole('switch', { name: 'The platform may change these settings' })
      .and(own.page.locator(':focus'))
      .waitFor();
    await page.getByRole('button', { name: 'Unlock by force' }).click();
    await page.keyboard.type('contract of 2026');
    await console.press('Control+Enter');
    await page.getByText(`${tenant.id} has it now, version 3.`).waitFor();
    for (const each of [own, console]) {
      await each.open(path);
      const lock = each.page.getByRole('region', { name: 'Lock' });
      await lock.getByText('The platform may change these settings').first().waitFor();
      await lock.getByText(/although the tenant was locked.*contract of 2026/).waitFor();
    }
    await checkPage(own);
  });

  it('asks for approval where the tenant needs it, and drops the draft that waits', async () => {
    const { tenant, console, page } = await openConfiguration();
    await app.platform.patch(`/v1/platform/tenants/${tenant.id}`, { approval_required: true });
    await console.open(`/tenants/${tenant.id}/configuration`);
    await page.getByLabel('Temperature', { exact: true }).fill('0.4');
    await page.getByRole('button', { name: 'Review and save' }).click();
    await page.getByRole('button', { name: 'Ask for approval' }).click();
    await page.getByText('The change waits for approval.').waitFor();
    await page.getByRole('region', { name: 'Changes that are not saved' }).waitFor({ state: 'detached' });
    const { body } = await tenant.admin.get<{ items: { patch: object }[] }>('/v1/config/change-requests');
    expect(body.items.map(({ patch }) => patch)).toEqual([{ temperature: 0.4 }]);
  });

  it('shows a form with faults, and its sheet, on which axe finds nothing', async () => {
    const { console, page } = await openConfiguration('?setting=temperature');
    await page.getByLabel('Longest answer', { exact: true }).fill('99999');
    await page.getByText('1 fault').waitFor();
    await checkPage(console);
    await page.getByRole('button', { name: 'Review and save' }).click();
    await page.getByRole('dialog').waitFor();
    await checkPage(console);
  });
});
