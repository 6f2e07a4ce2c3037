import type { BrowserApp, Visitor } from '../browser-app.js';
import { Hand } from './hand.js';
import type { Way } from './ways.js';

/** Opens a page of the console for the person of a task. */
export type Open = (visitor: Visitor, path: string) => Promise<Hand>;

/**
 * The hands of a `describe` whose tasks are done in one way. After each test, what has to be so when the person has done what they
 * came for is expected of each page.
 *
 * ```ts
 * describe.each(ways)('$person', (way) => {
 *   const open = useHands(app, way);
 *
 *   it('deletes a tenant', async () => {
 *     const hand = await open('platform_admin', '/tenants/acme-law/administration');
 * ```
 */
export function useHands(app: BrowserApp, way: Way): Open {
  const hands: Hand[] = [];
  afterEach(async () => {
    for (const hand of hands.splice(0)) await hand.finish();
  });
  return async (visitor, path) => {
    const hand = Hand.on(await app.openPage(visitor, path, { width: way.width }), way);
    hands.push(hand);
    return hand;
  };
}
