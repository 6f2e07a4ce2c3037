import { getConfiguration } from '../app/test-app.js';
import { useBrowserApp } from './browser-app.js';

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

describe('An edit that is not saved', () => {
  it('survives that the window loses the focus and gets it again, and that the data is read again', async () => {
    const { console, page, expectEdit } = await editTemperature();
    const other = await page.context().newPage();
    await other.bringToFront();
    await page.bringToFront();
    await page.evaluate(
      `dispatchEvent(new Event('focus')); document.dispatchEvent(new Event('visibilitychange'))`,
    );
    await page.evaluate(`dispatchEvent(new Event('offline')); dispatchEvent(new Event('online'))`);
    await console.settle();
    await expectEdit();
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
    await tenant.admin.patch('/v1/config', { temperature: 0.9, max_tokens: 500 });
    await saveNow(editing, 2);
    const choice = page.getByRole('radiogroup', { name: 'temperature' });
    await choice.waitFor();
    const save = page.getByRole('button', { name: 'Save as version 3' });
    expect(await save.isDisabled()).toBe(true);
    await choice.getByRole('radio').first().focus();
    await console.press('2');
    await save.and(page.locator(':enabled')).waitFor();
    await console.press('Control+Enter');
    await page.getByText('Version 3 is saved: temperature.').waitFor();
    expect(await getConfiguration(tenant.admin)).toMatchObject({ temperature: 0.25, max_tokens: 500 });
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

  it('makes the browser ask before the tab is closed', async () => {
    const { page, expectEdit } = await editTemperature();
    const asked = new Promise<string>((resolve) => {
      page.once('dialog', (dialog) => {
        resolve(dialog.type());
        void dialog.dismiss();
      });
    });
    await page.close({ runBeforeUnload: true });
    await expect(asked).resolves.toBe('beforeunload');
    await expectEdit();
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
