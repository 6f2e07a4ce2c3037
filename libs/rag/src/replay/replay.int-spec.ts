import { Client } from 'pg';
import { CoherentCache } from '#cache';
import { Database } from '#database';
import { type ApiClient, waitFor } from '#testing';
import { MockUpstream, answersWith, failsWith } from '../../testing/llm/mock-upstream.js';
import { type RagApp, startRagApp } from '../../testing/rag-app.js';
import { QuestionLogService } from '../question-log/question-log.service.js';
import { ReplayJobHandler } from './replay-job-handler.js';
import type { ReplayResponse } from './replay.response.js';

interface Problem {
  readonly detail: string;
  readonly errors?: { readonly field: string; readonly rule: string }[];
}

const never = new AbortController().signal;

describe('/v1/config/replay', () => {
  let upstream: MockUpstream;
  let app: RagApp;
  let api: ApiClient;
  let tenants = 0;

  beforeAll(async () => {
    upstream = await MockUpstream.start();
    app = await startRagApp({
      OPENAI_API_KEY: 'a-key',
      OPENAI_BASE_URL: upstream.openaiBaseUrl,
      EMBEDDINGS: 'local',
      EGRESS_ALLOW: '127.0.0.1',
    });
  });

  beforeEach(async () => {
    upstream.reset();
    upstream.setBehaviour('gpt-3.5-turbo', answersWith('On the first.', 100, 10));
    upstream.setBehaviour('gpt-4', answersWith('On the first day.', 100, 10));
    api = await app.newTenant();
    tenants += 1;
    await api.post('/v1/documents', { id: 'lease', title: 'Lease', text: 'The rent is due on the first.' });
    await api.post('/v1/documents', { id: 'pets', title: 'Pets', text: 'Rent rises with a pet.' });
  });

  afterAll(async () => {
    await app.close();
    await upstream.stop();
  });

  const sql = async <Row>(statement: string): Promise<Row[]> => {
    const client = new Client(app.database.superuserUrl);
    await client.connect();
    try {
      return (await client.query(statement)).rows as Row[];
    } finally {
      await client.end();
    }
  };
  const logged = () =>
    sql<{ question: string }>(
      `SELECT question FROM question_log WHERE tenant_id = 'tenant-${tenants}' ORDER BY id`,
    );
  const askAll = async (...questions: string[]): Promise<void> => {
    await api.patch('/v1/config', { log_questions: true });
    for (const question of questions) await api.post('/v1/query', { question });
    await waitFor(async () => (await logged()).length === questions.length);
  };
  const start = (patch: object, last = 10) => api.post<ReplayResponse>('/v1/config/replay', { patch, last });
  const ended = async ({ id }: ReplayResponse): Promise<ReplayResponse> => {
    let body!: ReplayResponse;
    await waitFor(async () => {
      ({ body } = await api.get<ReplayResponse>(`/v1/config/replays/${id}`));
      return body.finished_at !== null;
    });
    return body;
  };

  it('asks each logged question once under today and under the patch, newest first, and adds up', async () => {
    await askAll('When is the rent due?', 'Who has a pet?', 'When is the rent due?');
    const before = (await api.get<object>('/v1/config')).body;
    const used = async () => (await api.get<{ quota: { used: number } }>('/v1/usage')).body.quota.used;
    const usedBefore = await used();
    const answer = await start({ model_name: 'gpt-4', retrieval_top_k: 1 });
    expect([answer.status, answer.headers.get('location')]).toEqual([
      202,
      `/v1/config/replays/${answer.body.id}`,
    ]);
    const replay = await ended(answer.body);
    expect(replay).toMatchObject({ state: 'completed', done: 2, total: 2, error: null });
    expect(replay.items.map(({ question }) => question)).toEqual(['When is the rent due?', 'Who has a pet?']);
    const [first] = replay.items;
    expect(first).toMatchObject({
      answer_before: 'On the first.',
      answer_after: 'On the first day.',
      error: null,
    });
    expect(first!.sources_kept.length + first!.sources_lost.length).toBe(2);
    expect(first!.sources_gained).toEqual([]);
    expect(first!.cost_ratio).toBeGreaterThan(1);
    expect(replay.sums).toMatchObject({ answers_changed: 2, sources_lost: 2, failed: 0 });
    expect(await used()).toBe(usedBefore + 4);
    expect((await api.get<object>('/v1/config')).body).toEqual(before);
    expect(await logged()).toHaveLength(3);
  });

  it('POST /v1/config/replay answers 409 without log_questions, which keeps no question, and says the next step', async () => {
    await api.post('/v1/query', { question: 'Who am I?' });
    expect(await logged()).toEqual([]);
    const off = await api.post<Problem>('/v1/config/replay', { patch: {}, last: 1 });
    expect([off.status, off.body.detail]).toEqual([409, expect.stringContaining('log_questions')]);
    await api.patch('/v1/config', { log_questions: true });
    const none = await api.post<Problem>('/v1/config/replay', { patch: {}, last: 1 });
    expect([none.status, none.body.detail]).toEqual([409, expect.stringContaining('Ask some')]);
  });

  it('stops with the reason when the quota ends, and keeps the results that are there', async () => {
    await askAll('One?', 'Two?', 'Three?');
    await sql(`UPDATE usage_days SET queries = 9996 WHERE tenant_id = 'tenant-${tenants}'`).catch(
      () => undefined,
    );
    const tenant = `/v1/platform/tenants/tenant-${tenants}/config`;
    expect((await app.platform.patch(tenant, { max_queries_per_day: 100 })).status).toBe(200);
    for (let count = 0; count < 95; count += 1) await api.post('/v1/query', { question: 'More?' });
    const replay = await ended((await start({ temperature: 0 }, 3)).body);
    expect(replay.state).toBe('stopped');
    expect(replay.error).toMatch(/queries/);
    expect(replay.done).toBeLessThan(replay.total);
  });

  it('asks no further question when its tenant is suspended', async () => {
    await askAll('One?', 'Two?');
    const { body } = await start({});
    await ended(body);
    await sql(`UPDATE replay_items SET result = NULL WHERE replay_id = '${body.id}'`);
    await sql(`UPDATE replays SET state = 'running', finished_at = NULL WHERE id = '${body.id}'`);
    app.app.get(Database).onCommit((changes) => app.app.get(CoherentCache).publishCommitted(changes));
    const tenant = `/v1/platform/tenants/tenant-${tenants}`;
    expect((await app.platform.patch(tenant, { status: 'suspended' })).status).toBe(200);
    await app.app.get(ReplayJobHandler).run({ tenantId: `tenant-${tenants}`, id: body.id }, never);
    const { body: stopped } = await api.get<ReplayResponse>(`/v1/config/replays/${body.id}`);
    expect(stopped).toMatchObject({ state: 'stopped', done: 0 });
    expect(stopped.error).toMatch(/suspended/);
  });

  it('reports a question that no model answers, and goes on', async () => {
    await askAll('One?', 'Two?');
    upstream.setBehaviour('gpt-4', failsWith(400));
    const replay = await ended((await start({ model_name: 'gpt-4', model_fallback: 'none' })).body);
    expect(replay).toMatchObject({ state: 'completed', done: 2, sums: { failed: 2 } });
    expect(replay.items[0]).toMatchObject({ answer_before: 'On the first.', answer_after: null });
    expect(replay.items[0]!.error).toContain('gpt-4');
  });

  it('another replica continues after the questions that a killed one answered', async () => {
    await askAll('One?', 'Two?', 'Three?');
    const handler = app.app.get(ReplayJobHandler);
    const { body } = await start({ temperature: 0 });
    await ended(body);
    await sql(`UPDATE replay_items SET result = NULL WHERE replay_id = '${body.id}' AND position > 1`);
    await sql(`UPDATE replays SET state = 'running', finished_at = NULL WHERE id = '${body.id}'`);
    upstream.reset();
    upstream.setBehaviour('gpt-3.5-turbo', answersWith('Again.', 100, 10));
    const job = { tenantId: `tenant-${tenants}`, id: body.id };
    await expect(handler.run(job, AbortSignal.abort(new Error('killed')))).rejects.toThrow('killed');
    await handler.run(job, never);
    const { items, state } = await ended(body);
    expect([state, items.map((item) => item.answer_after)]).toEqual([
      'completed',
      ['On the first.', 'Again.', 'Again.'],
    ]);
  });

  it('a second replay is refused while one runs, and a cancelled one ends', async () => {
    await askAll('One?');
    const handler = app.app.get(ReplayJobHandler);
    const { body } = await start({});
    await ended(body);
    await sql(`UPDATE replay_items SET result = NULL WHERE replay_id = '${body.id}'`);
    await sql(`UPDATE replays SET state = 'running', finished_at = NULL WHERE id = '${body.id}'`);
    expect((await start({})).status).toBe(409);
    const cancelled = await api.post<ReplayResponse>(`/v1/config/replays/${body.id}/cancel`);
    expect([cancelled.status, cancelled.body.state]).toEqual([200, 'cancelled']);
    await handler.run({ tenantId: `tenant-${tenants}`, id: body.id }, never);
    expect((await api.get<ReplayResponse>(`/v1/config/replays/${body.id}`)).body).toMatchObject({
      state: 'cancelled',
      done: 0,
    });
    expect((await start({})).status).toBe(202);
    const acts = await sql<{ action: string }>(
      `SELECT action FROM audit_log WHERE tenant_id = 'tenant-${tenants}' AND action LIKE 'replay.%' ORDER BY id`,
    );
    expect(acts.map(({ action }) => action)).toEqual(['replay.start', 'replay.cancel', 'replay.start']);
  });

  it('refuses wrong bodies with all errors, other tenants and members', async () => {
    await askAll('One?');
    const wrong = await api.post<Problem>('/v1/config/replay', {
      patch: { temperature: 9 },
      last: 101,
      more: 1,
    });
    expect([
      wrong.status,
      ...wrong.body.errors!.map(({ field, rule }) => `${field} ${rule}`).toSorted(),
    ]).toEqual([400, 'last max', 'more unknown_field', 'patch.temperature max']);
    const { body } = await start({});
    const other = await app.newTenant();
    tenants += 1;
    expect((await other.get(`/v1/config/replays/${body.id}`)).status).toBe(404);
    expect((await other.post(`/v1/config/replays/${body.id}/cancel`)).status).toBe(404);
    const { body: key } = await api.post<{ key: string }>('/v1/api-keys', { name: 'm', role: 'member' });
    expect((await api.as(key.key).get(`/v1/config/replays/${body.id}`)).status).toBe(403);
  });

  it('questions and replays that are older than 30 days are deleted', async () => {
    await askAll('Old?', 'New?');
    const { body } = await start({});
    await ended(body);
    await sql(`UPDATE question_log SET asked_at = now() - interval '31 days' WHERE question = 'Old?'`);
    await sql(`UPDATE replays SET created_at = now() - interval '31 days' WHERE id = '${body.id}'`);
    await app.app.get(QuestionLogService).prune();
    expect((await logged()).map(({ question }) => question)).toEqual(['New?']);
    expect((await api.get(`/v1/config/replays/${body.id}`)).status).toBe(404);
  });
});
