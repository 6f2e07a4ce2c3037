import { expectProblem } from '../../app/expect-problem.js';
import { type TestTenant, fieldErrorsIn, type Problem, useTestApp } from '../../app/test-app.js';
import { type WebhookBody, createWebhook, listDeliveries } from './webhook-requests.js';
import { WebhookReceiver } from './webhook-receiver.js';

interface DeliveryPage {
  readonly items: readonly { readonly id: string }[];
  readonly next_cursor: string | null;
}

const app = useTestApp('hooked', { EGRESS_ALLOW: '127.0.0.1' });
let tenant: TestTenant;
let receiver: WebhookReceiver;

beforeEach(async () => {
  tenant = await app.createTenant();
  receiver = await WebhookReceiver.start();
});
afterEach(() => receiver.close());

const events = ['config.updated'];

describe('/v1/webhooks', () => {
  it('shows a secret only when it is made, and changes what PATCH names', async () => {
    const { id, secret } = await createWebhook(tenant.admin, { url: receiver.url, events });
    const changed = await tenant.admin.patch(`/v1/webhooks/${id}`, {
      events: ['key.created', 'key.created'],
    });
    expect(changed.body).toMatchObject({ url: receiver.url, events: ['key.created'], state: 'active' });
    const { body } = await tenant.admin.get<{ items: WebhookBody[] }>('/v1/webhooks');
    expect(body.items.map((webhook) => webhook.id)).toEqual([id]);
    const path = `/v1/platform/tenants/${tenant.id}/webhooks`;
    for (const answer of [changed, await app.platform.get(path), await app.platform.get(`${path}/${id}`)]) {
      expect(answer.status).toBe(200);
      expect(JSON.stringify(answer.body)).not.toContain('whsec_');
    }
    expect(secret).toBeTruthy();
    expect((await tenant.admin.del(`/v1/webhooks/${id}`)).status).toBe(204);
    expectProblem(await tenant.admin.get(`/v1/webhooks/${id}`), 404, 'not-found');
  });

  it.each([
    ['an address in the private network', { url: 'http://10.0.0.1/hook' }, 'url: pattern'],
    ['an IPv6 address that maps a private one', { url: 'http://[::ffff:192.168.0.1]/' }, 'url: pattern'],
    ['the address of cloud metadata', { url: 'http://169.254.169.254/latest' }, 'url: pattern'],
    ['the loopback address of IPv6', { url: 'http://[::1]:3000/' }, 'url: pattern'],
    ['a password in the address', { url: 'https://user:pass@hooks.example/' }, 'url: pattern'],
    ['another protocol', { url: 'ftp://hooks.example/' }, 'url: pattern'],
    ['an event that does not exist', { events: ['config.exploded'] }, 'events.0: enum'],
    ['an event of the platform', { events: ['rollout.started'] }, 'events.0: enum'],
    ['no events', { events: [] }, 'events: min'],
  ])('refuses %s', async (_what, faulty, expected) => {
    const request = { url: 'https://hooks.example/', events, ...faulty };
    const answer = await tenant.admin.post<Problem>('/v1/webhooks', request);
    expectProblem(answer, 400, 'invalid-input');
    expect(fieldErrorsIn(answer.body)).toEqual([expected]);
  });

  it('refuses a webhook beyond the twentieth', async () => {
    for (let count = 0; count < 20; count += 1)
      await createWebhook(tenant.admin, { url: receiver.url, events });
    expectProblem(await tenant.admin.post('/v1/webhooks', { url: receiver.url, events }), 409, 'conflict');
  });

  it('lists the deliveries of a webhook in pages, also those that one change made', async () => {
    const { id } = await createWebhook(tenant.admin, { url: receiver.url, events });
    await app.asSuperuser(
      `INSERT INTO webhook_deliveries (webhook_id, is_platform, tenant_id, event, data, state, next_attempt_at)
      SELECT $1, false, $2, 'config.updated', '{}', 'failed', NULL FROM generate_series(1, 5)`,
      [id, tenant.id],
    );
    const read = async (query: string): Promise<string[]> => {
      const { body } = await tenant.admin.get<DeliveryPage>(`/v1/webhooks/${id}/deliveries?limit=2${query}`);
      const ids = body.items.map((delivery) => delivery.id);
      return body.next_cursor === null ? ids : [...ids, ...(await read(`&cursor=${body.next_cursor}`))];
    };
    const whole = (await listDeliveries(tenant.admin, id)).map((delivery) => delivery.id);
    expect(whole).toHaveLength(5);
    expect(await read('')).toEqual(whole);
  });

  it('hides the webhooks of others: another tenant’s, and the platform’s', async () => {
    const { id } = await createWebhook(tenant.admin, { url: receiver.url, events });
    const platformBase = '/v1/platform/webhooks';
    const ofPlatform = await createWebhook(app.platform, { url: receiver.url, events }, platformBase);
    const other = await app.createTenant();
    await other.admin.patch('/v1/config', { max_tokens: 716 });
    for (const [client, path] of [
      [other.admin, `/v1/webhooks/${id}`],
      [other.admin, `/v1/webhooks/${ofPlatform.id}`],
      [tenant.admin, `/v1/webhooks/${ofPlatform.id}`],
      [app.platform, `${platformBase}/${id}`],
    ] as const) {
      expectProblem(await client.get(path), 404, 'not-found');
      expectProblem(await client.get(`${path}/deliveries`), 404, 'not-found');
      expectProblem(await client.patch(path, { state: 'disabled' }), 404, 'not-found');
      expectProblem(await client.post(`${path}/test`), 404, 'not-found');
      expectProblem(await client.post(`${path}/rotate-secret`), 404, 'not-found');
      expectProblem(await client.del(path), 404, 'not-found');
    }
    expectProblem(await tenant.member.get('/v1/webhooks'), 403, 'forbidden');
    const [delivery] = await listDeliveries(app.platform, ofPlatform.id, platformBase);
    expect(delivery).toMatchObject({ tenant_id: other.id, event: 'config.updated' });
    const foreign = `/v1/webhooks/${id}/deliveries/${delivery!.id}/replay`;
    expectProblem(await tenant.admin.post(foreign), 404, 'not-found');
    await app.platform.del(`${platformBase}/${ofPlatform.id}`);
  });
});
