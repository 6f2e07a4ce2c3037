import type { Browser } from 'playwright-core';
import { ConsolePage } from './console-page.js';

interface PooledPage {
  readonly timezone: string;
  readonly consolePage: ConsolePage;
}

const height = 800;

/** The pages of a file's tests. A test gets the emptied page of an earlier one: a new profile costs as much as the rest of a short test. */
export class PagePool {
  private readonly used: PooledPage[] = [];
  private readonly free: PooledPage[] = [];

  constructor(
    private readonly browser: Browser,
    private readonly origin: string,
  ) {}

  /** How many pages are in use. */
  get size(): number {
    return this.used.length;
  }

  /** A page of this width, in an empty profile. */
  async take(timezone: string, width: number): Promise<ConsolePage> {
    const index = this.free.findIndex((page) => page.timezone === timezone);
    const page = this.free.splice(index, index < 0 ? 0 : 1)[0] ?? (await this.create(timezone));
    this.used.push(page);
    await page.consolePage.page.setViewportSize({ width, height });
    return page.consolePage;
  }

  /** What went wrong on the pages in use since the last call. */
  takeFaults(): string[] {
    return this.used.flatMap(({ consolePage }) => consolePage.faults.splice(0));
  }

  /** Takes back all pages in use but the first ones. */
  async release(kept: number): Promise<void> {
    for (const page of this.used.splice(kept)) if (await page.consolePage.reset()) this.free.push(page);
  }

  private async create(timezone: string): Promise<PooledPage> {
    const context = await this.browser.newContext({
      viewport: { width: 1280, height },
      colorScheme: 'light',
      locale: 'en-GB',
      reducedMotion: 'reduce',
      timezoneId: timezone,
    });
    return { timezone, consolePage: await ConsolePage.create(context, this.origin) };
  }
}
