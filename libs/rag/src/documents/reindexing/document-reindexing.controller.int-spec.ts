import { type ApiClient, waitFor } from '#testing';
import { OddEmbeddingServer } from '../../../testing/embedding/odd-embedding-server.js';
import { type RagApp, startRagApp } from '../../../testing/rag-app.js';
import type { DocumentReindexingResponse } from './document-reindexing.response.js';

interface Answered {
  readonly sources: readonly unknown[];
  readonly degraded: readonly { readonly reason: string }[];
}

describe('/v1/documents/reindex', () => {
  let embeddings: OddEmbeddingServer;
  let before: RagApp;
  let app: RagApp;

  const variables = (model: string) => ({
    EMBEDDINGS: 'openai-compatible',
    EMBEDDINGS_BASE_URL: `${embeddings.origin}/v1`,
    EMBEDDINGS_MODEL: model,
    EGRESS_ALLOW: '127.0.0.1',
  });

  beforeAll(async () => {
    embeddings = await OddEmbeddingServer.start({ msPerText: 50 });
    before = await startRagApp(variables('old'));
    app = await startRagApp({ ...variables('new'), DATABASE_URL: before.database.url });
  });

  afterAll(async () => {
    await app.close();
    await before.close();
    await embeddings.stop();
  });

  let tenants = 0;
  /** Both applications have one database, so the names of their tenants must differ. */
  const newTenant = async (): Promise<ApiClient> => {
    const tenant = { tenant_id: `reindexed-${(tenants += 1)}`, name: 'Tenant', plan: 'pro' };
    const { body } = await app.platform.post<{ admin_key: { key: string } }>('/v1/platform/tenants', tenant);
    return app.platform.as(body.admin_key.key);
  };

  it('POST answers 202 with Location, queries go on, and after it vectors are compared again', async () => {
    const tenant = { tenant_id: 'moved', name: 'Moved', plan: 'pro' };
    const { body } = await app.platform.post<{ admin_key: { key: string } }>('/v1/platform/tenants', tenant);
    const [old, api] = [before.platform, app.platform].map((client) => client.as(body.admin_key.key)) as [
      ApiClient,
      ApiClient,
    ];
    for (const id of ['a', 'b', 'c', 'd'])
      await old.post('/v1/documents', { id, title: 'Lease', text: `Rent of ${id}.` });
    const ask = async () => (await api.post<Answered>('/v1/query', { question: 'rent?' })).body;
    expect((await ask()).degraded.map(({ reason }) => reason)).toEqual([
      expect.stringContaining('4 of 4 chunks'),
    ]);
    const first = await api.post<DocumentReindexingResponse>('/v1/documents/reindex');
    const path = first.headers.get('location')!;
    expect([first.status, path]).toEqual([202, `/v1/documents/reindex/${first.body.id}`]);
    expect((await api.post<DocumentReindexingResponse>('/v1/documents/reindex')).body.id).toBe(first.body.id);
    await waitFor(async () => {
      const now = await api.get<DocumentReindexingResponse>(path);
      const answer = await ask();
      expect(answer.sources).toHaveLength(4);
      return now.body.state === 'completed';
    });
    expect((await api.get(path)).body).toMatchObject({ state: 'completed', done: 4, total: 4, error: null });
    expect((await ask()).degraded).toEqual([]);
  });

  it('GET answers 404 for another tenant and an unknown id, and POST 403 for a member', async () => {
    const api = await newTenant();
    const { body } = await api.post<DocumentReindexingResponse>('/v1/documents/reindex');
    const other = await newTenant();
    expect((await other.get(`/v1/documents/reindex/${body.id}`)).status).toBe(404);
    expect((await api.get('/v1/documents/reindex/%00')).status).toBe(404);
    const { body: key } = await api.post<{ key: string }>('/v1/api-keys', { name: 'm', role: 'member' });
    expect((await api.as(key.key).post('/v1/documents/reindex')).status).toBe(403);
    expect((await api.as(key.key).get(`/v1/documents/reindex/${body.id}`)).status).toBe(200);
  });

  it('a document with the id reindex can be read, changed and deleted', async () => {
    const api = await newTenant();
    await api.post('/v1/documents', { id: 'reindex', title: 'Lease', text: 'Rent.' });
    expect((await api.get('/v1/documents/reindex')).status).toBe(200);
    expect((await api.patch('/v1/documents/reindex', { title: 'New' })).status).toBe(200);
    expect((await api.del('/v1/documents/reindex')).status).toBe(204);
  });
});
