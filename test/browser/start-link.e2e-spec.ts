import type { Browser } from 'playwright-core';
import { type Replica, startReplica } from '#testing';
import { launchBrowser } from './browser.js';
import { checkPage } from './check-page.js';
import { ConsolePage } from './console-page.js';

let demo: Replica;
let browser: Browser;
let link: string;

beforeAll(async () => {
  browser = await launchBrowser();
  demo = await startReplica({ env: { ATTUNE_DEMO: 'true' } });
  link = /\S+\/#code=\S+/.exec(demo.output())![0].replace(/^http:\/\/[^/]+/, '');
});
afterAll(async () => {
  await browser?.close();
  await demo?.stop();
});

async function openLink(): Promise<ConsolePage> {
  const console = await ConsolePage.create(await browser.newContext({ reducedMotion: 'reduce' }), demo.url);
  return console.open(link);
}

/** The version and the temperature of a demo tenant, as the session of the page reads them. */
async function readTemperature({ page }: ConsolePage): Promise<object> {
  const path = '/v1/platform/tenants/acme-law/config';
  const answer = await page.context().request.get(demo.url + path);
  const { version, temperature } = (await answer.json()) as { version: number; temperature: number };
  return { version, temperature };
}

describe('The link of the start message', () => {
  it('shows two tenants; four clicks later a temperature was changed, the answer changed with it, and the change is undone', async () => {
    const console = await openLink();
    const { page } = console;
    for (const tenant of ['acme-law', 'startup-support'])
      await page.getByRole('link', { name: tenant, exact: true }).waitFor();
    expect(page.url()).toBe(`${demo.url}/tenants`);
    await checkPage(console);
    await page.getByRole('link', { name: 'Try it with acme-law' }).click();
    await page.locator('#setting-temperature:focus').waitFor();
    await console.press('1', 'Enter');
    const answerOf = (name: string): Promise<string> => page.getByRole('article', { name }).innerText();
    const [today, proposed] = await Promise.all([answerOf('Today'), answerOf('Proposed')]);
    expect(proposed.length).toBeGreaterThan(today.length);
    await page.getByRole('link', { name: 'Review and save' }).click();
    await page.getByRole('button', { name: 'Save as version 3' }).click();
    await page.getByText('Version 3 is saved: temperature.').waitFor();
    expect(await readTemperature(console)).toEqual({ version: 3, temperature: 1 });
    await page.getByText('Version 3 on 1 of 1 replica').waitFor();
    await page.getByRole('button', { name: 'Undo', exact: true }).click();
    await page.getByText('Version 2 is restored as version 4.').waitFor();
    expect(await readTemperature(console)).toEqual({ version: 4, temperature: 0.2 });
    expect(console.clicks).toBe(4);
    expect(console.faults).toEqual([]);
  });

  it('signs in once only', async () => {
    const second = await openLink();
    await second.page.getByText('The link of the start message was used already').waitFor();
  });
});
