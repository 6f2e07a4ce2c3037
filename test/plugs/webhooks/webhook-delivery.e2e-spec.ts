import { expectProblem } from '../../app/expect-problem.js';
import { type TestTenant, useTestApp } from '../../app/test-app.js';
import {
  type DeliveryBody,
  type WebhookBody,
  createWebhook,
  listDeliveries,
  waitForDelivery,
} from './webhook-requests.js';
import { WebhookReceiver, verify } from './webhook-receiver.js';

const app = useTestApp('hooked', { EGRESS_ALLOW: '127.0.0.1' });
let tenant: TestTenant;
let receiver: WebhookReceiver;

beforeEach(async () => {
  tenant = await app.createTenant();
  receiver = await WebhookReceiver.start();
});
afterEach(() => receiver.close());

const events = ['config.updated'];

async function changeConfig(maxTokens: number): Promise<void> {
  expect((await tenant.admin.patch('/v1/config', { max_tokens: maxTokens })).status).toBe(200);
}

/** Makes the next attempt of every delivery due. */
async function makeDue(): Promise<void> {
  await app.asSuperuser(`UPDATE webhook_deliveries SET next_attempt_at = now() WHERE state = 'pending'`);
}

describe('a webhook', () => {
  it('receives a signed event after a change, with what changed and which request did it', async () => {
    const { id, secret } = await createWebhook(tenant.admin, { url: receiver.url, events });
    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    const { headers } = await tenant.admin.patch('/v1/config', { max_tokens: 700, temperature: 0.3 });
    await receiver.waitForAttempts(1);
    const [attempt] = receiver.attempts;
    expect(verify(secret, attempt!)).toEqual({
      type: 'config.updated',
      timestamp: expect.stringMatching(/^20.*Z$/),
      data: {
        tenant_id: tenant.id,
        version: 2,
        changed: ['max_tokens', 'temperature'],
        bulk_id: null,
        actor: `key:${tenant.adminKeyId}`,
        request_id: headers.get('x-request-id'),
      },
    });
    const delivery = await waitForDelivery(tenant.admin, id, ({ state }) => state === 'delivered');
    expect(delivery).toMatchObject({
      id: attempt!.headers['webhook-id'],
      event: 'config.updated',
      attempts: [{ status: 204, error: null, response: '', latency_ms: expect.any(Number) }],
      next_attempt_at: null,
    });
  });

  it('receives another attempt with the same webhook-id and a new timestamp after a failure', async () => {
    receiver.answer = (response) => response.writeHead(500).end('no whsec_abc= today');
    const { id, secret } = await createWebhook(tenant.admin, { url: receiver.url, events });
    await changeConfig(701);
    const failed = await waitForDelivery(tenant.admin, id, ({ attempts }) => attempts.length === 1);
    expect(failed).toMatchObject({
      state: 'pending',
      attempts: [{ status: 500, response: 'no whsec_… today' }],
      next_attempt_at: expect.any(String),
    });
    receiver.answer = (response) => response.writeHead(200).end('ok');
    await receiver.waitForAttempts(2);
    const [first, second] = receiver.attempts;
    expect(second!.headers['webhook-id']).toBe(first!.headers['webhook-id']);
    expect(second!.body).toBe(first!.body);
    verify(secret, second!);
    expect(Number(second!.headers['webhook-timestamp'])).toBeGreaterThan(
      Number(first!.headers['webhook-timestamp']),
    );
    await waitForDelivery(tenant.admin, id, ({ state }) => state === 'delivered');
  });

  it('waits as long as Retry-After asks, with all of its deliveries', async () => {
    receiver.answer = (response) => response.writeHead(429, { 'retry-after': '3600' }).end();
    const { id } = await createWebhook(tenant.admin, { url: receiver.url, events });
    await changeConfig(702);
    const { next_attempt_at: next } = await waitForDelivery(
      tenant.admin,
      id,
      ({ attempts }) => attempts.length === 1,
    );
    expect(Date.parse(next!) - Date.now()).toBeGreaterThan(3_000_000);
    await changeConfig(703);
    const other = await createWebhook(tenant.admin, { url: `${receiver.url}?other`, events });
    receiver.answer = (response) => response.writeHead(204).end();
    await changeConfig(704);
    await waitForDelivery(tenant.admin, other.id, ({ state }) => state === 'delivered');
    const states = (await listDeliveries(tenant.admin, id)).map(({ attempts }) => attempts.length);
    expect(states).toEqual([0, 0, 1]);
  });

  it('receives nothing any more after it answered 410, and another webhook of its tenant receives webhook.failing', async () => {
    const watcher = await createWebhook(tenant.admin, {
      url: `${receiver.url}?watcher`,
      events: ['webhook.failing'],
    });
    const gone = await WebhookReceiver.start();
    gone.answer = (response) => response.writeHead(410).end();
    const { id } = await createWebhook(tenant.admin, { url: gone.url, events });
    await changeConfig(705);
    const data = await receiver.dataOf('webhook.failing');
    expect(data).toMatchObject({ tenant_id: tenant.id, webhook_id: id, state: 'disabled', actor: 'system' });
    verify(watcher.secret, receiver.attempts[0]!);
    const { body } = await tenant.admin.get<WebhookBody>(`/v1/webhooks/${id}`);
    expect(body).toMatchObject({ state: 'disabled', state_reason: expect.stringContaining('410') });
    await changeConfig(706);
    expect(await listDeliveries(tenant.admin, id)).toHaveLength(1);
    gone.answer = (response) => response.writeHead(204).end();
    const enabled = await tenant.admin.patch<WebhookBody>(`/v1/webhooks/${id}`, { state: 'active' });
    expect(enabled.body).toMatchObject({ state: 'active', state_reason: null, failing_since: null });
    await changeConfig(707);
    await waitForDelivery(tenant.admin, id, ({ state }) => state === 'delivered');
    gone.close();
  });

  it('fails after five minutes without a success, and is active again with the next one', async () => {
    receiver.answer = (response) => response.writeHead(500).end();
    const { id } = await createWebhook(tenant.admin, { url: receiver.url, events });
    await changeConfig(708);
    await waitForDelivery(tenant.admin, id, ({ attempts }) => attempts.length === 1);
    await app.asSuperuser(`UPDATE webhooks SET failing_since = now() - interval '6 minutes'`);
    await makeDue();
    await waitForDelivery(tenant.admin, id, ({ attempts }) => attempts.length === 2);
    expect((await tenant.admin.get(`/v1/webhooks/${id}`)).body).toMatchObject({
      state: 'failing',
      state_reason: expect.stringContaining('500'),
    });
    const metrics = await app.platform.get<string>('/metrics');
    expect(metrics.body).toMatch(/attune_webhook_attempts_total\{outcome="retry"\} [1-9]/);
    receiver.answer = (response) => response.writeHead(204).end();
    await makeDue();
    await waitForDelivery(tenant.admin, id, ({ state }) => state === 'delivered');
    expect((await tenant.admin.get(`/v1/webhooks/${id}`)).body).toMatchObject({
      state: 'active',
      failing_since: null,
    });
  });

  it('a webhook ends a delivery after ten attempts, and is disabled if nothing has succeeded for 72 hours', async () => {
    receiver.answer = (response) => response.writeHead(500).end();
    const { id } = await createWebhook(tenant.admin, { url: receiver.url, events });
    await changeConfig(709);
    await waitForDelivery(tenant.admin, id, ({ attempts }) => attempts.length === 1);
    await app.asSuperuser(
      `UPDATE webhook_deliveries SET attempt_count = 9 WHERE webhook_id = $1 AND state = 'pending'`,
      [id],
    );
    await app.asSuperuser(`UPDATE webhooks SET failing_since = now() - interval '73 hours'`);
    await makeDue();
    const ended = await waitForDelivery(tenant.admin, id, ({ state }) => state === 'failed');
    expect(ended.next_attempt_at).toBeNull();
    expect((await tenant.admin.get(`/v1/webhooks/${id}`)).body).toMatchObject({ state: 'disabled' });
    expectProblem(
      await tenant.admin.post(`/v1/webhooks/${id}/deliveries/${ended.id}/replay`),
      409,
      'conflict',
    );
  });

  it('delivers again what is replayed, with the same webhook-id', async () => {
    const { id } = await createWebhook(tenant.admin, { url: receiver.url, events });
    await changeConfig(710);
    const { id: delivery } = await waitForDelivery(tenant.admin, id, ({ state }) => state === 'delivered');
    const replayed = await tenant.admin.post(`/v1/webhooks/${id}/deliveries/${delivery}/replay`);
    expect([replayed.status, replayed.headers.get('location')]).toEqual([
      202,
      `/v1/webhooks/${id}/deliveries`,
    ]);
    expect(replayed.body).toMatchObject({ id: delivery, state: 'pending' });
    await receiver.waitForAttempts(2);
    expect(receiver.attempts.map(({ headers }) => headers['webhook-id'])).toEqual([delivery, delivery]);
    await waitForDelivery(tenant.admin, id, ({ attempts }) => attempts.length === 2);
  });

  it('receives two signatures after a rotation of its secret, and later only that of the new secret', async () => {
    const { id, secret } = await createWebhook(tenant.admin, { url: receiver.url, events });
    const rotated = await tenant.admin.post<WebhookBody>(`/v1/webhooks/${id}/rotate-secret`);
    expect(rotated.status).toBe(200);
    await changeConfig(711);
    await receiver.waitForAttempts(1);
    expect(verify(secret, receiver.attempts[0]!)).toEqual(verify(rotated.body.secret, receiver.attempts[0]!));
    await app.asSuperuser(`UPDATE webhooks SET rotation_ends_at = now() WHERE id = $1`, [id]);
    await changeConfig(712);
    await receiver.waitForAttempts(2);
    verify(rotated.body.secret, receiver.attempts[1]!);
    expect(() => verify(secret, receiver.attempts[1]!)).toThrow('No matching signature');
  });

  it('reaches no address that is private at the time of the attempt', async () => {
    const { id } = await createWebhook(tenant.admin, { url: receiver.url, events });
    const moved = receiver.url.replace('127.0.0.1', '127.0.0.2');
    await app.asSuperuser('UPDATE webhooks SET url = $2 WHERE id = $1', [id, moved]);
    const { body } = await tenant.admin.post<DeliveryBody>(`/v1/webhooks/${id}/test`);
    expect(body.attempts[0]).toMatchObject({
      status: null,
      error: 'The address is not public, and EGRESS_ALLOW does not allow it.',
    });
    expect(receiver.attempts).toEqual([]);
  });

  it('can be tested while it is disabled, and the test answers how it went', async () => {
    const { id, secret } = await createWebhook(tenant.admin, { url: receiver.url, events });
    await tenant.admin.patch(`/v1/webhooks/${id}`, { state: 'disabled' });
    const passed = await tenant.admin.post(`/v1/webhooks/${id}/test`);
    expect([passed.status, passed.body]).toEqual([
      200,
      expect.objectContaining({ event: 'webhook.test', state: 'delivered', next_attempt_at: null }),
    ]);
    expect(verify(secret, receiver.attempts[0]!)).toMatchObject({
      type: 'webhook.test',
      data: { tenant_id: tenant.id, webhook_id: id },
    });
    receiver.answer = (response) => response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end();
    const failed = await tenant.admin.post(`/v1/webhooks/${id}/test`);
    expect(failed.body).toMatchObject({
      state: 'failed',
      attempts: [{ status: null, error: 'The receiver answered with a redirect, which is not followed.' }],
    });
    expect(receiver.attempts).toHaveLength(2);
  });

  it('can be tested ten times a minute, then the answer is 429', async () => {
    const { id } = await createWebhook(tenant.admin, { url: receiver.url, events });
    const test = () => tenant.admin.post(`/v1/webhooks/${id}/test`);
    for (let count = 0; count < 10; count += 1) expect((await test()).status).toBe(200);
    const refused = await test();
    expect([refused.status, refused.body, Number(refused.headers.get('retry-after')) > 0]).toEqual([
      429,
      expect.objectContaining({ type: '/problems/rate-limited', limit: 10, remaining: 0 }),
      true,
    ]);
    expect(receiver.attempts).toHaveLength(10);
  });

  it('does not wait for another webhook that never answers', async () => {
    const slow = await WebhookReceiver.start();
    slow.answer = () => undefined;
    await createWebhook(tenant.admin, { url: slow.url, events });
    const { id } = await createWebhook(tenant.admin, { url: receiver.url, events });
    for (const maxTokens of [713, 714, 715]) await changeConfig(maxTokens);
    await receiver.waitForAttempts(3);
    await waitForDelivery(tenant.admin, id, ({ state }) => state === 'delivered');
    // The slow one was asked first and has not answered yet.
    await slow.waitForAttempts(1);
    const [ended] = await app.asSuperuser<{ count: number }>(
      `SELECT count(*)::int AS count FROM webhook_deliveries WHERE tenant_id = $1 AND jsonb_array_length(attempts) > 0`,
      [tenant.id],
    );
    expect(ended!.count).toBe(3);
    slow.close();
  });
});
