import { waitFor } from '#testing';
import { WebhookReceiver, verify } from '../plugs/webhooks/webhook-receiver.js';
import { useBrowserApp } from './browser-app.js';
import { checkPage } from './check-page.js';

const app = useBrowserApp({ EGRESS_ALLOW: '127.0.0.1' });
const keys = '/tenants/acme-law/api-keys';

interface ListedKey {
  readonly name: string;
  readonly last_used_at: string | null;
}

async function lastUseOf(name: string): Promise<string | null | undefined> {
  const { body } = await app.tenant.admin.get<{ items: ListedKey[] }>('/v1/api-keys');
  return body.items.find((key) => key.name === name)?.last_used_at;
}

describe('The keys of a tenant', () => {
  it('makes a key by keyboard, shows it once, and closes only after the person has stored it; the key works', async () => {
    const console = await app.openPage('tenant_admin', keys);
    const { page } = console;
    await console.tabTo(page.getByRole('button', { name: 'Make a key' }));
    await console.press('Enter');
    await page.getByRole('dialog').getByLabel('Name').fill('reporting');
    await page.getByLabel('Read usage').check();
    await console.press('Control+Enter');
    const dialog = page.getByRole('dialog', { name: 'The key reporting' });
    const key = await dialog.locator('[data-secret]').innerText();
    expect(await dialog.getByRole('button', { name: 'Close' }).isDisabled()).toBe(true);
    await console.press('Escape');
    await dialog.getByLabel('I have stored it').check();
    await dialog.getByRole('button', { name: 'Close' }).click();
    const notice = page.getByRole('alert').filter({ hasText: 'The key reporting is made.' });
    expect(await console.copyAsCurl(notice)).toContain(`"scopes":["usage:read"]`);
    await page.getByRole('row', { name: 'reporting' }).getByText('usage:read').waitFor();
    expect(await page.content()).not.toContain(key);
    const statusOf = async (path: string): Promise<number> =>
      (await fetch(`${app.replica.url}${path}`, { headers: { authorization: `Bearer ${key}` } })).status;
    expect([await statusOf('/v1/usage'), await statusOf('/v1/config')]).toEqual([200, 403]);
  });

  it('has in a narrow window each column and each act in sight, and is still a table', async () => {
    await app.tenant.admin.post('/v1/api-keys', { name: 'narrow', role: 'member' });
    const { page } = await app.openPage('tenant_admin', keys, { width: 390 });
    const row = page.getByRole('row', { name: 'narrow' });
    await row.getByRole('cell').first().waitFor();
    for (const act of ['Rotate', 'Revoke']) {
      const { x, width } = (await row.getByRole('button', { name: act }).boundingBox())!;
      expect(x + width).toBeLessThanOrEqual(390);
    }
    await expect(page.getByRole('columnheader').count()).resolves.toBeGreaterThan(3);
  });

  it('says when a key was used last, also after the list was read', async () => {
    const body = { name: 'quiet', role: 'member' };
    const { key } = (await app.tenant.admin.post<{ key: string }>('/v1/api-keys', body)).body;
    const { page } = await app.openPage('tenant_admin', keys);
    const row = page.getByRole('row', { name: 'quiet' });
    await row.getByRole('cell', { name: 'never', exact: true }).first().waitFor();
    await app.tenant.admin.as(key).get('/v1/config');
    await waitFor(async () => (await lastUseOf('quiet')) !== null, { what: 'the use is recorded' });
    await row.getByRole('button', { name: 'Revoke' }).click();
    await page.getByRole('dialog').getByText('It was last used').waitFor();
  });

  it('tells members why they see no keys', async () => {
    const console = await app.openPage('member', keys);
    await console.page.getByText('Only admins of the tenant see this, and you are a member.').waitFor();
    await checkPage(console);
  });
});

let receiver: WebhookReceiver;
beforeAll(async () => {
  receiver = await WebhookReceiver.start();
});
afterAll(() => receiver.close());

