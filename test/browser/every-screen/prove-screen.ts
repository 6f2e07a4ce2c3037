import type { Page } from 'playwright-core';
import { waitFor } from '#testing';
import { findPlainFaults, findScreenFaults, findStateFaults } from '../check-page.js';
import type { BrowserApp, Visitor } from '../browser-app.js';
import type { ConsolePage } from '../console-page.js';
import { documentedProblems } from '../documented-problems.js';
import { PageReads } from '../page-reads.js';
import { type Screen, type ScreenIds, addressOf } from './screens.js';

const problem = documentedProblems().get('rate-limited')!;

const part = '#main';

/** One person's console: a page that is clicked through, and one that opens addresses. Its requests can be held back and refused. */
export interface ProofPages {
  readonly clicked: ConsolePage;
  readonly opened: ConsolePage;
  readonly reads: PageReads;
}

/** Opens both pages of a visitor, for all tests of a file. */
export async function openProofPages(app: BrowserApp, visitor: Visitor): Promise<ProofPages> {
  const clicked = await app.openPage(visitor, '/');
  const opened = await app.openPage(visitor, '/');
  return { clicked, opened, reads: await PageReads.of(opened.page) };
}

/**
 * Proves a screen that has something to show. Returns what is wrong with it: while its answers are on the way, when they are there, and
 * when they are refused.
 */
export async function proveScreen(
  screen: Screen,
  ids: ScreenIds,
  { clicked, opened, reads }: ProofPages,
): Promise<string[]> {
  const faults: string[] = [];
  const add = (state: string, found: readonly string[]): unknown =>
    faults.push(...found.map((fault) => `${state}: ${fault}`));
  const address = addressOf(screen, ids);
  await clickTo(screen, address, clicked);
  await reads.hold();
  await opened.open(address, async () => {
    if (screen.hasNoOutline !== true) add('loading', await faultsWhileLoading(opened));
    await reads.release();
  });
  await heading(opened.page, screen.title).waitFor();
  await expectSame(clicked.page, opened.page);
  add('full', await findScreenFaults(opened));
  await reads.refuse(problem);
  await opened.open(address);
  add('error', await faultsOfError(opened));
  await reads.release();
  await tryAgain(opened);
  await heading(opened.page, screen.title).waitFor();
  return faults;
}

/** Proves a screen that has nothing to show. Returns what is wrong with it. */
export async function proveEmptyScreen(
  screen: Screen,
  ids: ScreenIds,
  opened: ConsolePage,
): Promise<string[]> {
  await opened.go(addressOf(screen, ids));
  await opened.page.locator(part).getByText(screen.empty).filter({ visible: true }).first().waitFor();
  await opened.page.getByRole('heading', { level: 1 }).waitFor();
  return findStateFaults(opened);
}

/**
 * Proves a screen for a person who may change nothing. Returns what is wrong with it, in a wide window with the light theme, and the name of
 * each button that would send a change.
 */
export async function proveReadOnlyScreen(
  screen: Screen,
  ids: ScreenIds,
  opened: ConsolePage,
): Promise<string[]> {
  await opened.go(addressOf(screen, ids));
  const acts = opened.page.locator(`${part} button:enabled:not([aria-disabled=true])`);
  return [
    ...(await findPlainFaults(opened)),
    ...(await acts.allTextContents()).filter((name) => changing.test(name)),
  ];
}

/** How the buttons begin that lead to a change. */
const changing =
  /^(Add|Ask|Check|Choose files|Delete|Edit|Embed|Make|Restore|Reset|Revoke|Rotate|Run|Save|Send|Stop|Undo|Withdraw)/;

function heading(page: Page, name: string) {
  return page.getByRole('heading', { level: 1, name, exact: true });
}

async function clickTo(screen: Screen, address: string, clicked: ConsolePage): Promise<void> {
  const { page } = clicked;
  if (screen.click) await screen.click(page);
  else await page.locator(`nav a[href="${address}"]`).first().click();
  await page.waitForURL((url) => url.pathname === address);
  await clicked.settle();
}

async function faultsWhileLoading(opened: ConsolePage): Promise<string[]> {
  await opened.page.locator(`${part} [aria-busy=true]`).first().waitFor();
  await opened.page.getByRole('heading', { level: 1 }).waitFor();
  return findStateFaults(opened);
}

async function faultsOfError(opened: ConsolePage): Promise<string[]> {
  const alert = opened.page.locator(part).getByRole('alert').first();
  for (const member of ['title', 'detail']) await alert.getByText(String(problem[member])).waitFor();
  await alert.getByRole('button', { name: /^Request / }).waitFor();
  await opened.page.getByRole('heading', { level: 1 }).waitFor();
  return findStateFaults(opened);
}

/** Presses each "Try again" until the screen has everything. A screen that reads itself again may take the button away first. */
async function tryAgain(opened: ConsolePage): Promise<void> {
  const button = opened.page.locator(part).getByRole('button', { name: 'Try again' });
  while ((await button.count()) > 0) {
    await button
      .first()
      .click({ timeout: 5_000 })
      .catch(() => undefined);
    await opened.settle();
  }
  expect(await opened.page.locator(part).getByRole('alert').count()).toBe(0);
}

/** What a screen reader gets, without times and counts, which go on. */
async function contentOf(page: Page): Promise<string> {
  return (await page.locator('body').ariaSnapshot()).replace(/\d+/g, '0');
}

/** Screens that read themselves again may be a moment apart. */
async function expectSame(clicked: Page, opened: Page): Promise<void> {
  const contents = async (): Promise<readonly [string, string]> => [
    await contentOf(clicked),
    await contentOf(opened),
  ];
  const isSame = async (): Promise<boolean> => new Set(await contents()).size === 1;
  await waitFor(isSame, { timeoutMs: 10_000 }).catch(() => undefined);
  const [byClicks, byAddress] = await contents();
  expect(byAddress).toBe(byClicks);
}
