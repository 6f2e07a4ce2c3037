import type { Locator, Page } from 'playwright-core';
import { remedies } from '../../apps/console/src/states/remedies.js';
import { useBrowserApp } from './browser-app.js';
import { checkPage } from './check-page.js';
import type { ConsolePage } from './console-page.js';
import { documentedProblems } from './documented-problems.js';
import { type SentProblem, sendProblem } from './page-reads.js';

const app = useBrowserApp();
const path = '/v1/api-keys';

/** No operation that the OpenAPI document has answers it. */
const methodNotAllowed = 'method-not-allowed';
const slugs = [...documentedProblems().keys(), methodNotAllowed];

let console: ConsolePage;
let page: Page;
let sheet: Locator;
let problem: SentProblem;

beforeAll(async () => {
  console = await app.openPage('tenant_admin', '/tenants/acme-law/api-keys');
  ({ page } = console);
  await page.route(`**${path}`, (route) =>
    route.request().method() === 'POST' ? sendProblem(route, problem) : route.continue(),
  );
  await page.getByRole('button', { name: 'Make a key' }).click();
  sheet = page.getByRole('dialog', { name: 'Make an API key' });
  await sheet.getByLabel('Name').fill('reporting');
});

async function problemOf(slug: string): Promise<SentProblem> {
  const documented = documentedProblems().get(slug);
  return documented ?? (await app.platform.put<SentProblem>('/v1/config', {})).body;
}

/** What to do about it, in the browser's words for times. */
function remedyFor(slug: string, { status, resets_at: resets }: SentProblem): string {
  const whenToTry = status === 503 ? ' Try again in 2 s.' : '';
  return `${remedies[slug]}${resets === undefined ? whenToTry : ' It starts again at 00:00.'}`;
}

async function confirm(slug: string): Promise<void> {
  problem = await problemOf(slug);
  await sheet.getByRole('button', { name: 'Make 1 key' }).click();
  if (problem.status === 401) {
    await page.getByRole('dialog', { name: 'Sign in again' }).getByLabel('API key').waitFor();
    await page.keyboard.press('Escape');
  }
}

describe('The problems of the API', () => {
  it('the OpenAPI document shows all 22 but one', () => {
    expect(new Set(slugs).size).toBe(22);
  });

  it.each(slugs)(
    '%s appears in the sheet with what happened, the request id and what to do',
    async (slug) => {
      await confirm(slug);
      expect(problem['type']).toBe(`/problems/${slug}`);
      const alert = sheet.getByRole('alert');
      for (const text of [problem['title'], problem['detail'], remedyFor(slug, problem)])
        await alert.getByText(String(text), { exact: true }).waitFor();
      await alert
        .getByRole('button', { name: `Request ${String(problem['request_id']).slice(0, 8)}` })
        .waitFor();
      await alert.locator(`a[href="/problems/${slug}"]`).waitFor();
    },
  );

  it.each([
    ['invalid-input', 'temperature must be at most 2.'],
    ['budget-exceeded', 'US$499.98 of US$500.00 are spent, US$0.01 are reserved.'],
    ['upstream-failed', 'gpt-3.5-turbo: authentication after 96 ms'],
  ])('%s says in the sheet what its members say, and passes every check', async (slug, fact) => {
    await confirm(slug);
    await sheet.getByRole('alert').getByText(fact, { exact: true }).waitFor();
    // What the head of a scrolled sheet covers in part would count as too small to be pressed.
    await sheet.getByLabel('Name').focus();
    await checkPage(console);
  });
});
