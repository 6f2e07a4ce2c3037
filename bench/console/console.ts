import { ApiClient, findChromium } from '#testing';
import { Client } from 'pg';
import { type BrowserContext, chromium } from 'playwright-core';
import { type Product, startProduct } from '../servers.js';
import { median, percentile, tableRow } from '../statistics.js';
import { startDatabaseServer } from '../temporary-servers.js';
import { bulkDryRunClicks, rollbackClicks } from './goals.js';
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
      await inBrowser(product, (context) => measure(product, context, { tenants, rounds }));
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

async function inBrowser(
  { url, platformKey }: Product,
  run: (context: BrowserContext) => Promise<void>,
): Promise<void> {
  const args = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  const browser = await chromium.launch({ executablePath: findChromium(), args });
  try {
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, baseURL: url });
    const answer = await context.request.post('/v1/session', {
      data: { api_key: platformKey },
      headers: { origin: url, 'attune-console': '1' },
    });
    if (answer.status() !== 204) throw new Error(`The sign-in failed: ${await answer.text()}`);
    await run(context);
  } finally {
    await browser.close();
  }
}

async function measure(
  product: Product,
  context: BrowserContext,
  { tenants, rounds }: ConsoleOptions,
): Promise<void> {
  const page = await context.newPage();
  const opened: number[] = [];
  for (let round = 0; round < rounds; round += 1) opened.push(await firstRowsMs(page));
  const searches = await searchMs(page, tenants);
  const empty = await scrollEmptyPage(page);
  const scroll = await scrollTenants(page, tenants);
  const platform = new ApiClient(product.url, product.platformKey);
  const [rollback, dryRun] = [await rollbackClicks(page, platform), await bulkDryRunClicks(page)];
  print([
    ['first rows after navigation, median', 'ms, ≤ 500', median(opened)],
    ['search, from the key to its rows, p95', 'ms, ≤ 150', percentile(searches, 0.95)],
    ['scrolling the whole list, frame p95', 'ms, ≤ 16.7', percentile(scroll.frames, 0.95)],
    ['scrolling an empty page, frame p95', 'ms', percentile(empty.frames, 0.95)],
    ['longest task while scrolling', 'ms, ≤ 50', maxTaskMs(scroll)],
    ['rows in the document at most', '≤ 60', scroll.maxRows],
    ['clicks until a tenant is rolled back', '2 and its id', rollback],
    ['clicks until the dry run of a bulk change', '≤ 6', dryRun],
  ]);
}

/** 0: the browser saw no task of more than 50 ms. */
const maxTaskMs = ({ longTasks }: Scroll): number => Math.max(0, ...longTasks);

function print(rows: readonly (readonly [string, string, number])[]): void {
  console.log(tableRow(['console', 'goal', 'measured'], [46, 16]));
  for (const [name, goal, value] of rows)
    console.log(tableRow([name, goal, Number.isInteger(value) ? String(value) : value.toFixed(1)], [46, 16]));
}
