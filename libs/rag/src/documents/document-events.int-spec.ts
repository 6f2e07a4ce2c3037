import { UpstreamError } from '#kernel';
import { type OpenDatabase, testDatabases } from '#testing';
import { aDocumentsService } from '../../testing/documents/documents-service.js';
import { addTenants } from '../../testing/retrieval/open-stores.js';
import { WordEmbedder } from '../../testing/retrieval/word-embedder.js';
import { ChunkRepository } from '../retrieval/chunk.repository.js';
import { PostgresStore } from '../retrieval/postgres.store.js';
import type { DocumentsService } from './documents.service.js';

class FailingEmbedder extends WordEmbedder {
  override embed(): Promise<Float32Array[]> {
    return Promise.reject(new UpstreamError('failed', 'The embedding server failed.'));
  }
}

describe.each(testDatabases)('the events of documents on %s', (_name, open) => {
  let opened: OpenDatabase;
  const [tenant, other] = ['told', 'not-told'];
  const author = { actor: 'key:1', role: 'tenant_admin', requestId: 'request-1' };
  const document = { id: 'terms', title: 'Terms', text: 'Rights end on breach.', metadata: {} };

  beforeAll(async () => {
    opened = await open();
    const { database } = opened;
    await addTenants(database, tenant, other);
    const webhook = `INSERT INTO webhooks (tenant_id, url, events, secret, created_by)
      VALUES ($1, 'https://hooks.example/', '{document.indexed,document.failed}', sha256('a'), 'test')`;
    await database.asTenant(tenant, () => database.query(webhook, [tenant]));
  });

  afterAll(() => opened.close());

  function service(embedder = new WordEmbedder()): DocumentsService {
    const { database } = opened;
    const store = new PostgresStore(database, new ChunkRepository(database));
    return aDocumentsService({ database, store, embedder, maxDocuments: () => 100 });
  }

  it('go to the webhooks of their tenant alone: each document that could not be embedded, and each indexed one once', async () => {
    const documents = [document, { ...document, id: 'more' }];
    for (const id of [tenant, other])
      await expect(service(new FailingEmbedder()).addAll(id, documents, { author })).rejects.toMatchObject({
        slug: 'upstream-failed',
      });
    for (const id of [tenant, other, tenant]) await service().addAll(id, documents, { author });
    const { database } = opened;
    const sql = `SELECT event, data FROM webhook_deliveries ORDER BY created_at, data ->> 'doc_id'`;
    const events = await database.readAsTenant(tenant, () => database.query(sql));
    const by = { tenant_id: tenant, actor: 'key:1', request_id: 'request-1' };
    expect(events).toEqual([
      { event: 'document.failed', data: { ...by, doc_id: 'more', reason: 'upstream-failed' } },
      { event: 'document.failed', data: { ...by, doc_id: 'terms', reason: 'upstream-failed' } },
      { event: 'document.indexed', data: { ...by, doc_id: 'more', chunks: 1 } },
      { event: 'document.indexed', data: { ...by, doc_id: 'terms', chunks: 1 } },
    ]);
  });
});
