import { Logger } from '@nestjs/common';
import { NotFoundError, QuotaExceededError, UnavailableError, UpstreamError } from '#kernel';
import type { RagConfigOverrides } from '../../testing/llm/model-call-builders.js';
import { aClaude, aModel } from '../../testing/llm/llm-builders.js';
import { MockUpstream, answersWith, failsWith } from '../../testing/llm/mock-upstream.js';
import { aChunk, aConfiguration, someChunks, settingsWith } from '../../testing/query/query-builders.js';
import { neverAborted, question, queryFixture } from '../../testing/query/query-fixture.js';
import { failedObservation } from './recording/rollout-observation.js';

beforeAll(() => Logger.overrideLogger(false));

describe('QueryService.answer', () => {
  it('returns the answer with sources, applied configuration, usage and timings', async () => {
    const { ask } = queryFixture();
    const answer = await ask();
    expect(answer).toMatchObject({
      answer: 'The rent is due on the first day of each month. [1]',
      sources: [
        {
          doc_id: 'lease',
          chunk_id: 'lease#0',
          title: 'Lease',
          score: 0.83,
          snippet: 'The rent is due on the first day of each month.',
        },
      ],
      model_requested: 'gpt-4',
      model_used: 'gpt-4',
      fallback_used: false,
      fallback_reason: null,
      attempts: [{ model: 'gpt-4', outcome: 'ok' }],
      sandbox: true,
      config_version: 7,
      config_applied: {
        temperature: 0.3,
        top_k: 10,
        alpha: 0.5,
        rerank: false,
        rerank_top_n: 3,
        max_tokens: 1000,
      },
      rollout: null,
      usage: { completion_tokens: 15, cost_usd: 0 },
      degraded: [],
    });
    expect(Object.keys(answer.timings_ms)).toEqual(['config', 'retrieve', 'rerank', 'generate']);
  });

  it('retrieves for the tenant, with the settings of its configuration', async () => {
    const settings = settingsWith({ retrieval_top_k: 4, retrieval_alpha: 0 });
    const { ask, retriever } = queryFixture({ configuration: aConfiguration({ settings }) });
    await ask();
    expect(retriever.inputs).toEqual([
      { question, language: 'auto', topK: 4, alpha: 0, tenantId: 'acme-law' },
    ]);
  });

  it('retrieves for eight queries of a tenant at the same time; the others wait, and leave the queue with their client', async () => {
    const client = new AbortController();
    const { ask, retriever } = queryFixture({ retrieval: 'never' });
    const answers = Promise.allSettled(Array.from({ length: 20 }, () => ask(client.signal)));
    await new Promise(setImmediate);
    expect(retriever.inputs).toHaveLength(8);
    client.abort();
    for (const answer of await answers) expect(answer).toMatchObject({ status: 'rejected' });
    expect(retriever.inputs).toHaveLength(8);
  });

  it('answers when the tenant has no documents', async () => {
    const { ask } = queryFixture({ retrieval: { chunks: [], degraded: [] } });
    await expect(ask()).resolves.toMatchObject({
      sources: [],
      answer: 'There is no document to answer from.',
    });
  });

  it('reranks at least four times retrieval_top_k chunks and keeps rerank_top_n of them', async () => {
    const settings = settingsWith({ retrieval_top_k: 20, rerank_enabled: true, rerank_top_n: 2 });
    const found = { chunks: someChunks(80), degraded: [] };
    const reranker = { score: () => Promise.resolve(found.chunks.map((_, index) => index / 80)) };
    const { ask, retriever } = queryFixture({
      configuration: aConfiguration({ settings }),
      retrieval: found,
      reranker,
    });
    const answer = await ask();
    expect(retriever.inputs).toMatchObject([{ topK: 80 }]);
    expect(answer.sources.map(({ chunk_id, score }) => [chunk_id, score])).toEqual([
      ['lease#79', 79 / 80],
      ['lease#78', 78 / 80],
    ]);
    expect(answer.degraded).toEqual([]);
  });

  it('keeps rerank_top_n chunks in the order of retrieval, and says so, when the reranker fails', async () => {
    const settings = settingsWith({ rerank_enabled: true, rerank_top_n: 2 });
    const found = { chunks: someChunks(10), degraded: [] };
    const reranker = { score: () => Promise.reject(new Error('no route to host')) };
    const answer = await queryFixture({
      configuration: aConfiguration({ settings }),
      retrieval: found,
      reranker,
    }).ask();
    expect(answer.sources.map(({ chunk_id }) => chunk_id)).toEqual(['lease#0', 'lease#1']);
    expect(answer.degraded).toEqual([{ stage: 'rerank', reason: 'the reranker failed' }]);
    expect(answer.config_applied).toMatchObject({ rerank: true, rerank_top_n: 2 });
  });

  it.each([
    ['retrieval', { retrieval_min_score: 0.5 }, ['lease#0', 'lease#1']],
    ['retrieval, which all are too low', { retrieval_min_score: 1 }, []],
    [
      'the reranker, if the chunks were reranked',
      { rerank_enabled: true, retrieval_min_score: 0.5 },
      ['lease#3', 'lease#2'],
    ],
    [
      'retrieval, with 0 as the lowest',
      { retrieval_min_score: 0 },
      ['lease#0', 'lease#1', 'lease#2', 'lease#3'],
    ],
  ])('leaves out chunks below retrieval_min_score by the scores of %s', async (_by, changes, expected) => {
    const retrieved = [0.9, 0.5, 0.49, 0].map((score, index) => ({ ...someChunks(4)[index]!, score }));
    const answer = await queryFixture({
      configuration: aConfiguration({ settings: settingsWith(changes) }),
      retrieval: { chunks: retrieved, degraded: [] },
      reranker: { score: () => Promise.resolve([0.1, 0.2, 0.5, 0.8]) },
    }).ask();
    expect(answer.sources.map(({ chunk_id }) => chunk_id)).toEqual(expected);
    expect(answer.degraded).toEqual([]);
  });

  it('lists the degradations of retrieval in the answer', async () => {
    const degraded = [{ stage: 'retrieve' as const, reason: 'embeddings unavailable' }];
    const answer = await queryFixture({ retrieval: { chunks: someChunks(1), degraded } }).ask();
    expect(answer.degraded).toEqual(degraded);
  });

  it('shows at most 300 characters of a chunk, on one line', async () => {
    const text = 'A line\nof the lease. 😀'.repeat(40);
    const { sources } = await queryFixture({ retrieval: { chunks: [aChunk({ text })], degraded: [] } }).ask();
    expect([...sources[0]!.snippet]).toHaveLength(300);
    expect(sources[0]!.snippet).toMatch(/^A line of the lease\. .*…$/u);
  });

  it('rejects at its deadline when retrieval hangs', async () => {
    const { ask } = queryFixture({ retrieval: 'never', queryDeadlineMs: 100 });
    await expect(ask()).rejects.toMatchObject({ slug: 'upstream-timeout', details: { attempts: [] } });
  });

  it('rejects for a tenant that does not exist', async () => {
    await expect(
      queryFixture().queries.answer({ tenantId: 'nobody', subject: 'ann', question }, neverAborted),
    ).rejects.toBeInstanceOf(NotFoundError);
  });
});

