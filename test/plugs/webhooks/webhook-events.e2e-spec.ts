import { webhookEvents } from '#plugs';
import { waitFor } from '#testing';
import { runBulkUpdate } from '../../e2e/bulk/bulk-operations.js';
import { aRolloutRequest, rolloutsPath } from '../../e2e/rollouts/rollout-requests.js';
import { type TestTenant, useTestApp } from '../../app/test-app.js';
import { createWebhook, listDeliveries } from './webhook-requests.js';
import { type ReceivedEvent, WebhookReceiver } from './webhook-receiver.js';

const app = useTestApp('told', { EGRESS_ALLOW: '127.0.0.1' });
const platformPath = '/v1/platform/webhooks';
const allEvents = webhookEvents.map(({ name }) => name);
const tenantEvents = webhookEvents
  .filter(({ isForPlatformOnly }) => !isForPlatformOnly)
  .map(({ name }) => name);

let tenant: TestTenant;
let other: TestTenant;
let ofPlatform: WebhookReceiver;
let ofTenant: WebhookReceiver;

beforeAll(async () => {
  [tenant, other] = [await app.createTenant(), await app.createTenant()];
  [ofPlatform, ofTenant] = [await WebhookReceiver.start(), await WebhookReceiver.start()];
  await createWebhook(app.platform, { url: ofPlatform.url, events: allEvents }, platformPath);
  await createWebhook(tenant.admin, { url: ofTenant.url, events: tenantEvents });
});
afterAll(() => {
  ofPlatform.close();
  ofTenant.close();
});

/** The data have exactly the members that the OpenAPI document promises. */
function expectPromisedData({ type, data }: ReceivedEvent): void {
  const promised = webhookEvents.find(({ name }) => name === type)!;
  const members = ['tenant_id', 'actor', 'request_id', ...Object.keys(promised.data)].toSorted();
  expect([type, Object.keys(data).toSorted()]).toEqual([type, members]);
}

async function expectOnBoth(type: string, expected: object): Promise<void> {
  for (const receiver of [ofPlatform, ofTenant])
    expect(await receiver.dataOf(type)).toMatchObject({ tenant_id: tenant.id, ...expected });
}

/** A quota of 100 queries, all of them asked today. */
async function useQuotaUp({ id, member }: TestTenant): Promise<void> {
  await app.platform.patch(`/v1/platform/tenants/${id}/config`, { max_queries_per_day: 100 });
  expect((await member.post('/v1/query', { question: 'Is it there?' })).status).toBe(200);
  await app.asSuperuser('UPDATE quota_counters SET queries = 100 WHERE tenant_id = $1', [id]);
}

async function spend({ id }: TestTenant, usd: number): Promise<void> {
  const sql = 'UPDATE budget_months SET spent_nano_usd = $2::bigint * 1000000000 WHERE tenant_id = $1';
  await app.asSuperuser(sql, [id, usd]);
}

const byAdmin = (): string => `key:${tenant.adminKeyId}`;

