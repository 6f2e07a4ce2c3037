import { TestIdentityProvider, testClient } from '../../libs/tenancy/testing/test-identity-provider.js';
import { useBrowserApp } from './browser-app.js';
import { checkPage } from './check-page.js';

const app = useBrowserApp({ EGRESS_ALLOW: 'loopback' });
let idp: TestIdentityProvider;

beforeAll(async () => {
  idp = await TestIdentityProvider.start();
  idp.setClient(app.replica.url);
  idp.accounts.set('ada', { name: 'Ada', groups: ['support'] });
});
afterAll(() => idp?.stop());

describe('The screens of identity connections', () => {
  it('add a provider and a mapping, and a person of this provider then signs in with the role', async () => {
    const console = await app.openPage('platform_admin', '/identity');
    const { page } = console;
    await page.getByText(`${app.replica.url}/v1/session/oidc/callback`).waitFor();
    await checkPage(console);
    await page.getByRole('button', { name: 'Add a connection' }).click();
    const dialog = page.getByRole('dialog');
    const fields = { Id: 'test', Label: 'Test provider', Issuer: idp.issuer, 'Client id': testClient.id };
    for (const [label, value] of Object.entries(fields))
      await dialog.getByRole('textbox', { name: label, exact: true }).fill(value);
    await dialog.getByLabel('Client secret').first().fill(testClient.secret);
    expect(await dialog.locator('pre').innerText()).not.toContain(testClient.secret);
    await dialog.getByRole('button', { name: 'Add test' }).click();
    await page.getByText('Nobody can sign in with this connection before it has a mapping.').waitFor();
    expect(await console.copyAsCurl(page.getByRole('alert'))).not.toContain(testClient.secret);
    const form = page.getByRole('form', { name: 'Add a mapping' });
    await form.getByLabel('Value').fill('support');
    await form.getByLabel('Role').selectOption('platform_reader');
    await form.getByRole('button', { name: 'Add a mapping' }).click();
    await page.getByRole('button', { name: 'Review 1 change' }).click();
    await page.getByRole('button', { name: 'Save 1 mapping' }).click();
    await page.getByText('Test provider has 1 mapping now.').waitFor();
    await console.settle();
    await checkPage(console);

    const visitor = await app.openPage('nobody', '/replicas');
    await visitor.page.getByRole('link', { name: 'Sign in with Test provider' }).click();
    await visitor.page.getByRole('heading', { level: 1, name: 'Replicas' }).waitFor();
    await visitor.page.getByRole('banner').getByText('Ada', { exact: true }).waitFor();
    // The provider is another origin, and the only one.
    const foreign = visitor.faults.splice(0);
    expect(foreign.filter((fault) => !fault.includes(idp.issuer))).toEqual([]);
  });

  it('keep changes of mappings over a reload, and take a saved one back with Undo', async () => {
    const put = (path: string, body: object) =>
      app.platform.put(`/v1/platform/identity/connections/${path}`, body);
    await put('kept', { label: 'Kept', issuer: 'https://login.example', client_id: 'attune' });
    await put('kept/mappings', { items: [{ value: 'staff', role: 'platform_reader' }] });
    const { page } = await app.openPage('platform_admin', '/identity/kept');
    await page.getByRole('button', { name: 'Remove staff' }).click();
    await page.reload();
    await page.getByRole('button', { name: 'Keep staff' }).waitFor();
    await page.getByRole('button', { name: 'Review 1 change' }).click();
    await page.getByText('Sessions with the role and tenant of a removed mapping end at once').waitFor();
    await page.getByRole('button', { name: 'Save 0 mappings' }).click();
    await page.getByText('Nobody can sign in with this connection before it has a mapping.').waitFor();
    await page.getByRole('button', { name: 'Undo', exact: true }).click();
    await page.getByRole('button', { name: 'Remove staff' }).waitFor();
  });

  it('disable, enable and delete a connection, and show a reader why it may not', async () => {
    await app.platform.put('/v1/platform/identity/connections/gone', {
      label: 'Gone',
      issuer: 'https://login.example',
      client_id: 'attune',
    });
    const console = await app.openPage('platform_admin', '/identity/gone');
    const { page } = console;
    await page.getByRole('button', { name: 'Disable', exact: true }).click();
    await page.getByRole('button', { name: 'Disable gone' }).click();
    await page.getByText('Gone is disabled now.').waitFor();
    await page.getByRole('button', { name: 'Enable', exact: true }).waitFor();
    const reader = await app.openPage('platform_reader', '/identity/gone');
    await reader.page.locator('button[aria-disabled=true]', { hasText: 'Delete' }).waitFor();
    await checkPage(reader);
    await page.getByRole('button', { name: 'Delete', exact: true }).click();
    await page.getByRole('button', { name: 'Delete gone' }).click();
    await page.waitForURL(/\/identity$/);
    await page.getByText('Gone is deleted.').waitFor();
    expect((await app.platform.get('/v1/platform/identity/connections/gone')).status).toBe(404);
  });
});
