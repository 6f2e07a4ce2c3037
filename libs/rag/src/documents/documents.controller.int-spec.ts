import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { ConfigReader } from '#config';
import { Database } from '#database';
import { HttpModule, createHost } from '#http';
import { ApiClient, type ApiAnswer } from '#testing';
import { addTenants, databases, type OpenedDatabase } from '../../testing/databases.js';
import { WordEmbedder } from '../../testing/word-embedder.js';
import { Embedder } from '../embedding/embedder.js';
import { PostgresStore } from '../retrieval/postgres.store.js';
import { VectorStore } from '../retrieval/vector-store.js';
import type { AddedDocumentResponse, DocumentResponse, DocumentSummary } from './document.response.js';
import { DocumentsController } from './documents.controller.js';
import { DocumentsRepository } from './documents.repository.js';
import { DocumentsService } from './documents.service.js';

class Routes {}

const terms = { id: 'terms', title: 'Terms', text: 'Rights end on breach.', metadata: { year: 2026 } };

/** The routes without the guard, which belongs to `tenancy`: the tenant comes from a header. */
async function serve(database: Database): Promise<NestFastifyApplication> {
  const host = await createHost({ onAnswered: () => undefined });
  host.getInstance().addHook('onRequest', (request, _reply, done) => {
    const tenantId = String(request.headers['x-tenant']);
    request.principal = { actor: 'key:one', subject: 'one', role: 'tenant_admin', tenantId };
    done();
  });
  const providers = [
    { provide: Database, useValue: database },
    { provide: Embedder, useValue: new WordEmbedder() },
    { provide: ConfigReader, useValue: { current: () => ({ settings: { max_documents: 3 } }) } },
    { provide: VectorStore, useFactory: () => new PostgresStore(database) },
    DocumentsRepository,
    DocumentsService,
  ];
  const module = { module: Routes, imports: [HttpModule], controllers: [DocumentsController], providers };
  const app = await NestFactory.create<NestFastifyApplication>(module, host, { logger: false, abortOnError: false });
  await app.listen(0, '127.0.0.1');
  return app;
}

