import { type Visitor, useBrowserApp } from './browser-app.js';
import { checkPage } from './check-page.js';
import { readFigures } from './page-scripts.js';

const app = useBrowserApp();
const zones = ['UTC', 'Asia/Kolkata', 'America/Los_Angeles'];
const screens = '/tenants/acme-law';

beforeAll(async () => {
  await app.tenant.admin.post('/v1/documents', { id: 'refunds', title: 'Refunds', text: 'Within 14 days.' });
  for (const question of ['When?', 'How?']) await app.tenant.member.post('/v1/query', { question });
});

describe('The overview', () => {
  it('shows what is left, the budget, the days and the first step that is open, to admins and to the platform', async () => {
    const console = await app.openPage('tenant_admin', `${screens}/overview`);
    await console.page.getByRole('link', { name: 'Change a setting' }).waitFor();
    await console.page.getByText('9,998', { exact: true }).waitFor();
    const platform = await app.openPage('platform_reader', `${screens}/overview`);
    await platform.page.getByText('9,998', { exact: true }).waitFor();
    await checkPage(platform);
  });

  it('says to a member beside each first step why it is not for members, and leads to what is', async () => {
    const { id, memberKey } = await app.createTenant();
    const { page } = await app.openPage({ key: memberKey }, `/tenants/${id}/overview`);
    const steps = page.getByRole('region', { name: 'First steps' });
    await steps
      .getByText('Ask a question in the playground. Only admins of the tenant may do this.')
      .waitFor();
    await expect(steps.getByRole('link').count()).resolves.toBe(1);
    await page.getByRole('link', { name: 'Playground', exact: true }).click();
    await page.getByText('You may not ask here').waitFor();
    await page
      .getByRole('main')
      .getByRole('link', { name: /search the documents/ })
      .click();
    await page.waitForURL(`**/tenants/${id}/retrieval`);
  });

  it('names the edits that are not saved, and leads to them', async () => {
    const { id, adminKey } = await app.createTenant();
    const console = await app.openPage({ key: adminKey }, `/tenants/${id}/configuration`);
    const { page } = console;
    await page.getByRole('textbox', { name: 'Temperature' }).fill('0.4');
    await console.go(`/tenants/${id}/overview`);
    await page.getByRole('link', { name: /^1 unsaved edit/ }).waitFor();
    await checkPage(console);
    await page.getByRole('link', { name: /^1 unsaved edit/ }).click();
    await page.getByRole('heading', { level: 1, name: 'Configuration' }).waitFor();
  });
});

describe('Figures by UTC days', () => {
  it.each<[string, Visitor, string, string[]]>([
    ['The overview', 'member', `${screens}/overview`, ['9,998', 'Queries of 30 UTC days']],
    ['The usage of all tenants by day', 'platform_reader', '/usage?group_by=day', ['Day (UTC)']],
  ])('%s has the same figures in every time zone, and says UTC', async (_screen, visitor, path, expected) => {
    const figures = await Promise.all(
      zones.map(async (timezone) => {
        const console = await app.openPage(visitor, path, { timezone });
        await console.page.getByText(expected[0]!).first().waitFor();
        await console.settle();
        return console.page.evaluate(readFigures);
      }),
    );
    expect(figures[1]).toEqual(figures[0]);
    expect(figures[2]).toEqual(figures[0]);
    for (const text of expected) expect(figures[0]).toContain(text);
  });
});

describe('Times', () => {
  it.each(['hover', 'focus'] as const)('a time of a reader in Kolkata is shown in UTC on %s', async (way) => {
    const { page } = await app.openPage('tenant_admin', `${screens}/history`, {
      timezone: 'Asia/Kolkata',
    });
    const time = page.locator('#main time').first();
    const at = new Date((await time.getAttribute('datetime'))!);
    const inKolkata = at.toLocaleTimeString('en-GB', { timeStyle: 'short', timeZone: 'Asia/Kolkata' });
    expect(await time.innerText()).toContain(inKolkata);
    await time[way]();
    await page.getByText(`${at.toISOString().slice(0, 19).replace('T', ' ')} UTC`).waitFor();
  });
});

describe('The last change', () => {
  it('the last change is undone on the overview, after its review', async () => {
    const { id, admin, adminKey } = await app.createTenant();
    const body = { name: 'night shift', role: 'tenant_admin' };
    const { key } = (await admin.post<{ key: string }>('/v1/api-keys', body)).body;
    await admin.as(key).patch('/v1/config', { temperature: 0.1 });
    const { page } = await app.openPage({ key: adminKey }, `/tenants/${id}/overview`);
    await page.getByText(/^by night shift, since/).waitFor();
    // The platform's overview has the name, too, once a screen of the tenant has read it.
    const platform = await app.openPage('platform_admin', `/tenants/${id}/history`);
    await platform.page
      .getByText(/night shift/)
      .first()
      .waitFor();
    await platform.go(`/tenants/${id}/overview`);
    await platform.page.getByText(/^by night shift, since/).waitFor();
    await page.getByRole('button', { name: 'Undo version 2' }).click();
    await page.getByRole('button', { name: 'Restore version 1 as version 3' }).click();
    await page.getByText('Version 1 is restored as version 3.').waitFor();
    await page.getByRole('button', { name: 'Undo version 3' }).waitFor();
  });
});

describe('The usage', () => {
  it('has the same totals in every time zone, labelled as UTC', async () => {
    const totals: string[] = [];
    for (const timezone of zones) {
      const { page } = await app.openPage('member', `${screens}/usage`, { timezone });
      totals.push(
        await page.locator('[data-total]').innerText(),
        await page
          .getByRole('img', { name: 'Queries of 30 UTC days' })
          .getAttribute('aria-label')
          .then(String),
      );
    }
    expect(new Set(totals).size).toBe(2);
    expect(totals[0]).toMatch(/^All\s+2\s/);
  });

  it('keeps what is shown in its address, and has no fault that axe finds', async () => {
    const console = await app.openPage('member', `${screens}/usage`);
    await console.page.getByText('Tokens', { exact: true }).click();
    await console.page.getByText('7 days').click();
    await console.page.waitForURL('**/usage?measure=tokens&days=7');
    await console.page.getByRole('img', { name: 'Tokens of 7 UTC days' }).waitFor();
    await console.settle();
    await checkPage(console);
  });
});

describe('The usage of all tenants', () => {
  it('has the first and the last day beside each other', async () => {
    const { page } = await app.openPage('platform_admin', '/usage');
    const top = async (label: string) => (await page.getByLabel(label).boundingBox())!.y;
    for (const width of [1280, 1000, 360]) {
      await page.setViewportSize({ width, height: 800 });
      expect(await top('To (UTC)')).toBe(await top('From (UTC)'));
    }
  });
});
