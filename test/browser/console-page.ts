import type { EventEmitter } from 'node:events';
import type { BrowserContext, Locator, Page, Request } from 'playwright-core';
import { waitFor } from '#testing';
import { isListWithoutLimit } from './list-operations.js';
import { addTestStyles, watchPage } from './page-scripts.js';

const quietMs = 120;

/** Keys that are sent to the page together. */
const tabsAtOnce = 8;

/** Runs in the page. */
const stopTabAt = (element: unknown): void => void Object.assign(globalThis, { tabStop: element });
const hasFocus = (element: unknown): boolean =>
  element === (element as { ownerDocument: { activeElement: unknown } }).ownerDocument.activeElement;

/** Marks what is on the screen, and goes on. Runs in the page. */
const leaveFor = (path: string): string => `{
  for (const heading of document.querySelectorAll('h1')) heading.dataset.left = '';
  history.pushState(null, '', ${JSON.stringify(path)});
  dispatchEvent(new PopStateEvent('popstate', { state: null }));
}`;

/** One page of the console in a browser of its own profile. `page` is Playwright's, for everything that is not here. */
export class ConsolePage {
  /** Clicks with a pointer since the page was opened. */
  clicks = 0;
  /** What no page may do: errors, violations of the content security policy, requests to other origins, lists without a limit. */
  readonly faults: string[] = [];
  /** Every request to the API so far, as `GET /v1/config?include=sources`. */
  readonly requests: string[] = [];
  /** The different requests of the last `open` before the screen stood still; the session's is not counted. */
  loadRequests: readonly string[] = [];
  private readonly running = new Set<Request>();
  private quietSince = Date.now();

  private constructor(
    readonly page: Page,
    private readonly origin: string,
  ) {}

  static async create(context: BrowserContext, origin: string): Promise<ConsolePage> {
    const consolePage = new ConsolePage(await context.newPage(), origin);
    await consolePage.watch();
    return consolePage;
  }

  /** Opens an address of the console, and waits until its screen stands still; before that, for what is done while it loads. */
  async open(path: string, whileLoading?: () => Promise<void>): Promise<this> {
    await this.load(async () => {
      await this.page.goto(this.origin + path);
      await whileLoading?.();
    });
    return this;
  }

  /** Goes to an address of another screen as a link does, without loading the page, and waits until its screen stands still. */
  async go(path: string): Promise<void> {
    await this.load(async () => {
      await this.page.evaluate(leaveFor(path));
      await this.page.locator('h1:not([data-left])').first().waitFor();
      this.quietSince = Date.now();
    });
  }

  /**
   * Empties the page and its profile for another person and another test.
   *
   * @returns false when they cannot be used again; they are closed then.
   */
  async reset(): Promise<boolean> {
    const isEmpty = await this.empty().catch(() => false);
    if (!isEmpty) await this.page.context().close();
    return isEmpty;
  }

  /** Waits until no request is on the way, streams of events aside, and nothing on the page is loading. */
  async settle(): Promise<void> {
    const standsStill = async (): Promise<boolean> =>
      this.running.size === 0 &&
      Date.now() - this.quietSince > quietMs &&
      (await this.page.locator('h1').count()) > 0 &&
      (await this.page.locator('[aria-busy=true]').count()) === 0;
    await waitFor(standsStill, { timeoutMs: 20_000, what: `${this.page.url()} stands still` });
  }

  /** Presses keys one after another: `press('g', 't')`, `press('Control+Enter')`. */
  async press(...keys: string[]): Promise<void> {
    for (const key of keys) await this.page.keyboard.press(key);
  }

  /** Presses Tab until the element has the focus. @throws Error when the keyboard does not reach it. */
  async tabTo(target: Locator, maxTabs = 80): Promise<void> {
    for (let tabs = 0; tabs < maxTabs; tabs += tabsAtOnce) {
      await target.evaluate(stopTabAt);
      await Promise.all(Array.from({ length: tabsAtOnce }, () => this.page.keyboard.press('Tab')));
      const isReached = await target.evaluate(hasFocus);
      await this.page.evaluate(stopTabAt, null);
      if (isReached) return;
    }
    throw new Error(`The keyboard does not reach ${String(target)}.`);
  }

  /** Presses "Copy as curl" of a notice or a line, and returns what is copied. */
  async copyAsCurl(notice: Locator): Promise<string> {
    await this.page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    const copied = notice.getByRole('button', { name: 'Copied' }).waitFor();
    await Promise.all([copied, notice.getByRole('button', { name: 'Copy as curl' }).click()]);
    return String(await this.page.evaluate('navigator.clipboard.readText()'));
  }

  private async empty(): Promise<boolean> {
    const { page } = this;
    const context = page.context();
    if (page.isClosed() || (page as unknown as EventEmitter).listenerCount('dialog') > 0) return false;
    for (const other of context.pages()) if (other !== page) await other.close();
    await page.unrouteAll({ behavior: 'ignoreErrors' });
    await page.goto(`${this.origin}/health/live`);
    await page.evaluate('sessionStorage.clear(), localStorage.clear()');
    await context.clearCookies();
    this.clicks = 0;
    for (const list of [this.faults, this.requests]) list.length = 0;
    return true;
  }

  /** Counts the requests until the screen stands still. */
  private async load(start: () => Promise<void>): Promise<void> {
    const before = this.requests.length;
    this.loadRequests = [];
    await start();
    await this.settle();
    const sent = this.requests.slice(before).filter((request) => !request.endsWith(' /v1/session'));
    this.loadRequests = [...new Set(sent)];
  }

  private async watch(): Promise<void> {
    const { page } = this;
    await page.exposeFunction('reportClick', () => (this.clicks += 1));
    await page.exposeFunction('reportFault', (fault: string) => this.faults.push(fault));
    await page.addInitScript({ content: watchPage + addTestStyles });
    page.on('pageerror', ({ message }) => this.faults.push(`error: ${message}`));
    page.on('request', (request) => this.begin(request));
    page.on('requestfinished', (request) => this.end(request));
    page.on('requestfailed', (request) => this.end(request));
  }

  private begin(request: Request): void {
    const url = new URL(request.url());
    if (!/^https?:$/.test(url.protocol)) return;
    // The browser itself goes to an identity provider and comes back.
    if (url.origin !== this.origin && !request.isNavigationRequest())
      this.faults.push(`request to another origin: ${url.href}`);
    const isStream = request.resourceType() === 'eventsource' || /\/(events|stream)$/.test(url.pathname);
    if (!isStream) this.running.add(request);
    if (!url.pathname.startsWith('/v1/')) return;
    this.requests.push(`${request.method()} ${url.pathname}${url.search}`);
    if (isUnlimitedList(request, url)) this.faults.push(`a list without limit: ${url.pathname}${url.search}`);
  }

  private end(request: Request): void {
    this.quietSince = Date.now();
    this.running.delete(request);
  }
}

/** A download as NDJSON or CSV is the whole list by intent. */
function isUnlimitedList(request: Request, url: URL): boolean {
  const isDownload = /ndjson|csv/.test(request.headers()['accept'] ?? '');
  return request.method() === 'GET' && !isDownload && isListWithoutLimit(url);
}
