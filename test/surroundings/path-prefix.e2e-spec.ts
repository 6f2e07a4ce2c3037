/** The product below a path of a host that it shares with others, behind nginx as the guide describes it. */
import { readFileSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { LoadBalancer, freePort, projectRoot } from '#testing';
import { AttuneCommand } from '../app/attune-command.js';
import { type TestTenant, useTestApp } from '../app/test-app.js';
import { launchBrowser } from '../browser/browser.js';

let port: number;
let proxy: LoadBalancer;
let browser: Browser;
let tenant: TestTenant;
let publicUrl: string;

const app = useTestApp('tenant', async () => {
  port = await freePort();
  publicUrl = `http://127.0.0.1:${port}/attune`;
  return { PUBLIC_URL: publicUrl };
});

beforeAll(async () => {
  proxy = await LoadBalancer.startWith(nginxOf(guideBlock()), port);
  [browser, tenant] = await Promise.all([launchBrowser(), app.createTenant()]);
});
afterAll(async () => {
  await Promise.all([browser?.close(), proxy?.stop()]);
});

function guideBlock(): string {
  const guide = readFileSync(join(projectRoot, 'docs/guide.md'), 'utf8');
  return /^location \/attune\/ \{.*?^\}/ms.exec(guide)?.[0] ?? '';
}

function nginxOf(block: string): string {
  const { host } = new URL(app.replica.url);
  return `events {}\nhttp {\n  access_log off;\n  server {\n    listen 8080;\n    ${block.replace('http://attune/', `http://${host}/`)}\n  }\n}\n`;
}

/** Asks through the proxy, without the path of the service. */
function get(path: string, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(`http://127.0.0.1:${port}${path}`, { redirect: 'manual', headers });
}

async function openSignedIn(path: string, key = tenant.adminKey): Promise<{ page: Page; asked: string[] }> {
  const context = await browser.newContext();
  const page = await context.newPage();
  const asked: string[] = [];
  page.on('request', (request) => asked.push(new URL(request.url()).pathname));
  page.on('pageerror', ({ message }) => asked.push(`error: ${message}`));
  await page.goto(`${publicUrl}${path}`);
  await page.getByLabel('API key').fill(key);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  return { page, asked };
}

describe('the console below a path', () => {
  it('signs in, moves between its screens, loads a deep address again and signs out, and asks for nothing outside of the path', async () => {
    const { page, asked } = await openSignedIn(`/tenants/${tenant.id}/history`);
    await page.getByRole('heading', { name: 'History', exact: true }).waitFor();
    await page.getByRole('link', { name: 'Usage', exact: true }).click();
    await page.waitForURL(`${publicUrl}/tenants/${tenant.id}/usage`);
    await page.reload();
    await page.getByRole('heading', { name: 'Usage', exact: true }).waitFor();
    await page.getByRole('button', { name: /^Sign out / }).click();
    await page.getByLabel('API key').waitFor();
    expect(page.url()).toBe(`${publicUrl}/`);
    expect(asked.filter((path) => !path.startsWith('/attune/'))).toEqual([]);
    await page.context().close();
  });

  it('the steps of the runbook ask for the health of the service below the path', async () => {
    const { platformKey } = app.replica;
    const { page, asked } = await openSignedIn(`/tenants/${tenant.id}/investigate`, platformKey);
    await page.getByText('The service reports no fault').waitFor();
    expect(asked.filter((path) => !path.startsWith('/attune/'))).toEqual([]);
    await page.context().close();
  });
});

describe('answers below a path', () => {
  it('Location leads to the resource', async () => {
    const { headers } = await app.platform.post('/v1/platform/bulk-updates', {
      reason: 'a test',
      selector: { tenant_ids: [tenant.id] },
      changes: { max_tokens: 1_234 },
    });
    const location = headers.get('location')!;
    expect(location).toMatch(/^\/attune\/v1\/platform\/bulk-updates\//);
    const authorization = `Bearer ${app.replica.platformKey}`;
    expect((await get(location, { authorization })).status).toBe(200);
  });

  it('the OpenAPI document names the path as its server, and its page finds its files', async () => {
    const document = (await (await get('/attune/openapi.json')).json()) as { servers: { url: string }[] };
    expect(document.servers.map(({ url }) => url)).toEqual(['/attune']);
    const page = await get('/attune/docs');
    const script = /src="([^"]*swagger-ui-bundle.js)"/.exec(await page.text())![1]!;
    const { pathname } = new URL(script, `${publicUrl}/docs`);
    expect((await get(pathname)).status).toBe(200);
  });

  it('OpenFeature finds the stream of changes', async () => {
    const body = { context: { targetingKey: 'somebody' } };
    const flags = await tenant.member.post<{ eventStreams: { endpoint: { requestUri: string } }[] }>(
      '/ofrep/v1/evaluate/flags',
      body,
    );
    const stream = await get(flags.body.eventStreams[0]!.endpoint.requestUri);
    expect([stream.status, stream.headers.get('content-type')]).toEqual([
      200,
      'text/event-stream; charset=utf-8',
    ]);
    await stream.body!.cancel();
  });

  it('the page of a failed sign-in leads back to the console', async () => {
    const page = await get('/attune/v1/session/oidc/callback?code=a&state=b', { accept: 'text/html' });
    const home = /href="([^"]*)"/.exec(await page.text())![1]!;
    expect([home, (await get(home)).status]).toEqual(['/attune/', 200]);
  });

  it('the attune command takes the path from ATTUNE_URL', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'attune-export-'));
    const variables = { ATTUNE_URL: publicUrl, ATTUNE_API_KEY: app.replica.platformKey };
    const command = new AttuneCommand(folder, variables);
    expect((await command.run('export', '--tenant', tenant.id, '--out', '.')).code).toBe(0);
    expect(await readdir(folder)).toContainEqual(expect.stringContaining(tenant.id));
    await rm(folder, { recursive: true });
  });
});