describe('/v1/documents', () => {
  let opened: OpenedDatabase;
  let app: NestFastifyApplication;
  let api: ApiClient;
  let tenant = 'none';
  let tenants = 0;

  beforeAll(async () => {
    opened = await databases[0]![1]();
    app = await serve(opened.database);
    api = new ApiClient(await app.getUrl());
  });

  beforeEach(async () => {
    tenant = `tenant-${(tenants += 1)}`;
    await addTenants(opened.database, tenant);
  });

  afterAll(async () => {
    await app.close();
    await opened.close();
  });

  const by = (name = tenant) => ({ 'x-tenant': name });
  const add = (body: unknown) => api.post<AddedDocumentResponse>('/v1/documents', body, by());
  const refusal = async (answer: Promise<ApiAnswer<unknown>>) => {
    const { status, body } = await answer;
    const { errors = [] } = body as { errors?: { field: string; rule: string }[] };
    return [status, ...errors.map(({ field, rule }) => `${field} ${rule}`)];
  };

  it('creates with 201, and answers 200 for what is unchanged or replaced', async () => {
    const answers = [await add(terms), await add(terms), await add({ ...terms, title: 'New' })];
    const body = { doc_id: 'terms', title: 'Terms', chunks: 1, unchanged: false };
    expect(answers.map(({ status, body: answered }) => [status, answered])).toEqual([
      [201, body],
      [200, { ...body, unchanged: true }],
      [200, { ...body, title: 'New' }],
    ]);
  });

  it('shows a document with its text, metadata and times', async () => {
    await add(terms);
    const { body } = await api.get<DocumentResponse>('/v1/documents/terms', by());
    const { id, ...fields } = terms;
    const time = expect.stringMatching(/^\d{4}-.*Z$/);
    expect(body).toEqual({ doc_id: id, ...fields, chunks: 1, created_at: time, updated_at: time });
  });

  it('lists newest first, in pages, without the texts', async () => {
    for (const id of ['a', 'b', 'c']) await add({ ...terms, id });
    type Listed = { items: DocumentSummary[]; next_cursor: string | null };
    const first = await api.get<Listed>('/v1/documents?limit=2', by());
    expect(first.body.items.map((one) => one.doc_id)).toEqual(['c', 'b']);
    expect(first.body.items[0]).not.toHaveProperty('text');
    const second = await api.get<Listed>(`/v1/documents?limit=2&cursor=${first.body.next_cursor}`, by());
    expect(second.body).toEqual({ items: [expect.objectContaining({ doc_id: 'a' })], next_cursor: null });
  });

  it('deletes with 204, and then knows nothing of it', async () => {
    await add(terms);
    expect((await api.del('/v1/documents/terms', by())).status).toBe(204);
    expect((await api.get('/v1/documents/terms', by())).status).toBe(404);
    expect((await api.del('/v1/documents/terms', by())).status).toBe(404);
  });

  it('answers 404 for the documents of another tenant', async () => {
    await add(terms);
    const stranger = `${tenant}-stranger`;
    await addTenants(opened.database, stranger);
    expect((await api.get('/v1/documents/terms', by(stranger))).status).toBe(404);
    expect((await api.del('/v1/documents/terms', by(stranger))).status).toBe(404);
    expect((await api.get<{ items: [] }>('/v1/documents', by(stranger))).body.items).toEqual([]);
    expect((await api.get('/v1/documents/terms', by())).status).toBe(200);
  });

  it('answers 409 beyond max_documents and names the limit', async () => {
    for (const id of ['a', 'b', 'c']) await add({ ...terms, id });
    const { status, body } = await add({ ...terms, id: 'd' });
    expect(status).toBe(409);
    expect(body).toMatchObject({
      type: '/problems/conflict',
      limit: 3,
      detail: expect.stringContaining('max_documents is 3'),
    });
  });

  it.each([
    [{ id: 'a/b' }, 'id pattern'],
    [{ id: '..' }, 'id pattern'],
    [{ id: 'a'.repeat(201) }, 'id pattern'],
    [{ id: 'line\n' }, 'id pattern'],
    [{ id: 7 }, 'id type'],
    [{ title: '' }, 'title min'],
    [{ title: 'a'.repeat(301) }, 'title max_length'],
    [{ title: null }, 'title type'],
    [{ text: '' }, 'text min'],
    [{ text: 'a'.repeat(10_000_001) }, 'text max_length'],
    [{ text: 'a\0' }, 'text pattern'],
    [{ text: undefined }, 'text required'],
    [{ metadata: [] }, 'metadata type'],
    [{ metadata: { a: {} } }, 'metadata.a type'],
    [{ tenant_id: 'other' }, 'tenant_id unknown_field'],
  ])('refuses %j', async (fields, fault) => {
    expect(await refusal(add({ ...terms, ...fields }))).toEqual([400, fault]);
    expect((await api.get<{ items: [] }>('/v1/documents', by())).body.items).toEqual([]);
  });

  it('takes everything at its bounds', async () => {
    const id = 'A-z.0_9'.padEnd(200, 'x');
    const metadata = { a: 'x'.repeat(4096 - '{"a":""}'.length) };
    expect((await add({ id, title: 't'.repeat(300), text: 'x', metadata })).status).toBe(201);
    expect((await api.get(`/v1/documents/${id}`, by())).status).toBe(200);
  });

  it.each(['%00', '%0A', '..%2f..', "';--", 'a'.repeat(250), '%F0%9F%A6%94'])(
    'knows no document %s',
    async (id) => {
      expect((await api.get(`/v1/documents/${id}`, by())).status).toBe(404);
      expect((await api.del(`/v1/documents/${id}`, by())).status).toBe(404);
    },
  );

  it.each(['x', Buffer.from('["1","2"]').toString('base64url'), Buffer.from('["-1"]').toString('base64url')])(
    'refuses the cursor %s',
    async (cursor) => {
      expect(await refusal(api.get(`/v1/documents?cursor=${cursor}`, by()))).toEqual([400, 'cursor pattern']);
    },
  );

  it('gives metadata with a __proto__ member back as it came, or refuses it', async () => {
    const body = '{"id":"p","title":"P","text":"Text.","metadata":{"__proto__":{"polluted":true}}}';
    const headers = { 'content-type': 'application/json', ...by() };
    const { status } = await api.send('/v1/documents', { method: 'POST', headers, body });
    expect(status).toBe(400);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });
});
