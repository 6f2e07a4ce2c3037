import { useBrowserApp } from './browser-app.js';

const app = useBrowserApp();
const tenant = '/tenants/acme-law';

const lists = [
  ['platform_admin', '/tenants', 'q=no-such-tenant'],
  ['platform_admin', '/approvals', 'state=void'],
  ['platform_admin', '/audit', 'tenant_id=no-such-tenant'],
  ['platform_admin', '/sessions/all', 'tenant_id=no-such-tenant'],
  ['platform_admin', '/usage', 'from=2020-01-01&to=2020-01-02'],
  ['tenant_admin', `${tenant}/documents`, 'q=no-such-document'],
  ['tenant_admin', `${tenant}/history`, 'setting=temperature'],
  ['tenant_admin', `${tenant}/requests`, 'state=void'],
] as const;

describe('A list with a filter', () => {
  it.each(lists)('as %s, %s says that nothing matches, and clears the filter', async (role, path, filter) => {
    const { page } = await app.openPage(role, `${path}?${filter}`);
    const nothing = page.getByRole('heading', { name: 'Nothing matches this filter' });
    await nothing.waitFor();
    await page.getByRole('button', { name: 'Clear filter' }).click();
    await nothing.waitFor({ state: 'detached' });
    expect(new URL(page.url()).search).toBe('');
  });

  it.each(lists)('as %s, %s gives the focus to its filter with the slash', async (role, path) => {
    const console = await app.openPage(role, path);
    await console.press('/');
    await console.page.locator('[role=search] :focus').waitFor();
  });

  it('the deliveries of a webhook say that nothing matches, clear the filter, and have the slash', async () => {
    const body = { url: 'https://hooks.example/attune', events: ['config.updated'] };
    const { id } = (await app.tenant.admin.post<{ id: string }>('/v1/webhooks', body)).body;
    const console = await app.openPage('tenant_admin', `${tenant}/webhooks/${id}?state=failed`);
    const { page } = console;
    await page.getByText('No delivery is in this state.').waitFor();
    await page.getByRole('button', { name: 'Clear filter' }).click();
    await page.getByText('No deliveries yet').waitFor();
    await page.locator('#main').focus();
    await console.press('/');
    await page.locator('[role=search] :focus').waitFor();
  });

  it('the audit log says that it does not use a half-typed act', async () => {
    const { page } = await app.openPage('platform_admin', '/audit?action=suspend');
    await page.getByText('Not used: write an act, or a kind such as key.*').waitFor();
    await page.getByLabel('Act', { exact: true }).fill('tenant.*');
    await page.getByText(/^Not used:/).waitFor({ state: 'detached' });
  });

  it('the help for the keyboard names the slash', async () => {
    const console = await app.openPage('tenant_admin', `${tenant}/documents`);
    await console.press('?');
    await console.page.getByRole('row', { name: 'Go to the search or the filter of the list' }).waitFor();
  });
});
