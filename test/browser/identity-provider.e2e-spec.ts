import { TestIdentityProvider, testClient } from '../../libs/tenancy/testing/test-identity-provider.js';
import { useBrowserApp } from './browser-app.js';
import { checkPage } from './check-page.js';

let provider: TestIdentityProvider;
const app = useBrowserApp(async () => {
  provider = await TestIdentityProvider.start();
  return {
    OIDC_ISSUER: provider.issuer,
    OIDC_CLIENT_ID: testClient.id,
    OIDC_CLIENT_SECRET: testClient.secret,
    EGRESS_ALLOW: 'loopback',
  };
});

const connection = '/v1/platform/identity/connections/default';

beforeAll(async () => {
  provider.setClient(app.replica.url);
  const items = [
    { value: 'lawyers', role: 'tenant_admin', tenant_id: app.tenant.id },
    { value: 'operators', role: 'platform_reader' },
  ];
  await app.platform.put(`${connection}/mappings`, { items });
});
afterAll(() => provider?.stop());

describe('The sign-in page with an identity provider', () => {
  const button = { name: /^Sign in with / };

  it('has its button, which opens the address that was asked for in the role of the mapping, and signs out there, too', async () => {
    provider.accounts.set('ada', { name: 'Ada', groups: ['lawyers'] });
    const console = await app.openPage('nobody', '/tenants/acme-law/history?setting=temperature');
    const { page } = console;
    await checkPage(console);
    await page.getByRole('link', button).click();
    await page.getByRole('heading', { level: 1, name: 'History' }).waitFor();
    expect(new URL(page.url()).search).toBe('?setting=temperature');
    await page.getByRole('button', { name: /^Sign out / }).click();
    await page.waitForURL((url) => url.origin === provider.issuer);
  });

  it('refuses a person without a mapping on a page that names the claim and leads back', async () => {
    provider.accounts.set('ada', { name: 'Ada', groups: ['cooks'] });
    const console = await app.openPage('nobody', '/tenants');
    const { page } = console;
    await page.getByRole('link', button).click();
    await page
      .getByText(/groups/)
      .first()
      .waitFor();
    await checkPage(console);
    await page.getByRole('link').first().click();
    await page.getByRole('link', button).waitFor();
  });

  it('lets a person with several roles choose one by keyboard', async () => {
    provider.accounts.set('ada', { name: 'Ada', groups: ['lawyers', 'operators'] });
    const console = await app.openPage('nobody', '/tenants');
    const { page } = console;
    await page.getByRole('link', button).press('Enter');
    const choice = page.getByRole('button', { name: /platform reader|platform_reader/ });
    await choice.waitFor();
    await checkPage(console);
    await console.tabTo(choice);
    await console.press('Enter');
    await page.getByRole('heading', { level: 1, name: 'Tenants' }).waitFor();
    expect(console.clicks).toBe(0);
  });
});
