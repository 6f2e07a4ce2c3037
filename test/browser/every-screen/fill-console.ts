import { type ApiClient, type ApiResponse, waitFor } from '#testing';
import type { TestTenant } from '../../app/test-app.js';
import { type ScreenIds, webhookUrl } from './screens.js';

const events = ['config.updated'];

async function create<T>(client: ApiClient, path: string, body: object): Promise<T> {
  const response = (await client.post<T>(path, body)) as ApiResponse<T>;
  if (response.status >= 300) throw new Error(`POST ${path}: ${JSON.stringify(response.body)}`);
  return response.body;
}

/** Gives a tenant something to show on each of its screens. */
export async function fillTenant({ id, admin }: TestTenant): Promise<ScreenIds> {
  await create(admin, '/v1/documents', { id: 'refunds', title: 'Refunds', text: 'Within 14 days.' });
  await create(admin, '/v1/query', { question: 'When are refunds paid?' });
  await create(admin, '/v1/golden-questions', {
    question: 'When are refunds paid?',
    expect_sources: ['refunds'],
  });
  await admin.patch('/v1/config', { temperature: 0.3, reason: 'calmer answers' });
  await create(admin, '/v1/config/change-requests', { temperature: 0.2, reason: 'calmer still' });
  const webhook = await create<{ id: string }>(admin, '/v1/webhooks', { url: webhookUrl, events });
  return { tenantId: id, docId: 'refunds', webhookId: webhook.id };
}

/** Gives the platform something to show on each of its screens. */
export async function fillPlatform(platform: ApiClient, tenant: TestTenant): Promise<ScreenIds> {
  const ids = await fillTenant(tenant);
  const bulk = await create<{ id: string }>(platform, '/v1/platform/bulk-updates', {
    selector: { all: true },
    changes: { max_tokens: 900 },
    reason: 'cheaper answers',
  });
  await waitFor(
    async () =>
      (await platform.get<{ state: string }>(`/v1/platform/bulk-updates/${bulk.id}`)).body.state ===
      'completed',
    { what: 'the bulk update ends' },
  );
  const rollout = await create<{ id: string }>(platform, '/v1/platform/rollouts', {
    name: 'more chunks',
    selector: { all: true },
    changes: { retrieval_top_k: 9 },
    unit: 'tenant',
    percentage: 100,
    guardrails: { min_samples: 10 },
  });
  await create(platform, '/v1/platform/webhooks', { url: webhookUrl, events });
  const connection = { label: 'Kept', issuer: 'https://login.example', client_id: 'attune' };
  await platform.put('/v1/platform/identity/connections/kept', connection);
  return {
    ...ids,
    'bulk-updates': bulk.id,
    rollouts: rollout.id,
    plan: 'pro',
    models: 'gpt-4',
    identity: 'kept',
  };
}
