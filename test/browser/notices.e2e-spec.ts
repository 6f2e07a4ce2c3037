import type { Locator, Page } from 'playwright-core';
import { useBrowserApp } from './browser-app.js';

const app = useBrowserApp();

/** Expects that nothing of the act is below a notice while one is there. */
async function expectUncovered(page: Page, act: Locator): Promise<void> {
  const notice = page.getByRole('alert').last();
  await notice.waitFor();
  await act.scrollIntoViewIfNeeded();
  const [above, below] = [(await notice.boundingBox())!, (await act.boundingBox())!];
  const isBeside = below.x >= above.x + above.width || below.x + below.width <= above.x;
  const isAbove = below.y + below.height <= above.y;
  const places = isBeside || isAbove ? null : { above, below };
  expect(places).toBeNull();
}

describe.each([1280, 360])('A notice in a window of %d px', (width) => {
  it('covers neither the button of the next sheet nor the bar of unsaved settings', async () => {
    const { id, adminKey } = await app.createTenant();
    const console = await app.openPage({ key: adminKey }, `/tenants/${id}/golden-questions`, { width });
    const { page } = console;
    // The sheet is as high as the window.
    await page.setViewportSize({ width, height: 500 });
    const sheet = page.getByRole('dialog');
    const fillIn = async (): Promise<Locator> => {
      await page.getByRole('button', { name: 'Add a question' }).click();
      await sheet.getByLabel('Question').fill('When are refunds paid?');
      return sheet.getByRole('button', { name: 'Add 1 question' });
    };
    await (await fillIn()).click();
    await sheet.waitFor({ state: 'detached' });
    const add = await fillIn();
    await expectUncovered(page, add);
    await add.click();
    await sheet.waitFor({ state: 'detached' });
    await console.go(`/tenants/${id}/configuration`);
    await page.getByRole('textbox', { name: 'Temperature' }).fill('0.4');
    await expectUncovered(page, page.getByRole('button', { name: 'Review and save' }));
  });
});
