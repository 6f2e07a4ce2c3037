import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { RunOnly } from 'axe-core';
import type { Page } from 'playwright-core';
import type { ConsolePage } from './console-page.js';
import { findFaults, findInvisibleFocus, hideAround, showAround } from './page-scripts.js';

const axeSource = readFileSync(createRequire(import.meta.filename).resolve('axe-core/axe.min.js'), 'utf8');
const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
const maxRequests = 6;
const screen = '#main';

/** One look at a page: how wide and in which theme, and what axe looks for. */
interface Look {
  readonly width: number;
  readonly scheme: 'light' | 'dark';
  readonly rules: RunOnly;
  /** Looks for elements, too, on which the focus cannot be seen: once at each width. */
  readonly withFocus?: boolean;
}

const everything: RunOnly = { type: 'tag', values: tags };
const colours: RunOnly = { type: 'rule', values: ['color-contrast'] };
const coloursAndSizes: RunOnly = {
  type: 'rule',
  values: ['color-contrast', 'target-size', 'scrollable-region-focusable'],
};

/** Between the themes only the colours differ. From each look to the next, only the width or the theme changes, as the page is drawn again. */
const [wideAndLight, ...otherLooks]: readonly [Look, ...Look[]] = [
  { width: 1280, scheme: 'light', rules: everything },
  { width: 1280, scheme: 'dark', rules: colours, withFocus: true },
  { width: 360, scheme: 'dark', rules: everything, withFocus: true },
  { width: 360, scheme: 'light', rules: colours },
];

/** A state of a screen is built in the same way at every width: only colours and sizes differ. */
const looksAtState: readonly Look[] = [
  { width: 1280, scheme: 'light', rules: everything },
  { width: 1280, scheme: 'dark', rules: colours },
  { width: 360, scheme: 'dark', rules: coloursAndSizes, withFocus: true },
  { width: 360, scheme: 'light', rules: colours },
];

/**
 * Expects of the page, as it is now, in both themes and at 1280 and 360 px: axe finds nothing, the page does not scroll sideways, and
 * the focus is visible wherever the keyboard reaches; and that it was loaded with at most six requests.
 */
export async function checkPage(console: ConsolePage): Promise<void> {
  expect(await findAll(console, (page) => look(page, ':root', [wideAndLight, ...otherLooks]))).toEqual([]);
}

/** What `checkPage` expects not to find. What is around the screen is looked at once, in a wide window with the light theme. */
export function findScreenFaults(console: ConsolePage): Promise<string[]> {
  return findAll(console, async (page) => [
    ...(await look(page, ':root', [wideAndLight])),
    ...(await lookAtScreen(page, otherLooks)),
  ]);
}

/** The same in a wide window with the light theme only. */
export function findPlainFaults(console: ConsolePage): Promise<string[]> {
  return findAll(console, (page) => look(page, screen, [wideAndLight]));
}

/** The same while the screen is in a state such as loading. What is around it is not looked at. */
export function findStateFaults(console: ConsolePage): Promise<string[]> {
  return findAll(console, (page) => lookAtScreen(page, looksAtState));
}

async function findAll(
  { page, loadRequests }: ConsolePage,
  find: (page: Page) => Promise<string[]>,
): Promise<string[]> {
  const before = page.viewportSize()!;
  if (!(await page.evaluate('"axe" in window'))) await page.evaluate(axeSource);
  const found = await find(page);
  await page.setViewportSize(before);
  await page.emulateMedia({ colorScheme: null });
  if (loadRequests.length > maxRequests)
    found.push(`${loadRequests.length} requests: ${loadRequests.join(', ')}`);
  return found;
}

async function lookAtScreen(page: Page, looks: readonly Look[]): Promise<string[]> {
  await page.evaluate(hideAround(screen));
  const found = await look(page, screen, looks);
  await page.evaluate(showAround);
  return found;
}

async function look(page: Page, part: string, looks: readonly Look[]): Promise<string[]> {
  const found: string[] = [];
  for (const { width, scheme, rules, withFocus } of looks) {
    await page.setViewportSize({ ...page.viewportSize()!, width });
    await page.emulateMedia({ colorScheme: scheme });
    // Tooltips and dialogs are drawn at the end of the document, outside of its landmarks.
    const options = { runOnly: rules, rules: { region: { enabled: false } }, resultTypes: ['violations'] };
    const faults = await page.evaluate<string[]>(findFaults(part, scheme, options));
    if (withFocus === true) faults.push(...(await findFocusFaults(page, part)));
    found.push(...faults.map((fault) => `${scheme} ${width}: ${fault}`));
  }
  return found;
}

async function findFocusFaults(page: Page, part: string): Promise<string[]> {
  await page.keyboard.press('Tab');
  const found = await page.evaluate<string[]>(findInvisibleFocus(part));
  // A tooltip of what had the focus is outside of every landmark.
  await page.locator('[role=tooltip]').nth(0).waitFor({ state: 'detached' });
  return found;
}
