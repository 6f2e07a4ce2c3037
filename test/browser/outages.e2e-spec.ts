import { FaultProxy, waitFor } from '#testing';
import { useBrowserApp } from './browser-app.js';
import { checkPage } from './check-page.js';

let link: FaultProxy;
const app = useBrowserApp(async ({ url }) => {
  link = await FaultProxy.forTarget(url);
  return { DATABASE_URL: link.url, DATABASE_OUTAGE_MS: '3000', CONFIG_CHANGES_PER_HOUR: '100' };
});
const screens = '/tenants/acme-law';

afterEach(() => link.restore());
afterAll(() => link?.close());

/** Takes Postgres away from the service, which then knows that what it has may be outdated. */
async function cutDatabase(): Promise<void> {
  link.cut();
  const isStale = async (): Promise<boolean> =>
    (await app.tenant.admin.get('/v1/config')).headers.get('attune-config-source') === 'stale';
  await waitFor(isStale, { what: 'the configuration may be outdated' });
}

describe('The console while Postgres is down', () => {
  it('says that it is read-only and when it tries again, calls the configuration outdated, and shows everything once Postgres is back', async () => {
    const console = await app.openPage('tenant_admin', `${screens}/configuration`);
    const { page } = console;
    await cutDatabase();
    await console.open(`${screens}/history`);
    const banner = page.getByRole('status').filter({ hasText: 'Read only.' });
    await banner.waitFor();
    await banner.getByRole('link', { name: 'What this means' }).waitFor();
    const countdown = banner.getByText(/^Next try in \d+ s\.$/);
    const first = await countdown.innerText();
    await waitFor(async () => (await countdown.innerText()) !== first, { what: 'the seconds count down' });
    const badge = page.getByRole('note', { name: 'May be outdated' });
    await badge.waitFor();
    await page
      .getByRole('main')
      .getByRole('alert')
      .getByText(/You can read what is shown/)
      .waitFor();
    await checkPage(console);
    await link.restore();
    await page.getByRole('button', { name: 'Version 1', exact: false }).first().waitFor();
    for (const gone of [banner, badge, page.getByRole('main').getByRole('alert')])
      await gone.waitFor({ state: 'detached' });
  });

  it('leads a platform admin to what the runbook says, which needs no database', async () => {
    const console = await app.openPage('platform_admin', '/tenants');
    const { page } = console;
    await cutDatabase();
    await console.go('/audit');
    await page.getByRole('link', { name: 'What to do meanwhile' }).click();
    await page.getByText('The replica cannot reach Postgres').waitFor();
    await page.getByText(/do not restart them/).waitFor();
  });

  it('keeps what is typed, and saves it once Postgres is back', async () => {
    const { page } = await app.openPage('tenant_admin', `${screens}/configuration`);
    const field = page.getByLabel('Temperature', { exact: true });
    await field.fill('0.25');
    await page.getByRole('button', { name: 'Review and save' }).click();
    const save = page.getByRole('button', { name: 'Save as version 2' });
    await save.and(page.locator(':enabled')).waitFor();
    await cutDatabase();
    await save.click();
    await page.getByRole('dialog').getByRole('alert').waitFor();
    await link.restore();
    await page.getByText('Read only.').waitFor({ state: 'detached' });
    await save.click();
    await page.getByText('Version 2 is saved: temperature.').waitFor();
  });
});
