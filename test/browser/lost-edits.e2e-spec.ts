import type { Page } from 'playwright-core';
import { getConfiguration } from '../app/test-app.js';
import { useBrowserApp } from './browser-app.js';
import { checkPage } from './check-page.js';
import { holdLaterReads } from './hold-later-reads.js';

const app = useBrowserApp();

/** A form with an edit that is not saved, and how the test asks whether it is still there. */
async function editTemperature() {
  const tenant = await app.createTenant();
  const console = await app.openPage({ key: tenant.adminKey }, `/tenants/${tenant.id}/configuration`);
  const { page } = console;
  const field = page.getByLabel('Temperature', { exact: true });
  await field.fill('0.25');
  const expectEdit = async (): Promise<void> => {
    await expect(field.inputValue()).resolves.toBe('0.25');
    await page.getByText('1 change is not saved').waitFor();
  };
  return { tenant, console, page, field, expectEdit };
}

type Editing = Awaited<ReturnType<typeof editTemperature>>;

async function saveNow({ page }: Editing, version: number): Promise<void> {
  await page.getByRole('button', { name: /^(Review|Compare) and save$/ }).click();
  await page.getByRole('button', { name: `Save as version ${version}` }).click();
}

/** An hour later, when what was read is old, the network comes back. Runs in the page. */
const comeBackLater = `{
  const now = Date.now;
  Date.now = () => now() + 3_600_000;
  for (const name of ['offline', 'online', 'focus']) dispatchEvent(new Event(name));
  document.dispatchEvent(new Event('visibilitychange'));
}`;

/** A field of each screen that edits the draft, by its label. */
const drafts = [
  { screen: 'configuration', label: 'Temperature', text: '0.25' },
  { screen: 'prompt', label: 'Prompt', text: 'Answer from {context}: {question}' },
  { screen: 'branding', label: 'Colour', text: '#123456' },
];

/** A screen with an edit that is not saved. */
async function editDraft({ screen, label, text }: (typeof drafts)[number]) {
  const tenant = await app.createTenant();
  const console = await app.openPage({ key: tenant.adminKey }, `/tenants/${tenant.id}/${screen}`);
  const { page } = console;
  const field = page.getByLabel(label, { exact: true });
  await field.fill(text);
  const expectEdit = async (): Promise<void> => {
    await expect(field.inputValue()).resolves.toBe(text);
    await page.getByText(/^(Review|Compare) and save$/).waitFor();
  };
  return { tenant, console, page, expectEdit };
}

/** Begins to close the tab, and stays. Returns the type of the dialog in which the browser asks. */
async function stayAfterClosing(page: Page): Promise<string> {
  const asked = page.waitForEvent('dialog');
  await page.close({ runBeforeUnload: true });
  const dialog = await asked;
  await dialog.dismiss();
  return dialog.type();
}