describe('webhooks', () => {
  it('receive changes of configurations, however they were made', async () => {
    const { admin } = tenant;
    await admin.patch('/v1/config', { prompt_variables: { tone: 'private words' }, temperature: 0.5 });
    await expectOnBoth('config.updated', {
      version: 2,
      changed: ['prompt_variables', 'temperature'],
      actor: byAdmin(),
      request_id: expect.any(String),
    });
    await admin.post('/v1/config/rollback', { steps: 1 });
    await expectOnBoth('config.rolled_back', { version: 3, changed: ['prompt_variables', 'temperature'] });
    await app.asSuperuser(
      `UPDATE tenant_configurations SET override_allowed = false WHERE tenant_id = '${tenant.id}'`,
    );
    const bySql = await waitFor(() => ofTenant.events.find(({ data }) => data['version'] === 4));
    expect(bySql).toMatchObject({
      type: 'config.updated',
      data: { changed: ['override_allowed'], actor: expect.stringMatching(/^db:/), request_id: null },
    });
  });

  it('receive that a change was requested, and how it was decided', async () => {
    const { admin } = tenant;
    await admin.patch('/v1/config', { override_allowed: true });
    const path = '/v1/config/change-requests';
    const ask = async (temperature: number) =>
      (await admin.post<{ id: string }>(path, { temperature })).body.id;
    const approved = await ask(0.11);
    await expectOnBoth('change_request.created', {
      change_request_id: approved,
      changed: ['temperature'],
      actor: byAdmin(),
    });
    // As if another person had made the key of the tenant's admin.
    await app.asSuperuser(`UPDATE change_requests SET requester_makers = '{db:operator}'`);
    const decisions = `/v1/platform/change-requests`;
    const decided = await app.platform.post(`${decisions}/${approved}/approve`, { comment: 'private words' });
    expect(decided.status).toBe(200);
    await expectOnBoth('change_request.approved', { change_request_id: approved });
    const rejected = await ask(0.12);
    await app.platform.post(`${decisions}/${rejected}/reject`, { comment: 'private words' });
    await expectOnBoth('change_request.rejected', { change_request_id: rejected });
    const voided = await ask(0.13);
    await app.asSuperuser(`UPDATE change_requests SET state = 'void', void_reason = 'private words', decided_by = 'system',
      decided_at = now() WHERE id = '${voided}'`);
    await expectOnBoth('change_request.void', { change_request_id: voided, actor: 'system' });
  });

  it('receive rollouts and bulk operations only if they are the platform’s', async () => {
    const start = async () => {
      const request = aRolloutRequest({ selector: { tenant_ids: [other.id] } });
      return (await app.platform.post<{ id: string }>(rolloutsPath, request)).body.id;
    };
    const aborted = await start();
    await app.platform.post(`${rolloutsPath}/${aborted}/abort`);
    const stopped = await start();
    await app.asSuperuser(
      `UPDATE rollouts SET state = 'stopped', stop_reason = 'slow', finished_at = now() WHERE id = '${stopped}'`,
    );
    const promoted = await start();
    await app.platform.post(`${rolloutsPath}/${promoted}/promote`);
    expect(await ofPlatform.dataOf('rollout.started')).toMatchObject({
      tenant_id: null,
      rollout_id: aborted,
      changed: ['retrieval_top_k'],
    });
    expect(await ofPlatform.dataOf('rollout.aborted')).toMatchObject({ rollout_id: aborted });
    expect(await ofPlatform.dataOf('rollout.stopped')).toMatchObject({ rollout_id: stopped, reason: 'slow' });
    expect(await ofPlatform.dataOf('rollout.promoted')).toMatchObject({
      rollout_id: promoted,
      bulk_id: expect.any(String),
    });
    const { id } = await runBulkUpdate(app.platform, {
      selector: { tenant_ids: [tenant.id] },
      changes: { max_tokens: 717 },
    });
    const finished = await waitFor(() =>
      ofPlatform.events.find(({ type, data }) => type === 'bulk.finished' && data['bulk_id'] === id),
    );
    expect(finished.data).toMatchObject({ state: 'completed', updated: 1, changed: ['max_tokens'] });
    const updated = await waitFor(() => ofTenant.events.find(({ data }) => data['bulk_id'] === id));
    expect(updated).toMatchObject({ type: 'config.updated', data: { changed: ['max_tokens'] } });
  });

  it('receive once that a quota is used up and that a budget has reached a threshold', async () => {
    const { member } = tenant;
    await useQuotaUp(tenant);
    expect((await member.post('/v1/query', { question: 'Is it there?' })).status).toBe(429);
    await expectOnBoth('quota.exhausted', { limit: 100, used: 100, actor: 'system' });
    await spend(tenant, 410);
    await expectOnBoth('budget.threshold', { threshold_percent: 80, budget_usd: 500, spent_usd: 410 });
    // The next round of every replica notices both again.
    expect((await member.post('/v1/query', { question: 'Is it there?' })).status).toBe(429);
    await spend(tenant, 510);
    await useQuotaUp(other);
    await spend(other, 410);
    await waitFor(() => ofTenant.events.some(({ data }) => data['threshold_percent'] === 100));
    const types = ofTenant.events.map(({ type }) => type);
    expect(types.filter((type) => /budget|quota/.test(type))).toEqual([
      'quota.exhausted',
      'budget.threshold',
      'budget.threshold',
    ]);
    // The platform hears of a tenant also after another one reached the same limits.
    for (const wanted of ['quota.exhausted', 'budget.threshold'])
      await waitFor(() =>
        ofPlatform.events.some(({ type, data }) => type === wanted && data['tenant_id'] === other.id),
      );
  });

  it('receive what happened to documents and keys', async () => {
    const { admin } = tenant;
    const document = { id: 'vault', title: 'private words', text: 'private words' };
    await admin.post('/v1/documents', document);
    await expectOnBoth('document.indexed', { doc_id: 'vault', chunks: 1, actor: byAdmin() });
    await app.asSuperuser(
      `SET app.tenant_id = '${tenant.id}'; SELECT attune_tell_of_failed_documents('{vault}', 'upstream-failed')`,
    );
    await expectOnBoth('document.failed', { doc_id: 'vault', reason: 'upstream-failed' });
    const { body } = await admin.post<{ id: string }>('/v1/api-keys', { name: 'new', role: 'member' });
    await expectOnBoth('key.created', { key_id: body.id, role: 'member' });
    await admin.del(`/v1/api-keys/${body.id}`);
    await expectOnBoth('key.revoked', { key_id: body.id });
  });

  it('receive that another webhook is disabled, and that their tenant is suspended', async () => {
    const gone = await WebhookReceiver.start();
    gone.answer = (response) => response.writeHead(410).end();
    const { id } = await createWebhook(tenant.admin, { url: gone.url, events: ['tenant.suspended'] });
    await app.platform.patch(`/v1/platform/tenants/${tenant.id}`, { status: 'suspended' });
    await expectOnBoth('tenant.suspended', {});
    await expectOnBoth('webhook.failing', { webhook_id: id, state: 'disabled' });
    gone.close();
  });

  it('receive every event with the data that the OpenAPI document promises, and no words of the tenant', async () => {
    for (const [receiver, names] of [
      [ofPlatform, allEvents],
      [ofTenant, tenantEvents],
    ] as const) {
      receiver.events.forEach(expectPromisedData);
      expect(new Set(receiver.events.map(({ type }) => type))).toEqual(new Set(names));
      expect(JSON.stringify(receiver.attempts)).not.toContain('private words');
    }
    const tenants = new Set(ofTenant.events.map(({ data }) => data['tenant_id']));
    expect([...tenants]).toEqual([tenant.id]);
    const page = await listDeliveries(app.platform, (await platformWebhook()).id, platformPath);
    expect(page.filter(({ state }) => state !== 'delivered')).toEqual([]);
  });
});

async function platformWebhook(): Promise<{ id: string }> {
  const { body } = await app.platform.get<{ items: { id: string }[] }>(platformPath);
  return body.items[0]!;
}
