import { type ApiClient, signIn, waitFor } from '#testing';
import { type TestTenant, getHistory } from '../../app/test-app.js';

export const marker = 'marker7f3a91c';
export const idempotencyHeaders = { 'idempotency-key': `${marker}-once` };

/** What of the victim an intruder might name. */
export interface MarkedIds {
  readonly cursors: readonly string[];
  readonly changeRequest: string;
  readonly goldenQuestion: string;
  readonly webhook: string;
  readonly delivery: string;
  readonly session: string;
}

interface Responded {
  readonly status: number;
  readonly body: unknown;
}

/** Gives the victim something of everything that a tenant can have, with a marker that must never come back to others. */
export async function storeMarkedData(platform: ApiClient, victim: TestTenant): Promise<MarkedIds> {
  const responses = [
    ...(await storeMarkedSettings(victim)),
    ...(await storeMarkedResources(victim)),
    ...(await sendMarkedRequests(victim)),
  ];
  expect(responses.map(({ status }) => status)).toEqual([
    200, 200, 200, 201, 201, 201, 201, 201, 201, 201, 201, 200, 200, 200, 200,
  ]);
  expect(JSON.stringify(responses.at(-1)?.body)).toContain(marker);
  await storeMarkedJobs(victim);
  await storeMarkedDataAsPlatform(platform);
  const { admin } = victim;
  const lists = ['config/history', 'documents', 'api-keys', 'config/change-requests', 'golden-questions'];
  const pages = await Promise.all(
    lists.map((path) => admin.get<{ items: { id: string }[]; next_cursor: string }>(`/v1/${path}?limit=1`)),
  );
  const [changeRequest, goldenQuestion] = pages.slice(-2).map(({ body }) => body.items[0]!.id);
  return {
    cursors: pages.map(({ body }) => body.next_cursor),
    changeRequest: changeRequest!,
    goldenQuestion: goldenQuestion!,
    ...(await readWebhookIds(admin)),
    session: await storeMarkedSession(victim),
  };
}

async function readWebhookIds(admin: ApiClient): Promise<Pick<MarkedIds, 'webhook' | 'delivery'>> {
  const webhooks = await admin.get<{ items: { id: string }[] }>('/v1/webhooks');
  const { id } = webhooks.body.items[0]!;
  const deliveries = await admin.get<{ items: { id: string }[] }>(`/v1/webhooks/${id}/deliveries`);
  return { webhook: id, delivery: deliveries.body.items[0]!.id };
}

/** Its browser names itself with the marker. Returns the session's id. */
async function storeMarkedSession({ admin, adminKey }: TestTenant): Promise<string> {
  const { client } = await signIn(admin, { api_key: adminKey }, { 'user-agent': marker });
  const { body } = await client.get<{ items: { id: string; agent: string }[] }>('/v1/sessions');
  expect(body.items).toMatchObject([{ agent: marker }]);
  return body.items[0]!.id;
}

async function storeMarkedSettings({ admin }: TestTenant): Promise<Responded[]> {
  return [
    await admin.patch('/v1/config', {
      prompt_variables: { vault: marker },
      log_questions: true,
      reason: marker,
    }),
    await admin.patch('/v1/config', {
      system_prompt_template: `Answer for ${marker}. {context}`,
      ui_logo_url: `https://${marker}.example/`,
    }),
    await admin.patch('/v1/config', { custom_domain: `${marker}.example`, temperature: 0.2 }),
  ];
}

async function storeMarkedResources({ admin }: TestTenant): Promise<Responded[]> {
  const text = `The vault code is ${marker}. Whoever knows the vault code opens the vault.`;
  const webhook = { url: `https://${marker}.example/`, events: ['config.updated'] };
  const golden = { question: `Who knows ${marker}?`, expect_phrases: [marker] };
  return [
    await admin.post('/v1/documents', { id: 'vault', title: marker, text, metadata: { code: marker } }),
    await admin.post('/v1/documents', { id: 'second', title: 'Second', text }),
    await admin.post('/v1/api-keys', { name: marker, role: 'tenant_admin' }, idempotencyHeaders),
    await admin.post('/v1/golden-questions', golden),
    await admin.post('/v1/webhooks', webhook),
    await admin.post('/v1/golden-questions', { ...golden, expect_sources: ['vault'] }),
    await admin.post('/v1/config/change-requests', { prompt_variables: { second: marker }, reason: marker }),
    await admin.post('/v1/config/change-requests', { system_prompt_template: `${marker} {context}` }),
  ];
}

