import type { Page } from '#http';
import type { ApiResponse, ApiClient } from '#testing';
import { type RagApp, startRagApp } from '../../testing/rag-app.js';
import type { AddedDocumentResponse, DocumentResponse, DocumentSummary } from './document.response.js';

const terms = { id: 'terms', title: 'Terms', text: 'Rights end on breach.', metadata: { year: 2026 } };

/** Each value breaks a rule of its own, but the size alone decides. */
const manyWrongValues = Object.fromEntries(Array.from({ length: 2_000 }, (_, at) => [`a${at}`, ['\0']]));

describe('/v1/documents', () => {
  let app: RagApp;
  let api: ApiClient;

  beforeAll(async () => {
    app = await startRagApp();
  });

  beforeEach(async () => {
    api = await app.newTenant();
  });

  afterAll(() => app.close());

  const add = (body: unknown) => api.post<AddedDocumentResponse>('/v1/documents', body);
  const refusal = async (answer: Promise<ApiResponse<unknown>>) => {
    const { status, body } = await answer;
    const { errors = [] } = body as { errors?: { field: string; rule: string }[] };
    return [status, ...errors.map(({ field, rule }) => `${field} ${rule}`)];
  };

  it('POST answers 201 for a new document and 200 for an unchanged or replaced one', async () => {
    const answers = [await add(terms), await add(terms), await add({ ...terms, title: 'New' })];
    const body = { doc_id: 'terms', title: 'Terms', chunks: 1, unchanged: false, warnings: [] };
    expect(answers.map(({ status, body: answered }) => [status, answered])).toEqual([
      [201, body],
      [200, { ...body, unchanged: true }],
      [200, { ...body, title: 'New' }],
    ]);
  });

  it('GET by id answers a document with its text, metadata and times', async () => {
    await add(terms);
    const { body } = await api.get<DocumentResponse>('/v1/documents/terms');
    const { id, ...fields } = terms;
    const time = expect.stringMatching(/^\d{4}-.*Z$/);
    expect(body).toEqual({ doc_id: id, ...fields, chunks: 1, created_at: time, updated_at: time });
  });

  it('GET lists documents newest first, in pages, without their texts', async () => {
    for (const id of ['a', 'b', 'c']) await add({ ...terms, id });
    const first = await api.get<Page<DocumentSummary>>('/v1/documents?limit=2');
    expect(first.body.items.map((one) => one.doc_id)).toEqual(['c', 'b']);
    expect(first.body.items[0]).not.toHaveProperty('text');
    const second = await api.get<Page<DocumentSummary>>(
      `/v1/documents?limit=2&cursor=${first.body.next_cursor}`,
    );
    expect(second.body).toEqual({ items: [expect.objectContaining({ doc_id: 'a' })], next_cursor: null });
  });

  it('DELETE answers 204, and afterwards GET and DELETE answer 404', async () => {
    await add(terms);
    expect((await api.del('/v1/documents/terms')).status).toBe(204);
    expect((await api.get('/v1/documents/terms')).status).toBe(404);
    expect((await api.del('/v1/documents/terms')).status).toBe(404);
  });

  it('GET and DELETE answer 404 for a document of another tenant', async () => {
    await add(terms);
    const otherTenant = await app.newTenant();
    expect((await otherTenant.get('/v1/documents/terms')).status).toBe(404);
    expect((await otherTenant.del('/v1/documents/terms')).status).toBe(404);
    expect((await otherTenant.get<{ items: [] }>('/v1/documents')).body.items).toEqual([]);
    expect((await api.get('/v1/documents/terms')).status).toBe(200);
  });

  it('a member can read documents but not add or delete them', async () => {
    await add(terms);
    const { body } = await api.post<{ key: string }>('/v1/api-keys', { name: 'reader', role: 'member' });
    const member = api.as(body.key);
    expect((await member.get('/v1/documents')).status).toBe(200);
    expect((await member.get('/v1/documents/terms')).status).toBe(200);
    expect((await member.post('/v1/documents', terms)).status).toBe(403);
    expect((await member.del('/v1/documents/terms')).status).toBe(403);
  });

  it('a repeated POST with the same Idempotency-Key adds one document', async () => {
    const { title, text } = terms;
    const again = () =>
      api.post<AddedDocumentResponse>('/v1/documents', { title, text }, { 'idempotency-key': 'one' });
    const [first, second] = [await again(), await again()];
    expect([second.status, second.body]).toEqual([201, first.body]);
    expect((await api.get<{ items: [] }>('/v1/documents')).body.items).toHaveLength(1);
  });

  it.each([
    ['an id with a slash', { id: 'a/b' }, 'id pattern'],
    ['an id that is a path', { id: '..' }, 'id pattern'],
    ['an id of 201 characters', { id: 'a'.repeat(201) }, 'id pattern'],
    ['an id with a line break', { id: 'line\n' }, 'id pattern'],
    ['an id that is a number', { id: 7 }, 'id type'],
    ['an empty title', { title: '' }, 'title min'],
    ['a title of 301 characters', { title: 'a'.repeat(301) }, 'title max_length'],
    ['a title of null', { title: null }, 'title type'],
    ['an empty text', { text: '' }, 'text min'],
    ['a text of 10,000,001 characters', { text: 'a'.repeat(10_000_001) }, 'text max_length'],
    ['NUL in the text', { text: 'a\0' }, 'text pattern'],
    ['no text', { text: undefined }, 'text required'],
    ['metadata that are a list', { metadata: [] }, 'metadata type'],
    ['metadata of more than 4 KiB', { metadata: { a: 'é'.repeat(2048) } }, 'metadata max_length'],
    ['many metadata with wrong values', { metadata: manyWrongValues }, 'metadata max_length'],
    ['very many short sections', { text: '# x\n'.repeat(50_000) }, 'text too_many'],
    ['nested metadata', { metadata: { a: {} } }, 'metadata.a type'],
    ['an unknown field', { tenant_id: 'other' }, 'tenant_id unknown_field'],
  ])('POST refuses %s', async (_name, fields, fault) => {
    expect(await refusal(add({ ...terms, ...fields }))).toEqual([400, fault]);
    expect((await api.get<{ items: [] }>('/v1/documents')).body.items).toEqual([]);
  });

  it('POST lists the errors of all fields in one answer', async () => {
    const answer = await add({ id: 'a/b', title: ' ', text: 7, metadata: { a: {} }, more: 1 });
    const { errors } = answer.body as unknown as { errors: { field: string; rule: string }[] };
    expect(errors.map(({ field, rule }) => `${field} ${rule}`).toSorted()).toEqual([
      'id pattern',
      'metadata.a type',
      'more unknown_field',
      'text type',
      'title pattern',
    ]);
  });

  it('POST accepts id, title and metadata of maximum length', async () => {
    const id = 'A-z.0_9'.padEnd(200, 'x');
    const metadata = { a: 'x'.repeat(4096 - '{"a":""}'.length) };
    expect((await add({ id, title: 't'.repeat(300), text: 'x', metadata })).status).toBe(201);
    expect((await api.get(`/v1/documents/${id}`)).status).toBe(200);
  });

  it.each(['%00', '%0A', '..%2f..', "';--", '%F0%9F%A6%94'])(
    'GET and DELETE answer 404 for the id %s',
    async (id) => {
      expect((await api.get(`/v1/documents/${id}`)).status).toBe(404);
      expect((await api.del(`/v1/documents/${id}`)).status).toBe(404);
    },
  );

  it.each(['x', Buffer.from('["1","2"]').toString('base64url'), Buffer.from('["-1"]').toString('base64url')])(
    'GET refuses the cursor %s',
    async (cursor) => {
      expect(await refusal(api.get(`/v1/documents?cursor=${cursor}`))).toEqual([400, 'cursor pattern']);
    },
  );

  it('POST refuses metadata with __proto__ or constructor members', async () => {
    const headers = { 'content-type': 'application/json' };
    for (const metadata of [
      '{"__proto__":{"polluted":true}}',
      '{"constructor":{"prototype":{"polluted":true}}}',
    ]) {
      const body = `{"id":"p","title":"P","text":"Text.","metadata":${metadata}}`;
      expect((await api.send('/v1/documents', { method: 'POST', headers, body })).status).toBe(400);
    }
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });
});
