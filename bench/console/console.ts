import { ApiClient, findChromium } from '#testing';
import { Client } from 'pg';
import { type Browser, type BrowserContext, type Page, chromium } from 'playwright-core';
import { type Product, startProduct } from '../servers.js';
import { median, percentile, tableRow } from '../statistics.js';
import { startDatabaseServer } from '../temporary-servers.js';
import { createTenant, benchTenant } from '../seed-tenants.js';
import { bulkDryRunClicks, firstLookClicks, restoreClicks, rollbackClicks, undoClicks } from './goals.js';
import { type Scroll, firstRowsMs, scrollEmptyPage, scrollTenants, searchMs } from './tenants-page.js';

export interface ConsoleOptions {
  readonly tenants: number;
  readonly rounds: number;
}

/** Opens the console on many tenants in Chromium, and prints the goals of the tenants' screen beside what was measured. */
export async function measureConsole({ tenants, rounds }: ConsoleOptions): Promise<void> {
  const server = await startDatabaseServer();
  const database = await server.create();
  try {
    await seed(database.superuserUrl, tenants);
    const product = await startProduct({
      DATABASE_URL: database.url,
      MIGRATION_DATABASE_URL: database.migrationUrl,
    });
    try {
      await inBrowser((browser) => measure(product, browser, { tenants, rounds }));
    } finally {
      await product.stop();
    }
  } finally {
    await database.drop();
    await server.stop();
  }
}

async function seed(url: string, tenants: number): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  await client.query(
    `INSERT INTO tenants (tenant_id, name, plan)
     SELECT 'customer-' || lpad(n::text, 6, '0'), 'Customer ' || n, (ARRAY['basic', 'pro', 'enterprise'])[1 + n % 3]
     FROM generate_series(1, $1::int) n`,
    [tenants],
  );
  await client.query('VACUUM ANALYZE');
  await client.end();
}

async function inBrowser(run: (browser: Browser) => Promise<void>): Promise<void> {
  const args = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  const browser = await chromium.launch({ executablePath: findChromium(), args });
  try {
    await run(browser);
  } finally {
    await browser.close();
  }
}

function openProfile(browser: Browser, baseURL: string): Promise<BrowserContext> {
  return browser.newContext({ viewport: { width: 1280, height: 800 }, baseURL });
}

async function signIn(browser: Browser, url: string, key: string): Promise<BrowserContext> {
  const context = await openProfile(browser, url);
  const answer = await context.request.post('/v1/session', {
    data: { api_key: key },
    headers: { origin: url, 'attune-console': '1' },
  });
  if (answer.status() !== 204) throw new Error(`The sign-in failed: ${await answer.text()}`);
  return context;
}

async function measure(
  product: Product,
  browser: Browser,
  { tenants, rounds }: ConsoleOptions,
): Promise<void> {
  const page = await (await signIn(browser, product.url, product.platformKey)).newPage();
  const opened: number[] = [];
  for (let round = 0; round < rounds; round += 1) opened.push(await firstRowsMs(page));
  const searches = await searchMs(page, tenants);
  const empty = await scrollEmptyPage(page);
  const scroll = await scrollTenants(page, tenants);
  print([
    ['first rows after navigation, median', 'ms, ≤ 500', median(opened)],
    ['search, from the key to its rows, p95', 'ms, ≤ 150', percentile(searches, 0.95)],
    ['scrolling the whole list, frame p95', 'ms, ≤ 16.7', percentile(scroll.frames, 0.95)],
    ['scrolling an empty page, frame p95', 'ms', percentile(empty.frames, 0.95)],
    ['longest task while scrolling', 'ms, ≤ 50', maxTaskMs(scroll)],
    ['rows in the document at most', '≤ 60', scroll.maxRows],
    ...(await countGoals(product, browser, page)),
  ]);
}

type Row = readonly [name: string, goal: string, value: number];

/** The clicks of a tenant's admin, of a platform admin, and of a person who has just started the service. */
async function countGoals(product: Product, browser: Browser, page: Page): Promise<Row[]> {
  const platform = new ApiClient(product.url, product.platformKey);
  const key = await createTenant(platform);
  const own = { id: benchTenant(1), admin: platform.as(key) };
  const ownPage = await (await signIn(browser, product.url, key)).newPage();
  return [
    ['clicks until the last change is rolled back', '2', await undoClicks(ownPage, own)],
    ['clicks until any older version is restored', '3', await restoreClicks(ownPage, own)],
    ['clicks until a tenant is rolled back', '2 and its id', await rollbackClicks(page, platform)],
    ['clicks until the dry run of a bulk change', '≤ 6', await bulkDryRunClicks(page)],
    ['clicks from npm start to a configuration', '1', await firstLookInDemo(browser)],
  ];
}

async function firstLookInDemo(browser: Browser): Promise<number> {
  const demo = await startProduct({ ATTUNE_DEMO: 'true' });
  try {
    const page = await (await openProfile(browser, demo.url)).newPage();
    return await firstLookClicks(page, /\/#code=\S+/.exec(demo.readLog())![0]);
  } finally {
    await demo.stop();
  }
}

/** 0: the browser saw no task of more than 50 ms. */
const maxTaskMs = ({ longTasks }: Scroll): number => Math.max(0, ...longTasks);

function print(rows: readonly Row[]): void {
  console.log(tableRow(['console', 'goal', 'measured'], [46, 16]));
  for (const [name, goal, value] of rows)
    console.log(tableRow([name, goal, Number.isInteger(value) ? String(value) : value.toFixed(1)], [46, 16]));
}
