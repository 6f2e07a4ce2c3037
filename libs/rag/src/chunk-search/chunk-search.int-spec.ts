import { Client } from 'pg';
import { type ApiClient, waitFor } from '#testing';
import { type RagApp, startRagApp } from '../../testing/rag-app.js';
import { CorpusCache } from '../retrieval/memory/corpus-cache.js';
import type { QueryResponse } from '../query/query.response.js';
import type { ChunkSearchResponse } from './chunk-search.response.js';

const question = 'When is the rent due?';
const search = (client: ApiClient, body: object = {}) =>
  client.post<ChunkSearchResponse>('/v1/retrieve', { question, ...body });
const patched = (patch: object) => ({ patch });

describe('POST /v1/retrieve', () => {
  let app: RagApp;
  let acme: ApiClient;
  let login: Client;

  beforeAll(async () => {
    app = await startRagApp();
    login = new Client({ connectionString: app.database.url });
    await login.connect();
    acme = await app.newTenant();
    for (let month = 1; month <= 12; month += 1)
      await addDocument(acme, `lease-${month}`, `The rent of month ${month} is due on day ${month}.`);
    await addDocument(acme, 'pets', 'Pets are welcome if they are quiet.');
  });

  afterAll(async () => {
    await login.end();
    await app.close();
  });

  async function addDocument(client: ApiClient, id: string, text: string): Promise<void> {
    const document = { id, title: id, text, metadata: { kind: id.split('-')[0]! } };
    expect((await client.post('/v1/documents', document)).status).toBe(201);
  }

  /** Runs a statement as the database's role for this tenant. */
  async function runFor(tenant: ApiClient, sql: string): Promise<unknown[]> {
    const { body } = await tenant.get<{ tenant_id: string }>('/v1/session');
    await login.query(`BEGIN; SET LOCAL ROLE attune_tenant; SET LOCAL app.tenant_id = '${body.tenant_id}'`);
    const { rows } = await login.query(sql);
    await login.query('COMMIT');
    return rows;
  }

  async function newKey(client: ApiClient, role: string): Promise<ApiClient> {
    const { body } = await client.post<{ key: string }>('/v1/api-keys', { name: role, role });
    return client.as(body.key);
  }

  it('answers the chunks of a query with the same scores, then those that top_k leaves out', async () => {
    const { body: query } = await acme.post<QueryResponse>('/v1/query', { question });
    const { status, body, headers } = await search(acme);
    expect(status).toBe(200);
    const kept = body.chunks.filter((chunk) => chunk.dropped_by === null);
    expect(kept.map(({ chunk_id, scores }) => [chunk_id, scores.fused])).toEqual(
      query.sources.map(({ chunk_id, score }) => [chunk_id, score]),
    );
    expect(body.chunks.map((chunk) => chunk.dropped_by)).toEqual([
      ...kept.map(() => null),
      ...Array.from({ length: 13 - kept.length }, () => 'top_k'),
    ]);
    expect(headers.get('attune-config-version')).toBe('1');
    expect(body.degraded).toEqual([]);
    expect(Object.keys(body.timings_ms)).toEqual(['config', 'retrieve', 'rerank']);
  });

  it('shows each chunk with its text, its metadata and both sides of its score', async () => {
    const { body } = await search(acme, { ...patched({ retrieval_alpha: 0.25 }), top_k: 1 });
    const [best, ...others] = body.chunks;
    const { dense, sparse, fused, rerank } = best!.scores;
    expect(best).toMatchObject({ title: best!.doc_id, metadata: { kind: 'lease' }, dropped_by: null });
    expect(best!.text).toMatch(/^The rent of month/);
    expect(fused).toBeCloseTo(0.25 * dense! + 0.75 * sparse, 12);
    expect(rerank).toBeNull();
    expect(others.every((chunk) => chunk.dropped_by === 'top_k')).toBe(true);
  });

  it('shows no score of vectors where keywords alone decide', async () => {
    const { body } = await search(acme, patched({ retrieval_alpha: 0 }));
    expect(body.chunks.map(({ scores }) => scores.dense)).toEqual(body.chunks.map(() => null));
    expect(body.chunks.map(({ doc_id }) => doc_id)).not.toContain('pets');
  });

  it('says which chunks the reranker and the lowest score leave out', async () => {
    const reranked = patched({ rerank_enabled: true, rerank_top_n: 2, retrieval_min_score: 0 });
    const { body } = await search(acme, reranked);
    expect(body.chunks.slice(0, 3).map((chunk) => chunk.dropped_by)).toEqual([null, null, 'rerank']);
    expect(body.chunks.every(({ scores }) => scores.rerank !== null)).toBe(true);
    const strict = await search(acme, patched({ retrieval_min_score: 1, retrieval_top_k: 3 }));
    expect(strict.body.chunks.slice(0, 4).map((chunk) => chunk.dropped_by)).toEqual([
      'min_score',
      'min_score',
      'min_score',
      'top_k',
    ]);
  });

  it('searches only documents that match the filter, and refuses a wrong filter with every error', async () => {
    const { body } = await search(acme, { filter: { kind: ['pets', 'cars'] } });
    expect(body.chunks.map(({ doc_id }) => doc_id)).toEqual(['pets']);
    expect((await search(acme, { filter: {} })).body.chunks).toHaveLength(13);
    const filter = { a: null, b: [], c: 'x'.repeat(501), d: Array.from({ length: 51 }, () => 1), e: [{}] };
    const refused = await search(acme, { filter, top_k: 21 });
    const { errors } = refused.body as unknown as { errors: { field: string; rule: string }[] };
    expect([refused.status, ...errors.map(({ field, rule }) => `${field} ${rule}`).toSorted()]).toEqual([
      400,
      'filter.a type',
      'filter.b min',
      'filter.c max_length',
      'filter.d too_many',
      'filter.e type',
      'top_k max',
    ]);
    const query = await acme.post<QueryResponse>('/v1/query', { question, filter: { kind: 'pets' } });
    expect(query.body.sources.map(({ doc_id }) => doc_id)).toEqual(['pets']);
  });

  it('top_k replaces retrieval_top_k, and lowers rerank_top_n where that is greater', async () => {
    const { body } = await search(acme, {
      ...patched({ rerank_enabled: true, rerank_top_n: 3 }),
      top_k: 2,
    });
    expect(body.chunks.filter((chunk) => chunk.dropped_by === null)).toHaveLength(2);
  });

  it('refuses a patch of a member, and a wrong one with the place of every error', async () => {
    const member = await newKey(acme, 'member');
    expect((await search(member)).status).toBe(200);
    expect((await search(member, patched({}))).status).toBe(403);
    const { status, body } = await search(acme, patched({ retrieval_top_k: 0, colour: 1 }));
    const { errors } = body as unknown as { errors: { field: string; rule: string }[] };
    expect([status, ...errors.map(({ field, rule }) => `${field} ${rule}`).toSorted()]).toEqual([
      400,
      'patch.colour unknown_field',
      'patch.retrieval_top_k min',
    ]);
    const { body: configuration } = await acme.get<{ version: number }>('/v1/config');
    expect(configuration.version).toBe(1);
  });

  it('answers 60 searches a minute and credential, however many come at once, and then 429', async () => {
    const [busy, other] = [await newKey(acme, 'member'), await newKey(acme, 'member')];
    const answers = await Promise.all(Array.from({ length: 64 }, () => search(busy)));
    const counts = (wanted: number) => answers.filter(({ status }) => status === wanted).length;
    expect([counts(200), counts(429)]).toEqual([60, 4]);
    const { headers, body } = answers.find(({ status }) => status === 429)!;
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
    expect(body).toMatchObject({ limit: 60, remaining: 0, resets_at: expect.any(String) });
    expect((await search(other)).headers.get('ratelimit')).toMatch(/^"retrieve";r=59;t=60$/);
  });

  it('counts again after a minute, and forgets credentials that are no longer used', async () => {
    const [first, second] = [await newKey(acme, 'member'), await newKey(acme, 'member')];
    const age = () => runFor(acme, `UPDATE spent_retrievals SET spent_at = ARRAY[now() - interval '61 s']`);
    await search(first);
    await age();
    expect((await search(first)).headers.get('ratelimit')).toMatch(/r=59/);
    await age();
    await search(second);
    expect(await runFor(acme, 'SELECT credential FROM spent_retrievals')).toHaveLength(1);
  });

  it('never answers a document from memory that was deleted elsewhere', async () => {
    const tenant = await app.newTenant();
    await addDocument(tenant, 'lease', 'The rent is due on day one.');
    const { counts } = app.app.get(CorpusCache);
    const before = counts.hits;
    await waitFor(
      async () => (await tenant.post('/v1/query', { question })).status === 200 && counts.hits > before,
      { what: 'a query is answered from memory' },
    );
    await runFor(tenant, 'DELETE FROM documents');
    expect((await search(tenant)).body.chunks).toEqual([]);
  });
});
