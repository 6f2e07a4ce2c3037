import { Logger } from '@nestjs/common';
import type { CompiledConfiguration, ConfigReader } from '#config';
import { QueryPipeline } from '../query/query-pipeline.js';
import { QueryService } from '../query/query.service.js';
import { aChain, anEnvironment } from '../../testing/a-directory.js';
import { aModel } from '../../testing/llm-builders.js';
import { NotedMetering } from '../../testing/noted-metering.js';
import { MockUpstream, answering, refusing } from '../../testing/mock-upstream.js';
import {
  NotedObservations,
  aChunk,
  aConfiguration,
  aTemplate,
  promptChunks,
  someSettings,
} from '../../testing/query-builders.js';
import { RagTrial } from './rag-trial.js';

const question = 'When is rent due?';
const order = { question, subject: 'ann' };
const patient = new AbortController().signal;

/** Nothing is read of a configuration that somebody saved. */
const noReader = {
  current: () => {
    throw new Error('The saved configuration was read.');
  },
} as unknown as ConfigReader;

const observations = new NotedObservations();
const metering = new NotedMetering();

describe('a trial by the query', () => {
  let upstream: MockUpstream;
  let trial: RagTrial;
  const asked: object[] = [];

  beforeAll(async () => {
    Logger.overrideLogger(false);
    upstream = await MockUpstream.start();
    const environment = { openaiApiKey: 'a', openaiBaseUrl: upstream.openaiBaseUrl };
    const retriever = {
      retrieve: (search: object) => {
        asked.push(search);
        return Promise.resolve({ chunks: [aChunk()], degraded: [] });
      },
    };
    const pipeline = new QueryPipeline(
      promptChunks(retriever),
      aChain(environment),
      metering.asMeter(environment),
    );
    trial = new RagTrial(
      new QueryService(noReader, pipeline, anEnvironment(environment), observations.asObservations()),
    );
  });
  afterEach(() => upstream.reset());
  afterAll(() => upstream.stop());

  const proposed: CompiledConfiguration = aConfiguration({
    settings: someSettings({ temperature: 0.9, retrieval_top_k: 2 }),
    template: aTemplate('Answer like a pirate.'),
    model: aModel({ id: 'gpt-4o' }),
    rollout: { id: 'ro-1', step: 1, arm: 'treatment' },
  });

  it('puts the proposed prompt, model and settings on the wire', async () => {
    upstream.model('gpt-4o', answering('Arr, on the first.', 100, 10));
    const { signal } = new AbortController();
    await expect(trial.ask(proposed, order, signal)).resolves.toEqual({
      answer: 'Arr, on the first.',
      sources: [expect.objectContaining({ doc_id: 'lease', chunk_id: 'lease#0' })],
      model_used: 'gpt-4o',
      config_applied: {
        temperature: 0.9,
        top_k: 2,
        alpha: 0.5,
        rerank: false,
        rerank_top_n: 3,
        max_tokens: 1000,
      },
      usage: { prompt_tokens: 100, completion_tokens: 10, cost_usd: 0.00012 },
      timings_ms: expect.objectContaining({ config: 0, rerank: 0 }) as object,
      degraded: [],
    });
    expect(upstream.requests()).toMatchObject([
      {
        model: 'gpt-4o',
        temperature: 0.9,
        messages: [{ role: 'system', content: 'Answer like a pirate.' }, { role: 'user' }],
      },
    ]);
    expect(asked).toEqual([{ tenantId: 'acme-law', question, topK: 2, alpha: 0.5 }]);
  });

  it('is metered as a query of who asks', async () => {
    upstream.model('gpt-4o', answering('On the first.', 100, 10));
    const before = metering.bills.length;
    await trial.ask(proposed, order, patient);
    expect(metering.admitted.at(-1)).toMatchObject({ tenantId: 'acme-law', userId: 'ann', configVersion: 7 });
    expect(metering.bills.slice(before)).toMatchObject([{ outcome: 'answered', costUsd: 0.00012 }]);
  });

  it('says nothing of how a rollout goes', async () => {
    upstream.model('gpt-4o', answering('On the first.', 100, 10));
    await trial.ask(proposed, order, patient);
    upstream.model('gpt-4o', refusing(400));
    await expect(trial.ask(proposed, order, patient)).rejects.toMatchObject({ slug: 'upstream-failed' });
    expect(observations.noted).toEqual([]);
  });

  it('rejects as a query does when no model answers', async () => {
    upstream.model('gpt-4o', refusing(400));
    await expect(trial.ask(proposed, order, patient)).rejects.toMatchObject({
      slug: 'upstream-failed',
      details: { attempts: [{ model: 'gpt-4o' }] },
    });
  });

  it('ends with its signal', async () => {
    const gone = AbortSignal.abort();
    await expect(trial.ask(proposed, order, gone)).rejects.toMatchObject({ slug: 'upstream-failed' });
    expect(upstream.requests()).toEqual([]);
  });
});
