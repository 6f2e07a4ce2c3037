import { Logger } from '@nestjs/common';
import type { CompiledConfiguration, ConfigReader } from '#config';
import { QueryPipeline } from '../query/query-pipeline.js';
import { QueryService } from '../query/query.service.js';
import { aModelCallService, aModelQueue, aMeteringConfig } from '../../testing/llm/model-call-builders.js';
import { aModel } from '../../testing/llm/llm-builders.js';
import { FakeMetering } from '../../testing/query/fake-metering.js';
import { MockUpstream, answersWith, failsWith } from '../../testing/llm/mock-upstream.js';
import {
  FakeObservations,
  aChunk,
  aConfiguration,
  aTemplate,
  aContextRetriever,
  settingsWith,
  aQueryRecorder,
} from '../../testing/query/query-builders.js';
import { RagTrial } from './rag-trial.js';

const question = 'When is rent due?';
const trialInput = { question, subject: 'ann' };
const neverAborted = new AbortController().signal;

/** Fails if the trial reads the saved configuration. */
const unreadableConfigurations = {
  current: () => {
    throw new Error('The saved configuration was read.');
  },
} as unknown as ConfigReader;

const observations = new FakeObservations();
const metering = new FakeMetering();

describe('RagTrial', () => {
  let upstream: MockUpstream;
  let trial: RagTrial;
  const searches: object[] = [];

  beforeAll(async () => {
    Logger.overrideLogger(false);
    upstream = await MockUpstream.start();
    const environment = { openaiApiKey: 'a', openaiBaseUrl: upstream.openaiBaseUrl };
    const retriever = {
      retrieve: (search: object) => {
        searches.push(search);
        return Promise.resolve({ chunks: [aChunk()], degraded: [] });
      },
    };
    const pipeline = new QueryPipeline(
      aContextRetriever(retriever),
      aModelQueue(environment),
      aModelCallService(environment),
      metering.asAdmissionService(environment),
    );
    trial = new RagTrial(
      new QueryService(unreadableConfigurations, pipeline, aMeteringConfig(), aQueryRecorder(observations)),
    );
  });
  afterEach(() => upstream.reset());
  afterAll(() => upstream.stop());

  const proposed: CompiledConfiguration = aConfiguration({
    settings: settingsWith({ temperature: 0.9, retrieval_top_k: 2 }),
    template: aTemplate('Answer like a pirate.'),
    model: aModel({ id: 'gpt-4o' }),
    rollout: { id: 'ro-1', step: 1, arm: 'treatment' },
  });

  it('sends the proposed prompt, model and settings to the provider', async () => {
    upstream.setBehaviour('gpt-4o', answersWith('Arr, on the first.', 100, 10));
    const { signal } = new AbortController();
    await expect(trial.ask(proposed, trialInput, signal)).resolves.toEqual({
      answer: 'Arr, on the first.',
      sources: [expect.objectContaining({ doc_id: 'lease', chunk_id: 'lease#0' })],
      model_used: 'gpt-4o',
      sandbox: false,
      config_applied: {
        temperature: 0.9,
        top_k: 2,
        alpha: 0.5,
        rerank: false,
        rerank_top_n: 3,
        max_tokens: 1000,
      },
      usage: {
        prompt_tokens: 100,
        completion_tokens: 10,
        cached_prompt_tokens: 0,
        reasoning_tokens: 0,
        cost_usd: 0.00012,
      },
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
    expect(searches).toEqual([{ tenantId: 'acme-law', question, language: 'auto', topK: 2, alpha: 0.5 }]);
  });

  it('returns an answer without the reasoning of the model, so that no golden phrase matches it', async () => {
    upstream.setBehaviour('gpt-4o', answersWith('<think>secret plan</think>On the first.', 100, 10));
    const { answer } = await trial.ask(proposed, trialInput, neverAborted);
    expect(answer).toBe('On the first.');
  });

  it('meters the trial as a query of the asking user', async () => {
    upstream.setBehaviour('gpt-4o', answersWith('On the first.', 100, 10));
    const before = metering.settlements.length;
    await trial.ask(proposed, trialInput, neverAborted);
    expect(metering.admitted.at(-1)).toMatchObject({ tenantId: 'acme-law', userId: 'ann', configVersion: 7 });
    expect(metering.settlements.slice(before)).toMatchObject([{ outcome: 'answered', costUsd: 0.00012 }]);
  });

  it('records no observation for a rollout', async () => {
    upstream.setBehaviour('gpt-4o', answersWith('On the first.', 100, 10));
    await trial.ask(proposed, trialInput, neverAborted);
    upstream.setBehaviour('gpt-4o', failsWith(400));
    await expect(trial.ask(proposed, trialInput, neverAborted)).rejects.toMatchObject({
      slug: 'upstream-failed',
    });
    expect(observations.recorded).toEqual([]);
  });

  it('rejects as a query does when no model answers', async () => {
    upstream.setBehaviour('gpt-4o', failsWith(400));
    await expect(trial.ask(proposed, trialInput, neverAborted)).rejects.toMatchObject({
      slug: 'upstream-failed',
      details: { attempts: [{ model: 'gpt-4o' }] },
    });
  });

  it('rejects when its signal aborts, without a call to a model', async () => {
    const aborted = AbortSignal.abort();
    await expect(trial.ask(proposed, trialInput, aborted)).rejects.toMatchObject({ slug: 'upstream-failed' });
    expect(upstream.requests()).toEqual([]);
  });
});
