import type { Browser, BrowserContext } from 'playwright-core';
import type { TestDatabase } from '#testing';
import { type TestApp, type TestTenant, createTenant, useTestApp } from '../app/test-app.js';
import { launchBrowser } from './browser.js';
import type { ConsolePage } from './console-page.js';
import { PagePool } from './page-pool.js';

/** Who opens a page: a role, or anybody by an API key. `nobody` is not signed in. */
export type Visitor =
  'nobody' | 'member' | 'tenant_admin' | 'platform_reader' | 'platform_admin' | { readonly key: string };

/** How a page is opened. */
interface PageOptions {
  /** `Asia/Kolkata`; UTC unless given. */
  readonly timezone?: string;
  /** In CSS pixels; 1280 unless given. */
  readonly width?: number;
}

type Environment = Readonly<Record<string, string>>;

/** The running product and a browser. */
export interface BrowserApp extends TestApp {
  /** `acme-law`, whose member and admin the roles `member` and `tenant_admin` are. */
  readonly tenant: TestTenant;
  /**
   * Opens a page in a profile of its own, signed in by session cookie. The test has it until its end; what was opened before all tests
   * stays until all have ended.
   */
  openPage(visitor: Visitor, path: string, options?: PageOptions): Promise<ConsolePage>;
}

/**
 * Starts the product and Chromium for the tests of a file. After each test its pages are emptied for the next one, and the test fails if one of them had
 * an error, violated its content security policy, called another origin or asked for a list without a limit.
 *
 * ```ts
 * const app = useBrowserApp();
 * const { page } = await app.openPage('tenant_admin', '/tenants/acme-law/config');
 * await page.getByRole('button', { name: 'Review' }).click();
 * await checkPage(consolePage);
 * ```
 *
 * @param env Variables of the service, or a function that first starts the servers that they name. Changes and tests per hour are not limited unless it says so.
 */
export function useBrowserApp(
  env: Environment | ((database: TestDatabase) => Promise<Environment>) = {},
): BrowserApp {
  const app = useTestApp('tenant', async (database) => ({
    CONFIG_TESTS_PER_HOUR: '0',
    ...(typeof env === 'function' ? await env(database) : env),
  }));
  let browser: Browser;
  let tenant: TestTenant;
  let pages: PagePool;
  let openedBefore = 0;
  const signIn = rememberSignIns();

  beforeAll(async () => {
    browser = await launchBrowser();
    tenant = await createTenant(app.platform, 'acme-law');
    pages = new PagePool(browser, app.replica.url);
  });
  beforeEach(() => {
    openedBefore = pages.size;
  });
  afterEach(async () => {
    const faults = pages.takeFaults();
    await pages.release(openedBefore);
    expect(faults).toEqual([]);
  });
  afterAll(() => browser?.close());

  const openPage: BrowserApp['openPage'] = async (visitor, path, { timezone = 'UTC', width = 1280 } = {}) => {
    const consolePage = await pages.take(timezone, width);
    const key = await keyOf(visitor, app, tenant);
    if (key !== null) await signIn(consolePage.page.context(), app.replica.url, key);
    return consolePage.open(path);
  };
  return Object.create(app, {
    openPage: { value: openPage },
    tenant: { get: () => tenant },
  }) as BrowserApp;
}

async function keyOf(visitor: Visitor, app: TestApp, tenant: TestTenant): Promise<string | null> {
  if (typeof visitor === 'object') return visitor.key;
  if (visitor === 'platform_reader') {
    const { body } = await app.platform.post<{ key: string }>('/v1/platform/api-keys', {
      name: 'reader',
      role: visitor,
    });
    return body.key;
  }
  const keys = {
    nobody: null,
    member: tenant.memberKey,
    tenant_admin: tenant.adminKey,
    platform_admin: app.replica.platformKey,
  };
  return keys[visitor];
}

/** Signs each key in once; every later profile gets the same cookie. Each sign-in comes from an address of its own, as tries are limited by address. */
function rememberSignIns(): (context: BrowserContext, url: string, key: string) => Promise<void> {
  const states = new Map<string, Awaited<ReturnType<BrowserContext['cookies']>>>();
  return async (context, url, key) => {
    const known = states.get(key);
    if (known) return context.addCookies(known);
    const answer = await context.request.post(`${url}/v1/session`, {
      data: { api_key: key },
      headers: { origin: url, 'attune-console': '1', 'x-forwarded-for': `10.0.0.${states.size + 1}` },
    });
    if (answer.status() !== 204) throw new Error(`The sign-in failed: ${await answer.text()}`);
    states.set(key, await context.cookies());
  };
}
