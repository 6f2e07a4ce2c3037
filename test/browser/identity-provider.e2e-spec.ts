import { TestIdentityProvider, testClient } from '../../libs/tenancy/testing/test-identity-provider.js';
import { type Visitor, useBrowserApp } from './browser-app.js';
import { checkPage } from './check-page.js';
import type { ConsolePage } from './console-page.js';
import { getConfiguration } from '../app/test-app.js';

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
    { value: 'owners', role: 'platform_admin' },
  ];
  await app.platform.put(`${connection}/mappings`, { items });
});
afterAll(() => provider?.stop());

const button = { name: /^Sign in with / };

describe('The sign-in page with an identity provider', () => {
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

describe('A sign-in at the identity provider over a page', () => {
  /** A page of a person whose sign-in has come back from the provider, but has not been used. */
  async function openAs(group: string): Promise<ConsolePage> {
    provider.accounts.set('ada', { name: 'Ada', groups: [group] });
    const console = await app.openPage('nobody', '/');
    const answer = await console.page
      .context()
      .request.get(`${app.replica.url}/v1/session/oidc/start?return_to=/account/signed-in`);
    expect(answer.status()).toBe(200);
    return console;
  }

  /** Makes the sessions of the page 11 minutes old. No replica may have read them before. */
  async function ageSessions({ page }: ConsolePage): Promise<void> {
    const cookies = await page.context().cookies();
    const ids = cookies.map(({ value }) => value.split('.')[0]!);
    const aged = await app.asSuperuser(
      `UPDATE sessions SET created_at = created_at - interval '11 minutes' WHERE id = ANY($1) RETURNING id`,
      [ids],
    );
    expect(aged).toHaveLength(1);
  }

  /** Signs in in the second window, which closes itself. */
  async function signInAgain({ page }: ConsolePage): Promise<void> {
    const dialog = page.getByRole('dialog', { name: 'Sign in again' });
    const [second] = await Promise.all([
      page.context().waitForEvent('page'),
      dialog.getByRole('link', button).click(),
    ]);
    if (!second.isClosed()) await second.waitForEvent('close');
    await dialog.waitFor({ state: 'detached' });
  }

  it('sends a save whose session has ended, and the page stays', async () => {
    const console = await openAs('lawyers');
    const { page } = await console.open('/tenants/acme-law/configuration');
    await page.getByLabel('Temperature', { exact: true }).fill('0.25');
    await page.getByRole('button', { name: 'Review and save' }).click();
    await page.getByRole('textbox', { name: 'Reason' }).fill('calmer');
    const save = page.getByRole('button', { name: 'Save as version 2' });
    await save.and(page.locator(':enabled')).waitFor();
    await page.context().clearCookies();
    await save.click();
    await signInAgain(console);
    await page.getByText('Version 2 is saved: temperature.').waitFor();
    expect(await getConfiguration(app.tenant.admin)).toMatchObject({ temperature: 0.25 });
  });

  it('sends a change by force that asks for a fresh sign-in', async () => {
    const { id, admin } = await app.createTenant();
    await admin.patch('/v1/config', { override_allowed: false });
    const console = await openAs('owners');
    await ageSessions(console);
    const { page } = await console.open(`/tenants/${id}/configuration`);
    await page.getByLabel('Temperature', { exact: true }).fill('0.25');
    await page.getByRole('button', { name: 'Review and save' }).click();
    await page.getByRole('button', { name: 'Save as version 3' }).click();
    await page.getByRole('textbox', { name: 'Reason' }).fill('wrong answers');
    await page.getByRole('button', { name: 'Force version 3' }).click();
    await signInAgain(console);
    await page.getByText('Version 3 is saved: temperature.').waitFor();
    expect(await getConfiguration(admin)).toMatchObject({ temperature: 0.25 });
  });

  it('sends the deletion of a tenant that asks for a fresh sign-in', async () => {
    const { id } = await app.createTenant();
    const console = await openAs('owners');
    await ageSessions(console);
    const { page } = await console.open(`/tenants/${id}/administration`);
    await page.getByRole('button', { name: /^Delete/ }).click();
    await page.getByRole('dialog').getByRole('textbox').fill(id);
    await page
      .getByRole('dialog')
      .getByRole('button', { name: /^Delete/ })
      .click();
    await signInAgain(console);
    await page.getByText(`${id} is deleted`).waitFor();
    expect((await app.platform.get(`/v1/platform/tenants/${id}`)).status).toBe(404);
  });

  it('says that the browser refuses another window, and leaves a link for it, which is enough', async () => {
    const console = await openAs('lawyers');
    const { page } = await console.open('/tenants/acme-law/api-keys');
    await page.getByRole('button', { name: 'Make a key' }).click();
    await page.getByRole('dialog').getByLabel('Name').fill('reporting');
    await page.context().clearCookies();
    await page.evaluate('globalThis.open = () => null');
    await page.getByRole('button', { name: 'Make 1 key' }).click();
    const dialog = page.getByRole('dialog', { name: 'Sign in again' });
    await dialog.getByRole('link', button).click();
    await dialog.getByText('The browser did not open another window.').waitFor();
    await checkPage(console);
    await dialog.getByRole('link', { name: 'open the sign-in in a new tab yourself.' }).click();
    await page.getByRole('dialog', { name: 'The key reporting' }).waitFor();
  });

  it.each<[Visitor, string]>([
    ['member', 'You can close this window.'],
    ['nobody', 'You are not signed in'],
  ])('ends on a page that tells a visitor, %s, %s', async (visitor, text) => {
    const console = await app.openPage(visitor, '/account/signed-in');
    await console.page.getByText(text).waitFor();
    await checkPage(console);
  });
});