async function sendMarkedRequests({ admin }: TestTenant): Promise<Responded[]> {
  const question = 'What is the vault code?';
  return [
    await admin.post('/v1/config/domain/verify'),
    await admin.post('/v1/config/test', { temperature: 0.3, question }),
    await admin.post('/v1/query', { question }),
    await admin.post('/v1/retrieve', { question }),
  ];
}

/** Work in the background that has ended: documents embedded again, and the logged question asked again. */
async function storeMarkedJobs({ admin }: TestTenant): Promise<void> {
  interface Job {
    readonly id: string;
    readonly state: string;
  }
  const hasEnded = async (path: string) => (await admin.get<Job>(path)).body.state === 'completed';
  const reindexing = await admin.post<Job>('/v1/documents/reindex');
  await waitFor(() => hasEnded(`/v1/documents/reindex/${reindexing.body.id}`));
  let replay = '';
  // The question is logged soon after its answer.
  await waitFor(async () => {
    const { status, body } = await admin.post<Job>('/v1/config/replay', { patch: {}, last: 1 });
    replay = body.id;
    return status === 202;
  });
  await waitFor(() => hasEnded(`/v1/config/replays/${replay}`));
}

/** What the platform leaves with a tenant: the item of a bulk update, and what a file owns. */
async function storeMarkedDataAsPlatform(platform: ApiClient): Promise<void> {
  const bulkRequest = {
    selector: { tenant_ids: ['victim'] },
    changes: { retrieval_top_k: 6 },
    reason: marker,
  };
  const bulk = await platform.post<{ id: string }>('/v1/platform/bulk-updates', bulkRequest);
  expect(bulk.status).toBe(202);
  await waitFor(
    async () => {
      const { body } = await platform.get<{ state: string }>(`/v1/platform/bulk-updates/${bulk.body.id}`);
      return body.state === 'completed';
    },
    { what: 'the bulk update is completed' },
  );
  await storeMarkedConnection(platform);
  const path = '/v1/platform/tenants/victim';
  const { body: current } = await platform.get<{ version: number }>(`${path}/config`);
  const applied = await platform.put(`${path}/managed`, {
    settings: { max_tokens: 900 },
    source: `${marker}.yaml`,
    base_version: current.version,
  });
  expect(applied.status).toBe(200);
}

/** The victim's own identity provider. */
async function storeMarkedConnection(platform: ApiClient): Promise<void> {
  const path = '/v1/platform/identity/connections/of-victim';
  const issuer = `https://${marker}.example`;
  const connection = { label: marker, issuer, client_id: marker, client_secret: marker, tenant_id: 'victim' };
  const mapping = { value: marker, role: 'tenant_admin' };
  expect((await platform.put(path, connection)).status).toBe(200);
  expect((await platform.put(`${path}/mappings`, { items: [mapping] })).status).toBe(200);
}

/** All that the victim has, without the times at which it was read. */
export async function readTenantData({ admin, id }: TestTenant, platform: ApiClient): Promise<unknown> {
  const keys = await admin.get<{ items: Record<string, unknown>[] }>('/v1/api-keys');
  const paths = [
    '/v1/config?include=sources',
    '/v1/documents',
    '/v1/documents/vault',
    '/v1/documents/second',
    '/v1/golden-questions',
    '/v1/config/change-requests',
    '/v1/sessions',
  ];
  const webhooks = await admin.get<{ items: Record<string, unknown>[] }>('/v1/webhooks');
  return {
    // Its receiver does not exist, so it may begin to fail at any moment.
    webhooks: webhooks.body.items.map(({ id: webhookId, url, events }) => ({ webhookId, url, events })),
    keys: keys.body.items.map((key) => ({ ...key, last_used_at: null })),
    answers: await Promise.all(paths.map(async (path) => (await admin.get(path)).body)),
    history: await getHistory(admin),
    tenant: (await platform.get(`/v1/platform/tenants/${id}`)).body,
  };
}
