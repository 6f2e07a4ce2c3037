import { waitFor } from '#testing';
import { useBrowserApp } from './browser-app.js';
import { checkPage } from './check-page.js';

const app = useBrowserApp();

describe('The console', () => {
  it('asks a visitor who is not signed in for an API key, on a page that axe finds nothing on', async () => {
    const console = await app.openPage('nobody', '/tenants');
    await console.page.getByRole('button', { name: 'Sign in' }).waitFor();
    await checkPage(console);
  });

  it('says at an unknown address that there is no such screen, and leads back from it', async () => {
    const console = await app.openPage('platform_admin', '/tenants/no-such-screen/x');
    const { page } = console;
    const nothing = page.getByRole('heading', { level: 1, name: 'There is no such screen' });
    await nothing.waitFor();
    await checkPage(console);
    await page.getByRole('link', { name: 'Back to the first screen' }).click();
    await page.getByRole('heading', { level: 1, name: 'Tenants' }).waitFor();
    await console.go('/nowhere');
    await nothing.waitFor();
    const answer = await page.goto(`${app.replica.url}/nonsense/x`);
    expect(answer?.status()).toBe(404);
    await nothing.waitFor();
    const headers = { accept: 'text/html' };
    const ofApi = await fetch(`${app.replica.url}/v1/nonsense`, { headers });
    expect(ofApi.headers.get('content-type')).toBe('application/problem+json');
  });

  it("shows a tenant's overview at the address of the tenant", async () => {
    const { page } = await app.openPage('platform_admin', '/tenants/acme-law');
    await page.waitForURL('**/tenants/acme-law/overview');
    await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor();
  });
});