describe('An edit that is not saved', () => {
  it.each(drafts)(
    'survives on the screen $screen that the window gets the focus again, and that the data is read again',
    async (draft) => {
      const { tenant, console, page, expectEdit } = await editDraft(draft);
      const other = await page.context().newPage();
      await other.bringToFront();
      await page.bringToFront();
      await tenant.admin.patch('/v1/config', { max_tokens: 777 });
      const isConfiguration = (url: string): boolean => new URL(url).pathname === '/v1/config';
      const [answer] = await Promise.all([
        page.waitForResponse((response) => isConfiguration(response.url())),
        page.evaluate(comeBackLater),
      ]);
      expect(await answer.json()).toMatchObject({ max_tokens: 777 });
      await console.settle();
      await expectEdit();
    },
  );

  it.each(drafts)('makes the browser ask before the tab with the screen $screen is closed', async (draft) => {
    const { page, expectEdit } = await editDraft(draft);
    await expectEdit();
    await expect(stayAfterClosing(page)).resolves.toBe('beforeunload');
    await expectEdit();
  });

  it('makes the browser ask on every other screen, too, while it is kept as a draft', async () => {
    const { console, page } = await editDraft(drafts[1]!);
    await console.go('/account/sessions');
    await expect(stayAfterClosing(page)).resolves.toBe('beforeunload');
  });

  it('survives that a request is asked again, unless the person says so', async () => {
    const { tenant, console, page, field } = await editTemperature();
    const body = { max_tokens: 555, reason: 'longer answers' };
    const { body: request } = await tenant.admin.post<{ id: string }>('/v1/config/change-requests', body);
    await tenant.admin.post(`/v1/config/change-requests/${request.id}/withdraw`);
    await console.go(`/tenants/${tenant.id}/requests`);
    await page.getByRole('button', { name: 'Ask again' }).click();
    await page.getByText('It changes temperature and is not saved.').waitFor();
    await page.getByRole('button', { name: 'Keep the draft' }).click();
    await page.getByRole('button', { name: 'Ask again' }).click();
    await page.getByRole('button', { name: 'Discard it and ask again' }).click();
    await page.getByRole('dialog', { name: 'Review and save' }).getByText('555', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Cancel' }).click();
    await expect(field.inputValue()).resolves.toBe('0.7');
  });

  it('survives another writer of another setting, whose value is kept, too', async () => {
    const editing = await editTemperature();
    const { tenant, page } = editing;
    await tenant.admin.patch('/v1/config', { max_tokens: 500 });
    await saveNow(editing, 2);
    await page.getByText('Nobody changed the same setting as you.').waitFor();
    await page.getByRole('button', { name: 'Save as version 3' }).click();
    await page.getByText('Version 3 is saved: temperature.').waitFor();
    expect(await getConfiguration(tenant.admin)).toMatchObject({ temperature: 0.25, max_tokens: 500 });
  });

  it('survives another writer of the same setting: 2 keeps mine, and the button sleeps until a side is chosen', async () => {
    const editing = await editTemperature();
    const { tenant, console, page } = editing;
    const again = await holdLaterReads(page, '**/v1/config/history/1');
    await tenant.admin.patch('/v1/config', { temperature: 0.9, max_tokens: 500 });
    await saveNow(editing, 2);
    const choice = page.getByRole('radiogroup', { name: 'temperature' });
    await choice.waitFor();
    const save = page.getByRole('button', { name: 'Save as version 3' });
    expect(await save.isDisabled()).toBe(true);
    await choice.getByRole('radio').first().focus();
    await console.press('2');
    await save.and(page.locator(':enabled')).waitFor();
    await again.release();
    expect(await save.isDisabled()).toBe(false);
    await console.press('Control+Enter');
    await page.getByText('Version 3 is saved: temperature.').waitFor();
    expect(await getConfiguration(tenant.admin)).toMatchObject({ temperature: 0.25, max_tokens: 500 });
  });

  it('loses to another writer of the same setting where the person says so: 1 takes theirs, and the rest is saved', async () => {
    const editing = await editTemperature();
    const { tenant, console, page } = editing;
    await page.getByLabel('Longest answer', { exact: true }).fill('600');
    await tenant.admin.patch('/v1/config', { temperature: 0.9 });
    await saveNow(editing, 2);
    await page.getByRole('radiogroup', { name: 'temperature' }).getByRole('radio').first().focus();
    await console.press('1');
    const save = page.getByRole('button', { name: 'Save as version 3' });
    await save.and(page.locator(':enabled')).waitFor();
    await console.press('Control+Enter');
    await page.getByText('Version 3 is saved: max_tokens.').waitFor();
    expect(await getConfiguration(tenant.admin)).toMatchObject({ temperature: 0.9, max_tokens: 600 });
  });

  it('returns to the form after 3, with what others have saved', async () => {
    const editing = await editTemperature();
    const { tenant, console, page } = editing;
    await tenant.admin.patch('/v1/config', { temperature: 0.9, max_tokens: 500 });
    await saveNow(editing, 2);
    await page.getByRole('radiogroup', { name: 'temperature' }).getByRole('radio').first().focus();
    await console.press('3');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    expect(await editing.field.inputValue()).toBe('0.25');
    expect(await page.getByLabel('Longest answer', { exact: true }).inputValue()).toBe('500');
  });

  it('cannot be saved while it breaks a rule together with the change of another writer', async () => {
    const tenant = await app.createTenant();
    await tenant.admin.patch('/v1/config', { rerank_enabled: true, retrieval_top_k: 8 });
    const { page } = await app.openPage({ key: tenant.adminKey }, `/tenants/${tenant.id}/configuration`);
    await page.getByLabel('Chunks after reranking', { exact: true }).fill('6');
    await page.getByRole('button', { name: 'Review and save' }).click();
    const save = page.getByRole('button', { name: 'Save as version 3' });
    await save.and(page.locator(':enabled')).waitFor();
    await tenant.admin.patch('/v1/config', { retrieval_top_k: 5 });
    await save.click();
    await page.getByText('Nobody changed the same setting as you.').waitFor();
    await page
      .getByText(/rerank_top_n may be at most retrieval_top_k/)
      .first()
      .waitFor();
    expect(await page.getByRole('button', { name: 'Save as version 4' }).isDisabled()).toBe(true);
  });

  it('survives the end of the session: after the sign-in over the page the save is sent again', async () => {
    const { tenant, page } = await editTemperature();
    await page.getByRole('button', { name: 'Review and save' }).click();
    const save = page.getByRole('button', { name: 'Save as version 2' });
    await save.and(page.locator(':enabled')).waitFor();
    await page.context().clearCookies();
    await save.click();
    await page.getByLabel('API key').fill(tenant.adminKey);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByText('Version 2 is saved: temperature.').waitFor();
    expect(await getConfiguration(tenant.admin)).toMatchObject({ temperature: 0.25 });
  });

  it('survives that the service cannot be reached: the sheet says so, and the same button saves later', async () => {
    const editing = await editTemperature();
    const { tenant, page } = editing;
    await page.getByRole('button', { name: 'Review and save' }).click();
    const save = page.getByRole('button', { name: 'Save as version 2' });
    await save.and(page.locator(':enabled')).waitFor();
    const unavailable = JSON.stringify({ type: '/problems/unavailable', title: 'Unavailable', status: 503 });
    await page.route('**/v1/config', (route) =>
      route.request().method() === 'PATCH'
        ? route.fulfill({ status: 503, contentType: 'application/problem+json', body: unavailable })
        : route.continue(),
    );
    await save.click();
    await page.getByRole('dialog').getByText('Unavailable').waitFor();
    await page.getByText('Your changes are kept in this tab.').waitFor();
    await page.unroute('**/v1/config');
    await save.click();
    await page.getByText('Version 2 is saved: temperature.').waitFor();
    expect(await getConfiguration(tenant.admin)).toMatchObject({ temperature: 0.25 });
  });

  it('survives a reload, and can be discarded then', async () => {
    const { console, page, field, expectEdit } = await editTemperature();
    page.on('dialog', (dialog) => void dialog.accept());
    await page.reload();
    await console.settle();
    await page.getByText('Your draft is back').waitFor();
    await expectEdit();
    await page.getByRole('button', { name: 'Discard the draft' }).click();
    await expect(field.inputValue()).resolves.toBe('0.7');
  });

  it('survives that the window becomes narrow and wide again', async () => {
    const { page, expectEdit } = await editTemperature();
    await page.setViewportSize({ width: 360, height: 640 });
    await expectEdit();
    await page.setViewportSize({ width: 1280, height: 800 });
    await expectEdit();
  });

  it('survives Back: the person may stay, or keep it as a draft that is there afterwards', async () => {
    const { tenant, console, page, expectEdit } = await editTemperature();
    await page.getByRole('link', { name: 'History' }).click();
    await page.getByRole('button', { name: 'Stay' }).click();
    await expectEdit();
    await page.getByRole('link', { name: 'History' }).click();
    await page.getByRole('button', { name: 'Keep as draft' }).click();
    await page.waitForURL(`**/tenants/${tenant.id}/history`);
    await page.goBack();
    await console.settle();
    await expectEdit();
  });
});

describe('What is typed into a sheet', () => {
  it('survives Esc and a click outside: a button closes the sheet', async () => {
    const console = await app.openPage('platform_admin', '/tenants');
    const { page } = console;
    const sheet = page.getByRole('dialog', { name: 'Create a tenant' });
    const openSheet = () => page.getByRole('button', { name: 'Create a tenant' }).click();
    await openSheet();
    await sheet.getByLabel('Name').waitFor();
    await console.press('Escape');
    await sheet.waitFor({ state: 'detached' });
    await openSheet();
    await sheet.getByLabel('Name').fill('New customer');
    await console.press('Escape');
    await sheet.getByText('What you entered is kept.').waitFor();
    await page.mouse.click(5, 400);
    await expect(sheet.getByLabel('Name').inputValue()).resolves.toBe('New customer');
    await checkPage(console);
    await sheet.getByRole('button', { name: 'Close' }).click();
    await sheet.waitFor({ state: 'detached' });
  });

  it('survives Esc also where it was only chosen with the pointer', async () => {
    const tenant = await app.createTenant();
    await tenant.admin.post('/v1/documents', {
      id: 'lease',
      title: 'The lease',
      text: 'Rent is due on Monday.',
    });
    const golden = { question: 'When is rent due?', expect_sources: [], expect_phrases: [] };
    await tenant.admin.post('/v1/golden-questions', golden);
    const screen = `/tenants/${tenant.id}/golden-questions`;
    const { page } = await app.openPage({ key: tenant.adminKey }, screen);
    await page.getByRole('button', { name: /^Edit/ }).click();
    const sheet = page.getByRole('dialog');
    await sheet.getByLabel('Documents that must be among the sources').click();
    await page.getByRole('option', { name: 'The lease' }).click();
    for (let time = 0; time < 2; time += 1) await page.keyboard.press('Escape');
    await sheet.getByText('What you entered is kept.').waitFor();
  });
});
