import type { ApiClient } from '#testing';
import type { Page } from 'playwright-core';

/** A tenant as one of its own admins has it. */
export interface OwnTenant {
  readonly id: string;
  readonly admin: ApiClient;
}

const tenant = 'customer-000007';

/** Takes a tenant's last change back as a person does: types its id, and then clicks. */
export async function rollbackClicks(page: Page, platform: ApiClient): Promise<number> {
  const path = `/v1/platform/tenants/${tenant}/config`;
  const { body } = await platform.patch<{ version: number }>(path, { temperature: 0.1, reason: 'bench' });
  await page.goto('/tenants');
  // Keys that are pressed before the screen is there are lost.
  await page.locator('[role=grid] [data-row]').nth(0).waitFor();
  const clicks = await countClicks(page);
  await page.keyboard.press('/');
  await page.keyboard.type(tenant);
  await page.locator(`[role=grid] [data-row] >> text=${tenant}`).nth(0).waitFor();
  await page.locator('[role=grid][aria-rowcount="2"]').waitFor();
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Undo the last change' }).click();
  await page.getByRole('button', { name: `Restore version ${body.version - 1} as version` }).click();
  await page.getByText(`Version ${body.version - 1} is restored`).waitFor();
  return clicks();
}

/** From the list of tenants to the dry run of a change for all of them. */
export async function bulkDryRunClicks(page: Page): Promise<number> {
  await page.goto('/tenants');
  const clicks = await countClicks(page);
  await page.getByRole('button', { name: /^Select/ }).click();
  await page.getByRole('combobox', { name: 'Setting' }).click();
  await page.getByRole('combobox', { name: 'Setting' }).selectOption('max_tokens');
  await page.getByLabel('max_tokens', { exact: true }).fill('900');
  await page.getByText(/tenants would change\./).waitFor();
  return clicks();
}

/** From the own overview to the last change taken back. */
export async function undoClicks(page: Page, { id, admin }: OwnTenant): Promise<number> {
  const version = await changeTwice(admin, [0.1, 0.2]);
  await page.goto(`/tenants/${id}/overview`);
  await page.getByRole('button', { name: `Undo version ${version}` }).waitFor();
  const clicks = await countClicks(page);
  await page.getByRole('button', { name: `Undo version ${version}` }).click();
  await page.getByRole('button', { name: `Restore version ${version - 1} as version` }).click();
  await page.getByText(`Version ${version - 1} is restored`).waitFor();
  return clicks();
}

/** From the own overview to an older version than the one before. */
export async function restoreClicks(page: Page, { id, admin }: OwnTenant): Promise<number> {
  const version = await changeTwice(admin, [0.3, 0.4]);
  await page.goto(`/tenants/${id}/overview`);
  const clicks = await countClicks(page);
  await page.getByRole('link', { name: 'Whole history' }).click();
  await page.getByRole('button', { name: `Restore version ${version - 2}`, exact: true }).click();
  await page.getByRole('button', { name: `Restore version ${version - 2} as version` }).click();
  await page.getByText(`Version ${version - 2} is restored`).waitFor();
  return clicks();
}

/** @returns the version after the second change */
async function changeTwice(admin: ApiClient, [first, second]: [number, number]): Promise<number> {
  await admin.patch('/v1/config', { temperature: first });
  return (await admin.patch<{ version: number }>('/v1/config', { temperature: second })).body.version;
}

/** From the link of the start message to the configuration of a tenant. Nothing is pasted. */
export async function firstLookClicks(page: Page, link: string): Promise<number> {
  await page.goto(link);
  await page.getByRole('link', { name: 'acme-law', exact: true }).waitFor();
  const clicks = await countClicks(page);
  await page.getByRole('link', { name: 'acme-law', exact: true }).click();
  await page.getByLabel('Temperature', { exact: true }).waitFor();
  return clicks();
}

async function countClicks(page: Page): Promise<() => Promise<number>> {
  await page.evaluate(`window.clicks = 0; addEventListener('click', () => { window.clicks += 1; }, true)`);
  return () => page.evaluate<number>('window.clicks');
}