describe('The shell', () => {
  it('shows the tenant and its version, and axe finds nothing in the palette and the help', async () => {
    const console = await app.openPage('platform_admin', '/tenants/acme-law/administration');
    const { page } = console;
    await page.getByRole('link', { name: 'version 1' }).waitFor();
    await page.setViewportSize({ width: 360, height: 800 });
    await page.getByRole('note', { name: 'Platform view' }).waitFor();
    await page.setViewportSize({ width: 1280, height: 800 });
    await console.press('?');
    await page.getByRole('dialog', { name: 'Keyboard' }).waitFor();
    await checkPage(console);
    await console.press('Escape', 'Control+k');
    await page.getByRole('option').first().waitFor();
    await checkPage(console);
  });

  it('lists the keys of the screen that is open', async () => {
    const console = await app.openPage('platform_admin', '/approvals');
    await console.press('?');
    await console.page.getByRole('row', { name: 'r Reject' }).waitFor();
    await console.press('Escape', 'g', 't');
    await console.page.waitForURL('**/tenants');
    await console.press('?');
    await console.page.getByRole('row', { name: 'x Tick the tenant' }).waitFor();
  });

  it('finds a tenant by a part of its id, with the keyboard alone', async () => {
    const console = await app.openPage('platform_admin', '/tenants');
    const { page } = console;
    await console.press('Control+k');
    await page.getByRole('combobox', { name: 'Search or act' }).waitFor();
    await page.keyboard.type('cme');
    await page.getByRole('option', { name: 'acme-law' }).waitFor();
    await console.press('Enter');
    await page.waitForURL('**/tenants/acme-law/overview');
    expect(console.clicks).toBe(0);
  });

  it('finds what a pasted id is of, a document, a plan and a model', async () => {
    const { id, admin } = await app.createTenant();
    await admin.post('/v1/documents', { id: 'refunds', title: 'Refund rules', text: 'Within 14 days.' });
    const create = async (path: string, body: object): Promise<string> =>
      (await admin.post<{ id: string }>(path, body)).body.id;
    const address = 'https://hooks.example.com/attune';
    const webhook = await create('/v1/webhooks', { url: address, events: ['config.updated'] });
    const key = await create('/v1/api-keys', { name: 'reads', role: 'member' });
    const request = await create('/v1/config/change-requests', { temperature: 0.2, reason: 'calmer' });
    const console = await app.openPage('platform_admin', `/tenants/${id}/overview`);
    const { page } = console;
    const find = async (text: string, name: string, path: string): Promise<void> => {
      await console.press('Control+k');
      await page.getByRole('combobox', { name: 'Search or act' }).waitFor();
      await page.keyboard.type(text);
      await page.getByRole('option', { name, exact: true }).click();
      await page.waitForURL(({ pathname, search }) => pathname + search === path);
    };
    await find(webhook, `Webhook ${webhook}`, `/tenants/${id}/webhooks/${webhook}`);
    await find(`key:${key}`, `Key ${key}`, `/tenants/${id}/api-keys`);
    await find('refund', 'Refund rules refunds', `/tenants/${id}/documents/refunds`);
    await find(request, `Change request ${request}`, `/approvals?state=pending&open=${request}`);
    await find('pro', 'pro', '/plans/pro');
    await find('gpt-4', 'gpt-4', '/models/gpt-4');
  });

  it('suspends a tenant only after the review sheet, and says so when it is suspended already', async () => {
    const console = await app.openPage('platform_admin', '/tenants');
    const { page } = console;
    const write = async (text: string): Promise<void> => {
      await console.press('Control+k');
      await page.getByRole('combobox', { name: 'Search or act' }).waitFor();
      await page.keyboard.type(text);
      await console.press('Enter');
    };
    const { id } = await app.createTenant();
    const status = async (): Promise<unknown> =>
      (await app.platform.get<{ status: string }>(`/v1/platform/tenants/${id}`)).body.status;
    await write(`suspend ${id}`);
    await page.getByRole('button', { name: `Suspend: ${id}` }).waitFor();
    expect(await status()).toBe('active');
    await console.press('Control+Enter');
    await page.getByText(`${id} is suspended now.`).waitFor();
    expect(await status()).toBe('suspended');
    await write(`suspend ${id}`);
    await page.getByText(`${id} is suspended already.`).waitFor();
  });

  it('undoes the last change of a tenant from the palette, for its own admin', async () => {
    const { id, adminKey, admin } = await app.createTenant();
    await admin.patch('/v1/config', { temperature: 0.9 });
    const console = await app.openPage({ key: adminKey }, `/tenants/${id}/overview`);
    const { page } = console;
    await console.press('Control+k');
    await page.getByRole('combobox', { name: 'Search or act' }).waitFor();
    await page.keyboard.type('undo last change');
    await console.press('Enter');
    await page.getByRole('button', { name: 'Restore version 1 as version 3' }).click();
    await page.getByRole('link', { name: 'version 3', exact: true }).waitFor();
    expect((await admin.get<{ version: number }>('/v1/config')).body.version).toBe(3);
  });

  it('goes to screens by letters, until single letters are switched off', async () => {
    const console = await app.openPage('platform_admin', '/tenants/acme-law/administration');
    const { page } = console;
    await console.press('g', 't');
    await page.waitForURL('**/tenants');
    await console.press('?');
    await page.getByRole('switch', { name: 'Single letters act' }).click({ force: true });
    await console.press('Escape', 'g', 'n', '?');
    await console.settle();
    expect(await page.getByRole('dialog').count()).toBe(0);
    await console.press('Control+k');
    await page.getByRole('dialog', { name: 'Search or act' }).waitFor();
  });

  it('goes to Emergency by g and !, which has Shift between them, also when a field got the focus after g', async () => {
    const console = await app.openPage('platform_admin', '/tenants');
    const { page } = console;
    const search = page.getByRole('search').getByRole('textbox').first();
    await console.press('g');
    await search.focus();
    await page.keyboard.down('Shift');
    await console.press('!');
    await page.keyboard.up('Shift');
    await page.waitForURL('**/emergency');
    await page.goBack();
    await expect(search.inputValue()).resolves.toBe('');
    await page.locator('#main').focus();
    await console.press('g');
    await search.click();
    await console.press('h');
    await expect(search.inputValue()).resolves.toBe('h');
  });

  it('begins a screen at its top, and Back returns to where the screen before was', async () => {
    const console = await app.openPage('tenant_admin', '/tenants/acme-law/configuration');
    const { page } = console;
    const scrolled = () => page.evaluate('scrollY');
    await page.evaluate('scrollTo(0, 700)');
    await page.getByRole('link', { name: 'Retrieval', exact: true }).click();
    await page.getByRole('heading', { level: 1, name: 'Retrieval' }).waitFor();
    await console.settle();
    expect(await scrolled()).toBe(0);
    await page.setViewportSize({ width: 1280, height: 300 });
    await page.evaluate('scrollTo(0, 60)');
    await page
      .getByRole('slider', { name: 'Chunks in the prompt' })
      .evaluate((slider) =>
        (slider as unknown as { focus(options: object): void }).focus({ preventScroll: true }),
      );
    await console.press('ArrowRight');
    await page.waitForURL(/top_k=/);
    expect(await scrolled()).toBe(60);
    await page.setViewportSize({ width: 1280, height: 800 });
    await page.goBack();
    await waitFor(async () => (await scrolled()) === 700);
  });

  it('finds screens and acts by everyday words, and turns the colours dark', async () => {
    const console = await app.openPage('tenant_admin', '/tenants/acme-law/overview');
    const { page } = console;
    const write = async (text: string): Promise<void> => {
      await console.press('Control+k');
      await page.getByRole('combobox', { name: 'Search or act' }).waitFor();
      await page.keyboard.type(text);
    };
    await write('dark mode');
    await page.getByRole('option', { name: 'Dark colours' }).click();
    await page.locator('html[data-mantine-color-scheme=dark]').waitFor();
    await write('bill');
    await page.getByRole('option', { name: 'Usage' }).click();
    await page.waitForURL('**/usage');
  });

  it('says of what it reads by itself while nobody touches it that nobody asked, so that the session ends', async () => {
    const console = await app.openPage('platform_admin', '/replicas');
    const { page } = console;
    await page.clock.install();
    await console.open('/tenants/acme-law/administration');
    const sent: string[] = [];
    page.on('request', (request) => {
      if (request.url().includes('/v1/')) sent.push(request.headers()['attune-console'] ?? '');
    });
    const nextRead = async (): Promise<string | undefined> => {
      sent.length = 0;
      await waitFor(async () => {
        await page.clock.runFor(10_000);
        return sent.length > 0;
      });
      return sent[0];
    };
    await page.mouse.move(100, 100);
    expect(await nextRead()).toBe('1');
    await page.clock.fastForward(180_000);
    expect(await nextRead()).toBe('background');
    await page.mouse.move(200, 200);
    expect(await nextRead()).toBe('1');
    // Its clock is not that of other tests.
    await page.context().close();
  });

  it('keeps the tenant of another key unknown', async () => {
    const { page } = await app.openPage('member', '/tenants/other/overview');
    await page.getByText('There is no such screen').waitFor();
  });
});
