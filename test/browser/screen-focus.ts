import { waitFor } from '#testing';
import type { ConsolePage } from './console-page.js';

/** Why a person without a pointer could not go on; empty where the focus is on the screen and can be seen. Runs in the page. */
const lostFocus = `(() => {
  const { activeElement: element, body } = document;
  const dialog = document.querySelector('[role=dialog]');
  if (dialog !== null) return 'in ' + dialog.outerHTML.slice(0, 200);
  return element !== body && element.getClientRects().length > 0 && element.matches(':focus-visible') ? '' : 'on ' + element.outerHTML.slice(0, 200);
})()`;

/** Expects that no dialog is open, and that the focus is where a person can go on and see it. */
export async function expectFocusOnScreen({ page }: ConsolePage): Promise<void> {
  const isKept = async (): Promise<boolean> => (await page.evaluate(lostFocus)) === '';
  await waitFor(isKept, { timeoutMs: 10_000 }).catch(() => undefined);
  expect(await page.evaluate(lostFocus)).toBe('');
}
