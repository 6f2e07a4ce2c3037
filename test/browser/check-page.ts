import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import type { ConsolePage } from './console-page.js';
import { endTransitions, invisibleFocus, sidewaysOverflow } from './page-scripts.js';

const axeSource = readFileSync(createRequire(import.meta.filename).resolve('axe-core/axe.min.js'), 'utf8');
const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
const sizeRules = ['target-size', 'scrollable-region-focusable'];
const wholePage = ':root';
const widths = [1280, 360];
const schemes = ['light', 'dark'] as const;
const maxRequests = 6;

interface RunOnly {
  readonly type: 'tag' | 'rule';
  readonly values: readonly string[];
}

/**
 * Expects of the page, as it is now, in both themes and at 1280 and 360 px: axe finds nothing, the page does not scroll sideways, and
 * the focus is visible wherever the keyboard reaches; and that it was loaded with at most six requests.
 */
export async function checkPage(console: ConsolePage): Promise<void> {
  expect(await findPageFaults(console)).toEqual([]);
}

/**
 * What `checkPage` expects not to find.
 *
 * @param part A selector: axe looks at this part of the page only.
 */
export async function findPageFaults({ page, loadRequests }: ConsolePage, part = ':root'): Promise<string[]> {
  const before = page.viewportSize()!;
  await page.evaluate(endTransitions);
  if (!(await page.evaluate('"axe" in window'))) await page.evaluate(axeSource);
  const found: string[] = [];
  for (const width of widths) {
    await page.setViewportSize({ width, height: before.height });
    for (const scheme of schemes) {
      const rules = rulesFor(scheme, width, part);
      if (rules === null) continue;
      await page.emulateMedia({ colorScheme: scheme });
      // The pages of the service's own have no theme to wait for.
      await page
        .locator(`html:is([data-mantine-color-scheme=${scheme}], :not([data-mantine-color-scheme]))`)
        .waitFor();
      const faults = await axeFaults(page, part, rules);
      found.push(...faults.map((fault) => `${scheme} ${width}: ${fault}`));
    }
    found.push(...(await layoutFaults(page)).map((fault) => `${width}: ${fault}`));
    // A tooltip of what has the focus is outside of every landmark.
    await page.evaluate('document.activeElement?.blur()');
    await page.locator('[role=tooltip]').nth(0).waitFor({ state: 'detached' });
  }
  await page.setViewportSize(before);
  await page.emulateMedia({ colorScheme: null });
  if (loadRequests.length > maxRequests)
    found.push(`${loadRequests.length} requests: ${loadRequests.join(', ')}`);
  return found;
}

/** Between the themes only the colours differ; in a part of a page, the colours do not depend on the width, and only sizes do. */
function rulesFor(scheme: string, width: number, part: string): RunOnly | null {
  const isAgain = part !== wholePage && width !== widths[0];
  if (scheme === 'dark') return isAgain ? null : { type: 'rule', values: ['color-contrast'] };
  return isAgain ? { type: 'rule', values: sizeRules } : { type: 'tag', values: tags };
}

async function axeFaults(page: ConsolePage['page'], part: string, runOnly: RunOnly): Promise<string[]> {
  // Tooltips and dialogs are drawn at the end of the document, outside of its landmarks.
  const options = { runOnly, rules: { region: { enabled: false } }, resultTypes: ['violations'] };
  const { violations } = await page.evaluate<AxeResults>(`axe.run('${part}', ${JSON.stringify(options)})`);
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary = '' }) => `${id} ${html.slice(0, 200)} ${failureSummary}`),
  );
}

async function layoutFaults(page: ConsolePage['page']): Promise<string[]> {
  await page.keyboard.press('Tab');
  return [
    ...(await page.evaluate<string[]>(sidewaysOverflow)),
    ...(await page.evaluate<string[]>(invisibleFocus)),
  ];
}