describe('QueryService.answer and the rollout of its configuration', () => {
  const rollout = { id: 'a1b2c3d4', step: 3, arm: 'treatment' as const };
  const expectedRecord = {
    assignment: rollout,
    observation: expect.objectContaining({ durationMs: expect.any(Number) }),
  };

  it('names the rollout and the arm, and records an observation', async () => {
    const { ask, noted } = queryFixture({ configuration: aConfiguration({ rollout }) });
    expect((await ask()).rollout).toEqual({ id: 'a1b2c3d4', arm: 'treatment' });
    expect(noted).toEqual([expectedRecord]);
    expect(noted[0]!.observation).toMatchObject({ outcome: 'answered', isFallback: false, costUsd: 0 });
  });

  it('records a failed observation when no answer came in time', async () => {
    const configuration = aConfiguration({ rollout });
    const { ask, noted } = queryFixture({
      configuration,
      retrieval: 'never',
      queryDeadlineMs: 50,
    });
    await expect(ask()).rejects.toMatchObject({ slug: 'upstream-timeout' });
    expect(noted).toEqual([expectedRecord]);
    expect(noted[0]!.observation).toMatchObject({ outcome: 'failed', costUsd: 0 });
  });

  it('records no observation when its client disconnected', async () => {
    const { ask, noted } = queryFixture({ configuration: aConfiguration({ rollout }), retrieval: 'never' });
    const client = new AbortController();
    const answer = ask(client.signal);
    client.abort();
    await expect(answer).rejects.toBeDefined();
    expect(noted).toEqual([]);
  });

  it('records no observation when there is no rollout', async () => {
    const { ask, noted } = queryFixture();
    await ask();
    expect(noted).toEqual([]);
  });
});

