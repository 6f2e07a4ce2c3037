import { useBrowserApp } from './browser-app.js';
import { checkPage } from './check-page.js';

const app = useBrowserApp();
const count = 400;

beforeAll(async () => {
  await app.asSuperuser(
    `INSERT INTO tenants (tenant_id, name, plan)
     SELECT 'customer-' || lpad(n::text, 5, '0'), 'Customer ' || n, CASE WHEN n % 2 = 0 THEN 'basic' ELSE 'enterprise' END
     FROM generate_series(1, $1::int) n`,
    [count],
  );
});

/** Presses keys so quickly that nothing is rendered between them; the address has time to change. Runs in the page. */
const pressAtOnce = `async (keys) => {
  for (const key of keys) {
    document.activeElement.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));
    for (let turn = 0; turn < 50; turn += 1) await null;
  }
}`;

describe('The list of tenants', () => {
  it('holds at most 60 rows in the document, says how many there are, and passes every check', async () => {
    const console = await app.openPage('platform_admin', '/tenants');
    const grid = console.page.getByRole('grid', { name: 'Tenants' });
    expect(await grid.getAttribute('aria-rowcount')).toBe(String(count + 2));
    expect(await grid.locator('[data-row]').count()).toBeLessThanOrEqual(60);
    await checkPage(console);
  });

  it('loads the next page while it is scrolled, until the last tenant is there', async () => {
    const { page } = await app.openPage('platform_admin', '/tenants');
    const grid = page.getByRole('grid', { name: 'Tenants' });
    const last = page.locator(`[aria-rowindex="${count + 2}"]`);
    for (let scrolls = 0; scrolls < 60 && (await last.count()) === 0; scrolls += 1) {
      await grid.evaluate((element) => element.scrollBy(0, 4_000));
      await page.waitForTimeout(50);
    }
    await last.waitFor();
  });

  it('finds a tenant by typing its id, and undoes its last change with two clicks', async () => {
    const { id, admin } = await app.createTenant();
    await admin.patch('/v1/config', { temperature: 0.1 });
    const console = await app.openPage('platform_admin', '/tenants');
    const { page } = console;
    await console.press('/');
    await page.keyboard.type(id);
    await page.waitForURL(`**/tenants?q=${id}`);
    await page.locator('[data-row]').nth(0).getByRole('link', { name: id, exact: true }).waitFor();
    await console.settle();
    await console.press('Enter');
    await page.getByRole('button', { name: 'Undo the last change' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('list', { name: 'What changes' }).getByText('Temperature').waitFor();
    await dialog.getByRole('button', { name: 'Restore version 1 as version 3' }).click();
    await page.getByText('Version 1 is restored as version 3.').waitFor();
    expect(console.clicks).toBe(2);
    expect((await admin.get<{ version: number }>('/v1/config')).body.version).toBe(3);
  });

  it('the list of tenants is used with the keyboard alone: move, look at the side, tick, and go into a bulk update of the ticked', async () => {
    const console = await app.openPage('platform_admin', '/tenants?q=customer&sort=-tenant_id');
    const { page } = console;
    await console.tabTo(page.locator('[data-row][tabindex="0"]'));
    await console.press('j', 'j', 'k', 'x', ' ');
    const id = `customer-00${count - 1}`;
    await page.getByRole('complementary', { name: `Tenant ${id}` }).waitFor();
    expect(await page.getByRole('row', { name: id }).getAttribute('aria-selected')).toBe('true');
    await console.press('Escape');
    await page.getByRole('complementary').waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Select 1 for a bulk update' }).press('Enter');
    await page.waitForURL(/bulk-updates\/new/);
    expect(await page.getByLabel('These tenants').inputValue()).toBe(id);
  });

  it('a look at the side is closed by Back, whatever tenants were looked at, and opened by its link', async () => {
    const console = await app.openPage('platform_admin', '/tenants?q=customer');
    const { page } = console;
    await console.tabTo(page.locator('[data-row][tabindex="0"]'));
    await page.evaluate(`(${pressAtOnce})([' ', 'j', ' '])`);
    const side = page.getByRole('complementary', { name: /^Tenant customer-/ });
    await page.waitForURL(/open=customer-00002/);
    const { search } = new URL(page.url());
    await page.goBack();
    await side.waitFor({ state: 'detached' });
    expect(new URL(page.url()).search).toBe('?q=customer');
    await console.open(`/tenants${search}`);
    await side.waitFor();
  });

  it('makes a selector of the filter, and refuses to make one of a search', async () => {
    const { page } = await app.openPage('platform_admin', '/tenants?plan=basic');
    await page.getByRole('button', { name: `Select ${count / 2} for a bulk update` }).click();
    await page.waitForURL(/bulk-updates\/new/);
    expect(await page.getByRole('checkbox', { name: 'basic' }).isChecked()).toBe(true);
    await page.goBack();
    await page.getByRole('textbox', { name: 'Search' }).fill('customer');
    await page.waitForURL(/q=customer/);
    await page.locator('button[aria-disabled="true"]', { hasText: /^Select/ }).waitFor();
  });

  it('says that nothing matches a filter, and clears it', async () => {
    const console = await app.openPage('platform_admin', '/tenants?q=no-such-tenant');
    await console.page.getByText('Nothing matches this filter').waitFor();
    await checkPage(console);
    await console.page.getByRole('button', { name: 'Clear filter' }).click();
    await console.page.getByRole('grid').waitFor();
  });

  it('shows a reader why it may not create a tenant', async () => {
    const { page } = await app.openPage('platform_reader', '/tenants');
    const button = page.getByRole('button', { name: 'Create a tenant' });
    await expect(button.getAttribute('aria-disabled')).resolves.toBe('true');
    await button.focus();
    await page.getByRole('tooltip').getByText('Your role only reads.').waitFor();
  });
});

describe('A new tenant', () => {
  it('leads to the field that the service refuses, which says why', async () => {
    const console = await app.openPage('platform_admin', '/tenants');
    const { page } = console;
    await page.getByRole('button', { name: 'Create a tenant' }).click();
    await page.getByLabel('Id').fill('long-name');
    const name = page.getByLabel('Name');
    await name.fill('n'.repeat(201));
    await page.getByRole('button', { name: 'Create long-name' }).click();
    const fault = page.getByRole('alert').getByRole('button', { name: /^name / });
    await fault.waitFor();
    await name.and(page.locator(':focus')).waitFor();
    expect(await name.getAttribute('aria-invalid')).toBe('true');
    await checkPage(console);
    await fault.press('Enter');
    await name.and(page.locator(':focus')).waitFor();
  });
});

describe('The administration of a tenant', () => {
  it('shows what another plan would cut, and moves the tenant only when that is accepted', async () => {
    const { id, admin } = await app.createTenant();
    await admin.patch('/v1/config', { max_tokens: 4000 });
    const console = await app.openPage('platform_admin', `/tenants/${id}/administration`);
    const { page } = console;
    await page.getByRole('button', { name: 'Move to another plan' }).click();
    await page.getByRole('combobox', { name: 'New plan' }).selectOption('basic');
    await page.getByRole('row', { name: 'Longest answer max_tokens 4000 at most 2000' }).waitFor();
    expect(console.requests.filter((request) => request.startsWith('PATCH'))).toEqual([]);
    expect(await page.getByRole('button', { name: 'Move to basic' }).isDisabled()).toBe(true);
    await page.getByRole('checkbox', { name: /cuts these settings/ }).check();
    await page.getByRole('button', { name: /^Move to basic, cut/ }).click();
    await page.getByText(`${id} is on basic now.`).waitFor();
    await page.getByRole('button', { name: 'Undo' }).click();
    await page.getByText('Undone.').waitFor();
    expect((await app.platform.get<{ plan: string }>(`/v1/platform/tenants/${id}`)).body.plan).toBe('pro');
  });

  it('says that an undo waits when it needs another platform admin', async () => {
    const { id } = await app.createTenant();
    const { page } = await app.openPage('platform_admin', `/tenants/${id}/administration`);
    await page.getByRole('button', { name: 'Switch on' }).click();
    await page.getByRole('button', { name: 'Switch approval on' }).click();
    await page.getByRole('button', { name: 'Undo', exact: true }).click();
    await page.getByText('The change waits for the approval of another platform admin.').waitFor();
    expect(await page.getByText('Undone.').count()).toBe(0);
  });
});
