import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import type { ConsolePage } from './console-page.js';
import { endTransitions, invisibleFocus, sidewaysOverflow } from './page-scripts.js';

const axeSource = readFileSync(createRequire(import.meta.filename).resolve('axe-core/axe.min.js'), 'utf8');
const rules = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
const widths = [1280, 360];
const schemes = ['light', 'dark'] as const;
const maxRequests = 6;

/**
 * Expects of the page, as it is now, in both themes and at 1280 and 360 px: axe finds nothing, the page does not scroll sideways, and
 * the focus is visible wherever the keyboard reaches; and that it was loaded with at most six requests.
 */
export async function checkPage({ page, loadRequests }: ConsolePage): Promise<void> {
  const before = page.viewportSize()!;
  await page.evaluate(endTransitions);
  await page.evaluate(axeSource);
  const found: string[] = [];
  for (const width of widths) {
    await page.setViewportSize({ width, height: before.height });
    for (const scheme of schemes) {
      await page.emulateMedia({ colorScheme: scheme });
      await page.locator(`html[data-mantine-color-scheme=${scheme}]`).waitFor();
      // Between the themes only the colours differ.
      const faults = await axeFaults(page, scheme === 'light' ? { values: rules } : 'color-contrast');
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
  expect(found).toEqual([]);
}

async function axeFaults(
  page: ConsolePage['page'],
  run: { readonly values: readonly string[] } | 'color-contrast',
): Promise<string[]> {
  const runOnly = run === 'color-contrast' ? { type: 'rule', values: [run] } : { type: 'tag', ...run };
  // Tooltips and dialogs are drawn at the end of the document, outside of its landmarks.
  const options = { runOnly, rules: { region: { enabled: false } }, resultTypes: ['violations'] };
  const { violations } = await page.evaluate<AxeResults>(`axe.run(document, ${JSON.stringify(options)})`);
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
