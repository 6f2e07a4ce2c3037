import { waitFor } from '#testing';
import { useBrowserApp } from './browser-app.js';
import { checkPage } from './check-page.js';
import { startRollout } from './start-rollout.js';

const app = useBrowserApp();

describe('The defaults', () => {
  it('say on the button how many tenants change, and are undone from the receipt', async () => {
    await app.createTenant();
    const console = await app.openPage('platform_admin', '/defaults');
    const { page } = console;
    await page.getByRole('button', { name: 'Change Vectors against keywords' }).click();
    const change = page.getByRole('region', { name: 'Change', exact: true });
    await change.getByText('retrieval_alpha', { exact: true }).waitFor();
    await page.getByLabel('Vectors against keywords', { exact: true }).fill('0.9');
    await page.getByText('Vectors against keywords retrieval_alpha: 0.5 → 0.9').first().waitFor();
    await page.getByRole('button', { name: 'Save, 2 tenants change' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Save, 2 tenants change' }).click();
    const notice = (text: string) => page.getByRole('alert').filter({ hasText: text });
    expect(await console.copyAsCurl(notice('The defaults are changed.'))).toContain(
      `-d '{"retrieval_alpha":0.9}'`,
    );
    const read = async () =>
      (await app.platform.get<{ retrieval_alpha: number }>('/v1/platform/defaults')).body.retrieval_alpha;
    expect(await read()).toBe(0.9);
    await page.getByRole('button', { name: 'Undo' }).click();
    await page.getByRole('cell', { name: '0.5', exact: true }).waitFor();
    expect(await read()).toBe(0.5);
    expect(await console.copyAsCurl(notice('It is undone.'))).toContain(`-d '{"retrieval_alpha":0.5}'`);
  });
});

describe('A plan', () => {
  it('a plan that does not exist is created, and one that is used cannot be deleted, with the names of its tenants', async () => {
    const { page } = await app.openPage('platform_admin', '/plans/team');
    await page.getByRole('button', { name: 'Save, no tenant changes' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Save, no tenant changes' }).click();
    await page.getByText('The plan team is saved.').waitFor();
    await page.goto(`${app.replica.url}/plans/pro`);
    await page.getByRole('button', { name: 'Delete' }).click();
    await page.getByRole('button', { name: 'Delete pro' }).click();
    await page
      .getByRole('alert')
      .getByText(/acme-law/)
      .waitFor();
  });
});

describe('The approvals', () => {
  it('requests are decided with the keyboard, and show what has changed since they were asked', async () => {
    const tenant = await app.createTenant();
    await app.platform.patch(`/v1/platform/tenants/${tenant.id}`, { approval_required: true });
    await tenant.admin.patch('/v1/config', { temperature: 0.3, reason: 'calmer' });
    await app.asSuperuser(
      `UPDATE tenant_configurations SET settings = settings || '{"max_tokens": 700}' WHERE tenant_id = $1`,
      [tenant.id],
    );
    const console = await app.openPage('platform_admin', '/approvals');
    const { page } = console;
    await page.getByText('The tenant has changed since it was asked:').waitFor();
    await page.getByText('max_tokens:').waitFor();
    await checkPage(console);
    await page.locator('body').press('r');
    await page.getByRole('dialog').getByLabel('Comment').fill('Ask the customer first.');
    await console.press('Control+Enter');
    await page.getByText(`The request of ${tenant.id} is rejected.`).waitFor();
    const { body } = await tenant.admin.get<{ items: unknown[] }>('/v1/config/change-requests');
    expect(body.items).toEqual([
      expect.objectContaining({ state: 'rejected', comment: 'Ask the customer first.' }),
    ]);
  });

  it("a request of the platform is named in the tenant's list, which cannot withdraw it", async () => {
    const { id, admin, adminKey } = await app.createTenant();
    const body = { name: 'night shift', role: 'platform_admin' };
    const { key } = (await app.platform.post<{ key: string }>('/v1/platform/api-keys', body)).body;
    await app.platform.patch(`/v1/platform/tenants/${id}`, { approval_required: true });
    await app.platform.as(key).patch(`/v1/platform/tenants/${id}`, { approval_required: false });
    await admin.patch('/v1/config', { temperature: 0.3 });
    const platform = await app.openPage('platform_admin', `/tenants/${id}/requests`);
    await platform.page.getByText('night shift').waitFor();
    const { page } = await app.openPage({ key: adminKey }, `/tenants/${id}/requests`);
    await page.getByText('first admin key (you)').waitFor();
    const withdraw = page.getByRole('button', { name: 'Withdraw' });
    const refused = withdraw.and(page.locator('[aria-disabled=true]'));
    expect([await withdraw.count(), await refused.count()]).toEqual([2, 1]);
  });

  it("decisions about one's own request belong to another admin, and say so", async () => {
    const tenant = await app.createTenant();
    await app.platform.patch(`/v1/platform/tenants/${tenant.id}`, { approval_required: true });
    await app.platform.patch(`/v1/platform/tenants/${tenant.id}/config`, {
      temperature: 0.2,
      reason: 'test',
    });
    const { page } = await app.openPage('platform_admin', '/approvals');
    const approve = page.getByRole('button', { name: 'Approve' });
    await expect(approve.getAttribute('aria-disabled')).resolves.toBe('true');
    await approve.focus();
    await page.getByRole('tooltip').getByText('Yours: another platform admin must decide.').waitFor();
  });

  it("one's own request says how to get a second person, and can be withdrawn", async () => {
    const { id } = await app.createTenant();
    await app.platform.patch(`/v1/platform/tenants/${id}`, { approval_required: true });
    await app.platform.patch(`/v1/platform/tenants/${id}/config`, { temperature: 0.2 });
    const console = await app.openPage('platform_admin', `/approvals?tenant=${id}`);
    const { page } = console;
    await page.getByText('make one platform key for you and one for a colleague').waitFor();
    expect(await page.getByRole('link', { name: 'Make a platform key' }).count()).toBe(1);
    await checkPage(console);
    await page.getByRole('button', { name: 'Withdraw' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Withdraw' }).click();
    await page.getByText(`Your request for ${id} is withdrawn.`).waitFor();
    const { body } = await app.platform.get<{ items: { state: string }[] }>(
      `/v1/platform/change-requests?tenant_id=${id}`,
    );
    expect(body.items).toMatchObject([{ state: 'withdrawn' }]);
  });

  it('a refused approval says how to get a second person', async () => {
    const { id, admin } = await app.createTenant();
    await app.platform.patch(`/v1/platform/tenants/${id}`, { approval_required: true });
    await admin.patch('/v1/config', { temperature: 0.3 });
    const { page } = await app.openPage('platform_admin', `/approvals?tenant=${id}`);
    await page.getByRole('button', { name: 'Approve' }).click();
    await page
      .getByRole('dialog')
      .getByRole('button', { name: `Approve for ${id}` })
      .click();
    await page.getByRole('dialog').getByText('Nobody else can decide?').waitFor();
  });
});

describe('A rollout', () => {
  it('a rollout is started, raised, and aborted with one click and Enter', async () => {
    const selector = encodeURIComponent(JSON.stringify({ plans: ['pro'] }));
    const changes = encodeURIComponent(JSON.stringify({ retrieval_alpha: 0.8 }));
    const console = await app.openPage(
      'platform_admin',
      `/rollouts/new?selector=${selector}&changes=${changes}`,
    );
    const { page } = console;
    await page.getByLabel('Name').fill('alpha');
    await page.getByLabel('Share at the beginning, %').selectOption('1');
    await page.getByLabel('Fallback rate at most (0 to 1)').fill('0.2');
    await page.reload();
    expect(await page.getByLabel('Name').inputValue()).toBe('alpha');
    expect(await page.getByLabel('Fallback rate at most (0 to 1)').inputValue()).toBe('0.2');
    await page.getByRole('button', { name: 'Give it to 1 % of tenants' }).click();
    await console.press('Control+Enter');
    await page.getByRole('heading', { level: 1, name: 'alpha' }).waitFor();
    await page.getByText('The rollout alpha has begun.').waitFor();
    await checkPage(console);
    await page.getByRole('button', { name: 'Give it to 25 %' }).click();
    await page.getByRole('button', { name: 'Give it to 25 % of tenants' }).click();
    await page.getByText('25 % of tenants, plan pro').waitFor();
    await page.getByRole('button', { name: 'Abort' }).click();
    await page.getByRole('button', { name: 'Abort alpha' }).waitFor();
    await console.press('Enter');
    await page.getByText('aborted', { exact: true }).waitFor();
  });

  it('a number of tenants that a rollout leaves out opens the list of them', async () => {
    const [free, locked] = [await app.createTenant(), await app.createTenant()];
    await locked.admin.patch('/v1/config', { override_allowed: false });
    const rollout = await startRollout(app, 'seven chunks', [free.id, locked.id]);
    const { page } = await app.openPage('platform_admin', `/rollouts/${rollout}`);
    await page.getByRole('link', { name: '1 locked by the tenant: which ones' }).click();
    const tenants = page.getByRole('table', { name: 'Tenants of the dry run' });
    await tenants.getByRole('row', { name: locked.id }).waitFor();
    expect(await tenants.getByRole('row', { name: free.id }).count()).toBe(0);
    await app.platform.post(`/v1/platform/rollouts/${rollout}/abort`);
  });
});

describe('The audit log', () => {
  it('the audit log is filtered by its URL, shows before and after, and verifies every history', async () => {
    const console = await app.openPage('platform_admin', '/audit?action=tenant.*');
    const { page } = console;
    await page
      .getByRole('button', { name: /^Details of tenant\./ })
      .nth(0)
      .click();
    await page.getByRole('dialog').getByText('After').waitFor();
    await console.press('Escape');
    await page.getByRole('button', { name: 'Verify every history' }).click();
    await page.getByText(/entries of \d+ tenants, unbroken/).waitFor();
    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Download as NDJSON' }).click();
    expect((await download).suggestedFilename()).toBe('audit.ndjson');
  });

  it('an act names who did it, is closed by Back, and is opened by its link, also where the list does not have it', async () => {
    const console = await app.openPage('platform_admin', '/tenants');
    const { page } = console;
    await console.go('/audit?action=tenant.*');
    await page.getByRole('button', { name: 'Details of tenant.create acme-law' }).click();
    const act = page.getByRole('dialog', { name: 'tenant.create acme-law' });
    await act.getByText(/\(you\) \(platform_admin\)/).waitFor();
    const { search } = new URL(page.url());
    await page.goBack();
    await act.waitFor({ state: 'detached' });
    expect(new URL(page.url()).search).toBe('?action=tenant.*');
    await console.open(`/audit${search.replace('tenant.*', 'identity_mapping.*')}`);
    await act.waitFor();
    await console.press('Escape');
    await page.getByText('Nothing matches this filter').waitFor();
  });
});

describe('A platform key', () => {
  it('a platform key with a last day is rotated by a second one with the same last day', async () => {
    const { page } = await app.openPage('platform_admin', '/platform-keys');
    await page.getByRole('button', { name: 'Create a key' }).click();
    await page.getByLabel('Name').fill('pipeline');
    await page.getByLabel('Last day (UTC)').fill('2099-12-31');
    await page.getByRole('button', { name: 'Create a key for a platform reader' }).click();
    const close = async (): Promise<void> => {
      await page.getByLabel('I have stored it').check();
      await page.getByRole('dialog').getByRole('button', { name: 'Close' }).click();
    };
    await close();
    await page.getByRole('button', { name: 'Rotate pipeline' }).click();
    await page.getByRole('button', { name: 'Make the second key' }).click();
    await close();
    const rows = page.getByRole('row', { name: 'pipeline' }).filter({ hasText: '2100' });
    await waitFor(async () => (await rows.count()) === 2, { what: 'both keys are listed' });
  });

  it('revoking the key of the own session says first that it signs out', async () => {
    const body = { name: 'mine', role: 'platform_admin' };
    const { key } = (await app.platform.post<{ key: string }>('/v1/platform/api-keys', body)).body;
    const { page } = await app.openPage({ key }, '/platform-keys');
    await page.getByRole('button', { name: 'Revoke mine' }).click();
    await page.getByRole('dialog').getByText('you will be signed out').waitFor();
  });
});

describe('The sessions', () => {
  it('each session has its browser, who let it in and when it ends, in both lists', async () => {
    for (const path of ['/sessions/all', '/account/sessions']) {
      const { page } = await app.openPage('platform_admin', path);
      const own = page.getByRole('row').filter({ hasText: 'this one' });
      await own.getByText(/^Chrome \d+, Linux$/).waitFor();
      await own.getByText('a key or link').waitFor();
      await page.getByRole('columnheader', { name: 'Ends' }).waitFor();
    }
  });
});

describe('The runbook of a tenant', () => {
  it('names who changed the tenant', async () => {
    const { id } = await app.createTenant();
    await app.platform.patch(`/v1/platform/tenants/${id}/config`, { temperature: 0.1, reason: 'calmer' });
    const { page } = await app.openPage('platform_admin', `/tenants/${id}/investigate`);
    await page.getByText(/^Version 2, update, .* by .*\(you\)$/).waitFor();
  });
});