describe('failedObservation', () => {
  it.each([
    [new UpstreamError('failed', 'No model answered.'), 'failed'],
    [new UnavailableError('The database is down.', 1), 'failed'],
    [new TypeError('a fault of ours'), 'failed'],
    [
      new QuotaExceededError('No queries are left.', {
        limit: 100,
        remaining: 0,
        resets_at: '2026-12-01T00:00:00.000Z',
        retry_after_s: 60,
      }),
      undefined,
    ],
    [new NotFoundError('No such tenant.'), undefined],
  ])('for %s has the outcome %s', (error, outcome) => {
    expect(failedObservation(error, 5)?.outcome).toBe(outcome);
  });
});

describe('QueryService.answer with real providers', () => {
  let upstream: MockUpstream;
  let environment: RagConfigOverrides;

  beforeAll(async () => {
    upstream = await MockUpstream.start();
    const { openaiBaseUrl, anthropicBaseUrl } = upstream;
    environment = { openaiBaseUrl, anthropicBaseUrl, openaiApiKey: 'a', anthropicApiKey: 'b' };
  });
  afterEach(() => upstream.reset());
  afterAll(() => upstream.stop());

  const fallbackModel = aClaude({
    input_usd_per_mtok: 0.25,
    output_usd_per_mtok: 1.25,
    max_output_tokens: 500,
  });
  const settings = settingsWith({ temperature: 1.4 });
  const configuration = aConfiguration({ settings, model: aModel(), fallbackModel });

  it('charges the prices of the model that answered, and names the values that were clamped for it', async () => {
    upstream.setBehaviour('gpt-4', failsWith(429));
    upstream.setBehaviour(fallbackModel.id, answersWith('On the first.', 8000, 400));
    const answer = await queryFixture({ configuration, environment }).ask();
    expect(answer).toMatchObject({
      answer: 'On the first.',
      model_requested: 'gpt-4',
      model_used: fallbackModel.id,
      fallback_used: true,
      fallback_reason: 'rate_limited',
      sandbox: false,
      usage: { prompt_tokens: 8000, completion_tokens: 400, cost_usd: 0.0025 },
      config_applied: { temperature: 1.4, max_tokens: 1000 },
      degraded: [
        {
          stage: 'generate',
          reason: `temperature 1.4 lowered to 1, the maximum of ${fallbackModel.id}`,
        },
        {
          stage: 'generate',
          reason: `max_tokens 1000 lowered to 500, the maximum of ${fallbackModel.id}`,
        },
      ],
    });
    expect(upstream.requests().at(-1)).toMatchObject({ temperature: 1, max_tokens: 500 });
  });
});
