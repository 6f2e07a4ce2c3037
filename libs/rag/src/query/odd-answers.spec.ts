import { Logger } from '@nestjs/common';
import type { UpstreamError } from '#kernel';
import { aClaude, aModel } from '../../testing/llm/llm-builders.js';
import type { RagConfigOverrides } from '../../testing/llm/model-call-builders.js';
import { type Script, ScriptedServer, failWith } from '../../testing/llm/scripted-server.js';
import { FakeMetering } from '../../testing/query/fake-metering.js';
import { aConfiguration, settingsWith, someChunks } from '../../testing/query/query-builders.js';
import { queryFixture } from '../../testing/query/query-fixture.js';

let gpt: ScriptedServer;
let haiku: ScriptedServer;
let environment: RagConfigOverrides;
let metering: FakeMetering;

beforeAll(async () => {
  Logger.overrideLogger(false);
  [gpt, haiku] = await Promise.all([ScriptedServer.start(), ScriptedServer.start()]);
  environment = {
    openaiApiKey: 'a',
    anthropicApiKey: 'b',
    openaiBaseUrl: `${gpt.url}/v1`,
    anthropicBaseUrl: haiku.url,
  };
});
beforeEach(() => {
  metering = new FakeMetering();
  const content = [{ type: 'text', text: 'From the fallback.' }];
  haiku.setScript(
    failWith(200, { content, stop_reason: 'end_turn', usage: { input_tokens: 100, output_tokens: 10 } }),
  );
});
afterAll(() => Promise.all([gpt.stop(), haiku.stop()]));

const fallbackModel = aClaude();
const emptyAnswer = {
  choices: [{ message: { content: '' }, finish_reason: 'length' }],
  usage: {
    prompt_tokens: 60,
    completion_tokens: 1000,
    completion_tokens_details: { reasoning_tokens: 1000 },
  },
};

function answerWith(content: string, finish_reason: string, usage: object): Script {
  return failWith(200, { choices: [{ message: { content }, finish_reason }], usage });
}

function ask({ hasFallback = true, chunks = 4 } = {}) {
  const configuration = aConfiguration({
    settings: settingsWith({ max_tokens: 100 }),
    model: aModel({ max_output_tokens: 4000 }),
    fallbackModel: hasFallback ? fallbackModel : null,
  });
  const retrieval = { chunks: someChunks(chunks), degraded: [] };
  return queryFixture({ configuration, retrieval, environment, metering }).ask();
}

describe('QueryService.answer from an odd server', () => {
  it('says in degraded that an answer was cut at max_tokens', async () => {
    gpt.setScript(answerWith('The rent is due on', 'length', { prompt_tokens: 50, completion_tokens: 100 }));
    await expect(ask()).resolves.toMatchObject({
      answer: 'The rent is due on',
      finish_reason: 'length',
      degraded: [{ stage: 'generate', reason: 'the answer was cut at max_tokens (100)' }],
    });
  });

  it('says in degraded that a content filter ended an answer', async () => {
    gpt.setScript(answerWith('The rent', 'content_filter', { prompt_tokens: 50, completion_tokens: 2 }));
    await expect(ask()).resolves.toMatchObject({
      finish_reason: 'content_filter',
      fallback_used: false,
      degraded: [{ stage: 'generate', reason: "the provider's content filter ended the answer" }],
    });
  });

  it('counts cached and reasoning tokens apart', async () => {
    const usage = {
      prompt_tokens: 6000,
      completion_tokens: 30,
      prompt_tokens_details: { cached_tokens: 5000 },
      completion_tokens_details: { reasoning_tokens: 20 },
    };
    gpt.setScript(answerWith('On the first.', 'stop', usage));
    await expect(ask()).resolves.toMatchObject({
      finish_reason: 'stop',
      usage: {
        prompt_tokens: 6000,
        completion_tokens: 30,
        cached_prompt_tokens: 5000,
        reasoning_tokens: 20,
        cost_usd: 0.00606,
      },
      degraded: [],
    });
  });

  it('goes to the fallback after an empty answer, and charges for both', async () => {
    gpt.setScript(failWith(200, emptyAnswer));
    await expect(ask()).resolves.toMatchObject({
      answer: 'From the fallback.',
      fallback_reason: 'empty_answer',
      attempts: [{ outcome: 'empty_answer' }, { outcome: 'ok' }],
      usage: { prompt_tokens: 100, completion_tokens: 10, cost_usd: 0.00218 },
    });
    expect(gpt.calls).toHaveLength(1);
    expect(metering.settlements).toMatchObject([{ outcome: 'answered', costUsd: 0.00218 }]);
  });

  it('charges for an empty answer also when no other model answers', async () => {
    gpt.setScript(failWith(200, emptyAnswer));
    const failure = (await ask({ hasFallback: false }).catch((error: unknown) => error)) as UpstreamError;
    expect(failure.message).toBe('No model answered. Model "gpt-4" answered without a text.');
    expect(metering.settlements).toMatchObject([
      { outcome: 'failed', model: 'gpt-4', promptTokens: 60, completionTokens: 1000, costUsd: 0.00206 },
    ]);
  });

  it.each<[string, Script]>([
    ['content_filter', failWith(400, { error: { message: 'Filtered.', code: 'content_filter' } })],
    ['content_filter', answerWith('', 'content_filter', { prompt_tokens: 50, completion_tokens: 0 })],
    [
      'unsupported_parameter',
      failWith(400, { error: { message: 'max_tokens is too small', param: 'max_completion_tokens' } }),
    ],
  ])('goes to the fallback after %s', async (kind, script) => {
    gpt.setScript(script);
    await expect(ask()).resolves.toMatchObject({ answer: 'From the fallback.', fallback_reason: kind });
  });
});

describe('QueryService.answer of a model whose context window is smaller than the catalogue says', () => {
  const overflow = { error: { message: 'Too long.', code: 'context_length_exceeded' } };
  const chunkCount = (body: Record<string, unknown>): number =>
    JSON.stringify(body['messages']).split('The rent is due on the first day.').length - 1;
  const acceptChunks =
    (max: number): Script =>
    (call) => {
      if (chunkCount(call.body) > max) return failWith(400, overflow)(call);
      return answerWith('On the first.', 'stop', { prompt_tokens: 50, completion_tokens: 5 })(call);
    };

  it('answers from fewer chunks, and says so', async () => {
    gpt.setScript(acceptChunks(2));
    const answer = await ask({ chunks: 10 });
    expect(answer).toMatchObject({
      answer: 'On the first.',
      fallback_used: false,
      attempts: [{ outcome: 'context_overflow' }, { outcome: 'context_overflow' }, { outcome: 'ok' }],
      degraded: [{ stage: 'prompt', reason: '8 of 10 chunks left out to fit the context window of gpt-4' }],
    });
    expect(answer.sources).toHaveLength(2);
    expect(gpt.calls.map(({ body }) => chunkCount(body))).toEqual([10, 5, 2]);
  });

  it('goes to the fallback with all chunks when not even the question fits', async () => {
    gpt.setScript(acceptChunks(-1));
    const answer = await ask({ chunks: 4 });
    expect(answer).toMatchObject({ answer: 'From the fallback.', fallback_reason: 'context_overflow' });
    expect(answer.sources).toHaveLength(4);
    expect(gpt.calls.map(({ body }) => chunkCount(body))).toEqual([4, 2, 1, 0]);
  });
});