describe('The webhooks of a tenant', () => {
  it('makes a webhook with its secret, sends a test that the secret verifies, and sends it again', async () => {
    const console = await app.openPage('tenant_admin', '/tenants/acme-law/webhooks');
    const { page } = console;
    await page.getByRole('button', { name: 'Make a webhook' }).click();
    await page.getByLabel('Address').fill(receiver.url);
    await page.getByLabel('config.updated').check();
    await page.getByRole('button', { name: 'Make 1 webhook' }).click();
    const secret = await page.locator('[data-secret]').innerText();
    await page.getByLabel('I have stored it').check();
    await page.getByRole('dialog').getByRole('button', { name: 'Close' }).click();
    await page.getByText(`The webhook ${receiver.url} is made.`).waitFor();
    await page.getByRole('link', { name: receiver.url }).click();
    await page.getByRole('button', { name: 'Send a test' }).click();
    await page.getByRole('button', { name: 'Send 1 event' }).click();
    const row = page.getByRole('row', { name: 'delivered' });
    await row.waitFor();
    verify(secret, receiver.attempts[0]!);
    await console.settle();
    await checkPage(console);
    await row.getByRole('button', { name: 'Send again' }).click();
    await page.getByRole('button', { name: 'Send 1 event' }).click();
    await waitFor(() => receiver.attempts.length === 2, { what: 'the event arrives again' });
  });

  it('a stopped webhook sends nothing again, and an undo that the service refuses is told', async () => {
    const { id, admin, adminKey } = await app.createTenant();
    const body = { url: receiver.url, events: ['config.updated'] };
    const { id: webhookId } = (await admin.post<{ id: string }>('/v1/webhooks', body)).body;
    await admin.post(`/v1/webhooks/${webhookId}/test`);
    const { page } = await app.openPage({ key: adminKey }, `/tenants/${id}/webhooks/${webhookId}`);
    await page.getByRole('button', { name: 'Stop' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Stop' }).click();
    await page.locator('[aria-disabled=true]', { hasText: 'Send again' }).waitFor();
    await admin.del(`/v1/webhooks/${webhookId}`);
    await page.getByRole('button', { name: 'Undo' }).click();
    await page.getByText('It is not undone.').waitFor();
  });
});

describe('A delivery', () => {
  it('a delivery is closed by Back, and opened by its link', async () => {
    const { id, admin, adminKey } = await app.createTenant();
    const body = { url: receiver.url, events: ['config.updated'] };
    const { id: webhookId } = (await admin.post<{ id: string }>('/v1/webhooks', body)).body;
    await admin.post(`/v1/webhooks/${webhookId}/test`);
    const path = `/tenants/${id}/webhooks/${webhookId}`;
    const console = await app.openPage({ key: adminKey }, path);
    const { page } = console;
    const details = page.getByRole('dialog').getByText('webhook-id');
    await page.getByRole('button', { name: 'Details' }).click();
    await details.waitFor();
    const { search } = new URL(page.url());
    await page.goBack();
    await details.waitFor({ state: 'detached' });
    expect(new URL(page.url()).pathname).toBe(path);
    await console.open(path + search);
    await details.waitFor();
  });
});

describe('The webhooks of the platform', () => {
  it('a webhook of the platform is made, changed and tested, and its delivery shows what was sent and answered', async () => {
    const console = await app.openPage('platform_admin', '/platform-webhooks');
    const { page } = console;
    await page.getByRole('button', { name: 'Make a webhook' }).click();
    await page.getByLabel('Address').fill(receiver.url);
    await page.getByLabel('rollout.started').check();
    await page.getByRole('button', { name: 'Make 1 webhook' }).click();
    await page.getByLabel('I have stored it').check();
    await page.getByRole('dialog').getByRole('button', { name: 'Close' }).click();
    await page.getByRole('button', { name: receiver.url }).click();
    await page.getByRole('button', { name: 'Change', exact: true }).click();
    await page.getByLabel('bulk.finished').check();
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('row', { name: receiver.url }).getByText('rollout.started, bulk.finished').waitFor();
    await page.getByRole('button', { name: 'Send a test' }).click();
    await page.getByRole('button', { name: 'Send 1 event' }).click();
    await page.getByRole('row', { name: 'delivered' }).getByRole('button', { name: 'Details' }).click();
    await page.getByRole('dialog').getByText('Answered 204.').waitFor();
    await console.settle();
    await checkPage(console);
  });
});
