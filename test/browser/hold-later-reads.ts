import type { Page } from 'playwright-core';

/** Lets the first read of a path pass and holds those after it until `release`, which waits for their answers. */
export async function holdLaterReads(page: Page, path: string): Promise<{ release: () => Promise<void> }> {
  const released = Promise.withResolvers<void>();
  const held: Promise<unknown>[] = [];
  let reads = 0;
  await page.route(path, async (route) => {
    reads += 1;
    if (reads > 1) {
      held.push(route.request().response());
      await released.promise;
    }
    await route.continue();
  });
  return {
    release: async () => {
      released.resolve();
      await Promise.all(held);
    },
  };
}
