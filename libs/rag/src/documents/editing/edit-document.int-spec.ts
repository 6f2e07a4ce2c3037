import { Client } from 'pg';
import type { Page } from '#http';
import type { ApiClient } from '#testing';
import { OddEmbeddingServer } from '../../../testing/embedding/odd-embedding-server.js';
import { type RagApp, startRagApp } from '../../../testing/rag-app.js';
import type { DocumentResponse, DocumentSummary } from '../document.response.js';

const lease = {
  id: 'lease',
  title: 'Lease',
  text: 'The rent is due on the first of the month.',
  metadata: { year: 2026, language: 'en', draft: false },
};

describe('PATCH and lists of /v1/documents', () => {
  let embeddings: OddEmbeddingServer;
  let app: RagApp;
  let api: ApiClient;

  beforeAll(async () => {
    embeddings = await OddEmbeddingServer.start();
    app = await startRagApp({
      EMBEDDINGS: 'openai-compatible',
      EMBEDDINGS_BASE_URL: `${embeddings.origin}/v1`,
      EMBEDDINGS_MODEL: 'words',
      EGRESS_ALLOW: '127.0.0.1',
    });
  });

  beforeEach(async () => {
    api = await app.newTenant();
    await api.patch('/v1/config', { retrieval_alpha: 0 });
  });

  afterAll(async () => {
    await app.close();
    await embeddings.stop();
  });

  const edit = (body: unknown, id = 'lease') => api.patch<DocumentSummary>(`/v1/documents/${id}`, body);
  const list = async (query: string) => {
    const { body } = await api.get<Page<DocumentSummary>>(`/v1/documents?${query}`);
    return body.items.map((one) => one.doc_id);
  };
  const find = async (question: string) => {
    const { body } = await api.post<{ sources: { doc_id: string; title: string }[] }>('/v1/query', {
      question,
    });
    return body.sources.map((source) => `${source.doc_id}: ${source.title}`);
  };
  const corpora = async () => {
    const client = new Client(app.database.superuserUrl);
    await client.connect();
    try {
      return (await client.query('SELECT tenant_id, version FROM corpora ORDER BY tenant_id'))
        .rows as unknown[];
    } finally {
      await client.end();
    }
  };

  it('PATCH changes title and metadata without embedding the document, and keywords find the new title', async () => {
    await api.post('/v1/documents', lease);
    const before = embeddings.embeddedTexts.filter((text) => text.startsWith('Lease'));
    const answer = await edit({ title: 'Mietvertrag', metadata: { year: 2027 } });
    expect([answer.status, answer.body]).toEqual([
      200,
      expect.objectContaining({ doc_id: 'lease', title: 'Mietvertrag', metadata: { year: 2027 }, chunks: 1 }),
    ]);
    expect(embeddings.embeddedTexts.filter((text) => /^(Lease|Mietvertrag)\n/.test(text))).toEqual(before);
    expect(await find('Mietvertrag?')).toEqual(['lease: Mietvertrag']);
    expect(await find('lease')).toEqual([]);
    expect(await find('rent')).toEqual(['lease: Mietvertrag']);
    const { body } = await api.get<DocumentResponse>('/v1/documents/lease');
    expect(body.text).toBe(lease.text);
  });

  it('documents that are held in memory get the new title with the next query', async () => {
    await api.post('/v1/documents', lease);
    for (let count = 0; count < 4; count += 1) expect(await find('rent')).toEqual(['lease: Lease']);
    await edit({ title: 'Rental contract' });
    for (let count = 0; count < 4; count += 1)
      expect(await find('rental')).toEqual(['lease: Rental contract']);
  });

  it('PATCH writes nothing when nothing changes, and keeps the fields that it does not name', async () => {
    await api.post('/v1/documents', lease);
    const { body: before } = await api.get<DocumentSummary>('/v1/documents/lease');
    const versions = await corpora();
    for (const body of [{}, { title: 'Lease' }, { metadata: { draft: false, language: 'en', year: 2026 } }])
      expect((await edit(body)).body.updated_at).toBe(before.updated_at);
    expect(await corpora()).toEqual(versions);
    expect((await edit({ metadata: {} })).body).toMatchObject({ title: 'Lease', metadata: {} });
    expect(await corpora()).not.toEqual(versions);
  });

  it('a document with new metadata is unchanged when it is added with them; with a new title it is embedded', async () => {
    await api.post('/v1/documents', lease);
    await edit({ metadata: { year: 2030 } });
    const add = (fields: object) =>
      api.post<{ unchanged: boolean }>('/v1/documents', { ...lease, ...fields });
    expect((await add({ metadata: { year: 2030 } })).body.unchanged).toBe(true);
    await edit({ title: 'New' });
    const calls = embeddings.calls.length;
    expect((await add({ title: 'New', metadata: { year: 2030 } })).body.unchanged).toBe(false);
    expect(embeddings.calls.length).toBe(calls + 1);
  });

  it('changes of one document at the same time are all made, or refused with 409', async () => {
    await api.post('/v1/documents', lease);
    const titles = ['One', 'Two', 'Three', 'Four'];
    const answers = await Promise.all(titles.map((title) => edit({ title })));
    expect(answers.map(({ status }) => status).filter((status) => ![200, 409].includes(status))).toEqual([]);
    const { title } = (await api.get<DocumentSummary>('/v1/documents/lease')).body;
    expect(await find(title)).toEqual([`lease: ${title}`]);
    for (const other of titles.filter((one) => one !== title)) expect(await find(other)).toEqual([]);
  });

  it('PATCH refuses wrong fields in one answer, other tenants and members', async () => {
    await api.post('/v1/documents', lease);
    const { status, body } = await edit({ title: ' ', metadata: { a: [] }, text: 'x' });
    const { errors } = body as unknown as { errors: { field: string; rule: string }[] };
    expect([status, ...errors.map(({ field, rule }) => `${field} ${rule}`).toSorted()]).toEqual([
      400,
      'metadata.a type',
      'text unknown_field',
      'title pattern',
    ]);
    const other = await app.newTenant();
    expect((await other.patch('/v1/documents/lease', { title: 'x' })).status).toBe(404);
    const { body: key } = await api.post<{ key: string }>('/v1/api-keys', { name: 'm', role: 'member' });
    expect((await api.as(key.key).patch('/v1/documents/lease', { title: 'x' })).status).toBe(403);
  });

  it('the list finds parts of ids and titles in any case, and takes % and _ literally', async () => {
    await api.post('/v1/documents', lease);
    await api.post('/v1/documents', { ...lease, id: 'fees_2026', title: '100% ÜBERSICHT' });
    expect(await list('q=LEA')).toEqual(['lease']);
    expect(await list('q=fees_')).toEqual(['fees_2026']);
    expect(await list('q=0%25')).toEqual(['fees_2026']);
    expect(await list('q=%25')).toEqual(['fees_2026']);
    expect(await list('q=x_')).toEqual([]);
    expect(await list('q=%C3%BCbersicht')).toEqual(['fees_2026']);
  });

  it('the list is filtered by metadata, paged, and counted on request', async () => {
    for (const [id, metadata] of Object.entries({
      a: { year: 2025, kind: 'lease' },
      b: { year: 2026, kind: 'lease', draft: true },
      c: { year: '2026', kind: null },
      d: {},
    }))
      await api.post('/v1/documents', { ...lease, id, metadata });
    expect(await list('filter[year]=2026')).toEqual(['c', 'b']);
    expect(await list('filter[year]=2026&filter[kind]=lease')).toEqual(['b']);
    expect(await list('filter[year]=2026&filter[year]=2025')).toEqual(['c', 'b', 'a']);
    expect(await list('filter[draft]=true')).toEqual(['b']);
    expect(await list('filter[kind]=null')).toEqual([]);
    expect(await list('filter[__proto__]=1')).toEqual([]);
    const { body } = await api.get<Page<DocumentSummary>>(
      '/v1/documents?filter[kind]=lease&limit=1&include=count',
    );
    expect([body.items.length, body.total, body.next_cursor === null]).toEqual([1, 2, false]);
    const next = `/v1/documents?filter[kind]=lease&limit=1&include=count&cursor=${body.next_cursor}`;
    expect((await api.get(next)).body).toMatchObject({
      items: [{ doc_id: 'a' }],
      total: 2,
      next_cursor: null,
    });
    expect((await api.get<Page<DocumentSummary>>('/v1/documents')).body).not.toHaveProperty('total');
  });

  it.each([
    ['q=', 'q min'],
    ['filter=lease', 'filter type'],
    ['include=all', 'include enum'],
    ['other[year]=1', 'other[year] unknown_field'],
    [Array.from({ length: 21 }, (_, at) => `filter[f${at}]=1`).join('&'), 'filter too_many'],
    [`filter[a]=${'x'.repeat(5000)}`, 'filter max_length'],
  ])('GET /v1/documents?%s answers 400 (%s)', async (query, fault) => {
    const { status, body } = await api.get<{ errors: { field: string; rule: string }[] }>(
      `/v1/documents?${query}`,
    );
    expect([status, ...body.errors.map(({ field, rule }) => `${field} ${rule}`)]).toEqual([400, fault]);
  });
});
