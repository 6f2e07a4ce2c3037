import { Logger } from '@nestjs/common';
import { DomainError } from '#kernel';
import { Metrics } from '#telemetry';
import type { Model } from '#settings';
import { aModelCallService, withoutShortening } from '../../../testing/llm/model-call-builders.js';
import { aClaude, aModel, aGenerationRequest } from '../../../testing/llm/llm-builders.js';
import {
  type UpstreamBehaviour,
  answersWith,
  closesConnection,
  unreachableAddress,
  MockUpstream,
  neverResponds,
  failsWith,
  sendsBrokenJson,
} from '../../../testing/llm/mock-upstream.js';
import type { Generation } from '../generation.js';
import type { Attempt, FailureKind } from '../../upstream/upstream-failure.js';
import { Deadline } from './deadline.js';
import type { ModelPrompt } from './model-answer.js';
import type { ResponseMode, ModelCallService } from './model-call.service.js';

let upstream: MockUpstream;

beforeAll(async () => {
  Logger.overrideLogger(false);
  upstream = await MockUpstream.start();
});
afterEach(() => upstream.reset());
afterAll(() => upstream.stop());

const gpt = aModel();
const claude = aClaude();
const neverAborted = new AbortController().signal;

function aConnectedService(some: Parameters<typeof aModelCallService>[0] = {}): ModelCallService {
  const { openaiBaseUrl, anthropicBaseUrl } = upstream;
  const keys = { openaiApiKey: 'one-key', anthropicApiKey: 'another-key' };
  return aModelCallService({ openaiBaseUrl, anthropicBaseUrl, ...keys, ...some });
}

const promptFor = (model: Model): ModelPrompt => ({ request: aGenerationRequest({ model: model.id }) });

interface CollectedAnswer {
  readonly pieces: string[];
  readonly generation: Generation;
  readonly model: Model;
  readonly isSandbox: boolean;
  readonly fallbackReason: FailureKind | null;
  readonly attempts: readonly Attempt[];
}

async function collectAnswer(
  models: { primary: Model; fallback: Model | null },
  {
    responseMode = 'whole',
    deadline = new Deadline(10_000, neverAborted),
    modelCalls = aConnectedService(),
  }: { responseMode?: ResponseMode; deadline?: Deadline; modelCalls?: ModelCallService } = {},
): Promise<CollectedAnswer> {
  const answer = await modelCalls.start({
    ...withoutShortening,
    ...models,
    promptFor,
    responseMode,
    deadline,
  });
  const pieces: string[] = [];
  const stream = answer.pieces();
  for (;;) {
    const step = await stream.next();
    if (!step.done) pieces.push(step.value);
    else return { ...answer.answeredBy, pieces, generation: step.value, attempts: answer.attempts };
  }
}

async function expectDomainError(answer: Promise<unknown>): Promise<DomainError> {
  const problem = await answer.catch((error: unknown) => error);
  if (problem instanceof DomainError) return problem;
  throw new Error(`Expected a DomainError, got ${String(problem)}`);
}

const outcomes = (attempts: unknown): string[] =>
  (attempts as Attempt[]).map(({ model, outcome }) => `${model} ${outcome}`);

const repeatedOutcomes = (calls: number, model: Model, outcome: string): string[] =>
  Array.from({ length: calls }, () => `${model.id} ${outcome}`);

describe.each([
  ['OpenAI', 'whole', gpt, claude],
  ['OpenAI', 'streamed', gpt, claude],
  ['Anthropic', 'whole', claude, gpt],
  ['Anthropic', 'streamed', claude, gpt],
] as const)(
  'ModelCallService with a primary model of %s and a %s answer',
  (_provider, responseMode, primary, fallback) => {
    it('calls only the primary while it answers', async () => {
      upstream.setBehaviour(primary.id, answersWith('Due on the first of each month.', 812, 96));
      const answer = await collectAnswer({ primary, fallback }, { responseMode });
      expect(answer).toMatchObject({ model: primary, isSandbox: false, fallbackReason: null });
      expect(answer.generation).toMatchObject({
        text: 'Due on the first of each month.',
        promptTokens: 812,
        completionTokens: 96,
      });
      const streamed = responseMode === 'streamed' ? answer.generation.text : '';
      expect(answer.pieces.join('')).toBe(streamed);
      expect(outcomes(answer.attempts)).toEqual([`${primary.id} ok`]);
      expect(upstream.requests()).toHaveLength(1);
    });

    it.each<[FailureKind, number, UpstreamBehaviour]>([
      ['timeout', 1, neverResponds],
      ['rate_limited', 2, failsWith(429, { retryAfter: 0 })],
      ['rate_limited', 1, failsWith(429, { retryAfter: 60 })],
      ['server_error', 2, failsWith(500)],
      ['server_error', 2, failsWith(529)],
      ['connection', 2, closesConnection],
      ['authentication', 1, failsWith(401)],
      ['unknown_model', 1, failsWith(404, { code: 'model_not_found' })],
      ...(responseMode === 'whole'
        ? [['malformed_answer', 1, sendsBrokenJson] as [FailureKind, number, UpstreamBehaviour]]
        : []),
    ])('calls the fallback after failure %s and %i calls', async (kind, calls, behaviour) => {
      upstream.setBehaviour(primary.id, behaviour);
      upstream.setBehaviour(fallback.id, answersWith('From the fallback.', 7, 3));
      const deadline = new Deadline(kind === 'timeout' ? 2000 : 10_000, neverAborted);
      const answer = await collectAnswer({ primary, fallback }, { responseMode, deadline });
      expect(answer).toMatchObject({ model: fallback, fallbackReason: kind });
      expect(answer.generation.text).toBe('From the fallback.');
      expect(outcomes(answer.attempts)).toEqual([
        ...repeatedOutcomes(calls, primary, kind),
        `${fallback.id} ok`,
      ]);
      expect(answer.pieces.join('')).toBe(responseMode === 'streamed' ? 'From the fallback.' : '');
    });

    it.each([400, 422])('does not call the fallback after status %i', async (status) => {
      upstream.setBehaviour(primary.id, failsWith(status));
      const problem = await expectDomainError(collectAnswer({ primary, fallback }, { responseMode }));
      expect(problem.slug).toBe('upstream-failed');
      expect(outcomes(problem.details['attempts'])).toEqual([`${primary.id} invalid_request`]);
    });

    it('rejects with every attempt when both models fail', async () => {
      upstream.setBehaviour(primary.id, failsWith(401));
      upstream.setBehaviour(fallback.id, failsWith(503));
      const problem = await expectDomainError(collectAnswer({ primary, fallback }, { responseMode }));
      expect(problem.slug).toBe('upstream-failed');
      expect(outcomes(problem.details['attempts'])).toEqual([
        `${primary.id} authentication`,
        ...repeatedOutcomes(3, fallback, 'server_error'),
      ]);
    });

    it('retries a temporary failure and keeps the model that then answers', async () => {
      let calls = 0;
      upstream.setBehaviour(primary.id, {
        response: () => {
          calls += 1;
          if (calls < 3) return { status: 503, error: { message: 'overloaded' } };
          return { content: 'At last.' };
        },
      });
      const answer = await collectAnswer({ primary, fallback: null }, { responseMode });
      expect(answer).toMatchObject({ model: primary, fallbackReason: null });
      expect(answer.generation.text).toBe('At last.');
      expect(outcomes(answer.attempts)).toEqual([
        ...repeatedOutcomes(2, primary, 'server_error'),
        `${primary.id} ok`,
      ]);
    });

    it('times out when the deadline passes during the call to the fallback', async () => {
      upstream.setBehaviour(primary.id, failsWith(401));
      upstream.setBehaviour(fallback.id, neverResponds);
      const deadline = new Deadline(1500, neverAborted);
      const problem = await expectDomainError(
        collectAnswer({ primary, fallback }, { responseMode, deadline }),
      );
      expect(problem.slug).toBe('upstream-timeout');
      expect(outcomes(problem.details['attempts'])).toEqual([
        `${primary.id} authentication`,
        `${fallback.id} timeout`,
      ]);
    });

    it('times out without a fallback when the model does not answer', async () => {
      upstream.setBehaviour(primary.id, neverResponds);
      const deadline = new Deadline(1500, neverAborted);
      const problem = await expectDomainError(
        collectAnswer({ primary, fallback: null }, { responseMode, deadline }),
      );
      expect(problem.slug).toBe('upstream-timeout');
      expect(outcomes(problem.details['attempts'])).toEqual([`${primary.id} timeout`]);
    });

    it('stops at once when the client disconnects, and does not call the fallback', async () => {
      upstream.setBehaviour(primary.id, neverResponds);
      const client = new AbortController();
      const answer = collectAnswer(
        { primary, fallback },
        { responseMode, deadline: new Deadline(60_000, client.signal) },
      );
      client.abort();
      const problem = await expectDomainError(answer);
      expect(outcomes(problem.details['attempts'])).toEqual([`${primary.id} cancelled`]);
    });

    it('does not call a fallback that is the primary itself', async () => {
      upstream.setBehaviour(primary.id, failsWith(404));
      const problem = await expectDomainError(
        collectAnswer({ primary, fallback: primary }, { responseMode }),
      );
      expect(outcomes(problem.details['attempts'])).toEqual([`${primary.id} unknown_model`]);
    });

    it('calls the fallback when the provider of the primary has no key', async () => {
      upstream.setBehaviour(fallback.id, answersWith('From the fallback.', 7, 3));
      const withoutKey = primary.provider === 'openai' ? { openaiApiKey: null } : { anthropicApiKey: null };
      const answer = await collectAnswer(
        { primary, fallback },
        { responseMode, modelCalls: aConnectedService(withoutKey) },
      );
      expect(answer).toMatchObject({ model: fallback, fallbackReason: 'authentication' });
    });

    it('shows no API key in an error or its cause', async () => {
      upstream.setBehaviour(
        primary.id,
        failsWith(401, { message: 'Incorrect API key: one-key another-key' }),
      );
      const problem = await expectDomainError(collectAnswer({ primary, fallback: null }, { responseMode }));
      const { message } = problem.cause as Error;
      expect([problem.message, JSON.stringify(problem.details)].join()).not.toContain('Incorrect');
      expect(message).not.toContain(primary.provider === 'openai' ? 'one-key' : 'another-key');
    });
  },
);

describe('ModelCallService', () => {
  it('calls the fallback when the address of the primary refuses connections', async () => {
    upstream.setBehaviour(claude.id, answersWith('From the fallback.', 7, 3));
    const base_url = await unreachableAddress();
    const primary = aModel({ provider: 'openai-compatible', base_url });
    const answer = await collectAnswer({ primary, fallback: claude });
    expect(outcomes(answer.attempts)).toEqual([...repeatedOutcomes(2, gpt, 'connection'), `${claude.id} ok`]);
  });

  it('names the missing variable of each model in the error', async () => {
    const modelCalls = aModelCallService({ anthropicApiKey: 'another-key' });
    const local = { provider: 'openai-compatible', base_url: 'http://vllm.example/v1' } as const;
    const fallback = aModel({ ...local, id: 'm1', api_key_env: 'MODEL_KEY_ABSENT' });
    const error = await expectDomainError(collectAnswer({ primary: gpt, fallback }, { modelCalls }));
    expect(error.message).toBe(
      'No model answered. OPENAI_API_KEY is not set, so gpt-4 cannot be asked. MODEL_KEY_ABSENT is not set, so m1 cannot be asked.',
    );
  });

  it('calls no model after the deadline', async () => {
    const deadline = new Deadline(0, neverAborted);
    const problem = await expectDomainError(collectAnswer({ primary: gpt, fallback: claude }, { deadline }));
    expect(problem.slug).toBe('upstream-timeout');
    expect(upstream.requests()).toHaveLength(0);
  });

  it('rethrows a bug of Attune instead of calling the fallback', async () => {
    const broken = (): ModelPrompt => ({ request: null as unknown as ModelPrompt['request'] });
    const models = { primary: aModel({ provider: 'sandbox' }), fallback: null };
    const options = { responseMode: 'whole', deadline: new Deadline(10_000, neverAborted) } as const;
    const call = { ...models, promptFor: broken, ...withoutShortening, ...options };
    await expect(aConnectedService().start(call)).rejects.toBeInstanceOf(TypeError);
  });

  it.each(['whole', 'streamed'] as const)('marks a %s answer of the sandbox', async (responseMode) => {
    const answer = await collectAnswer(
      { primary: gpt, fallback: claude },
      { responseMode, modelCalls: aModelCallService() },
    );
    expect(answer).toMatchObject({ model: gpt, isSandbox: true });
    expect(answer.generation.text).toBe('Rent is due on the first day of each month. [1]');
    expect(answer.pieces.join('')).toBe(responseMode === 'streamed' ? answer.generation.text : '');
  });

  it('counts every call and every fallback in the metrics', async () => {
    upstream.setBehaviour(gpt.id, failsWith(401));
    upstream.setBehaviour(claude.id, answersWith('From the fallback.', 7, 3));
    const metrics = new Metrics();
    const { openaiBaseUrl, anthropicBaseUrl } = upstream;
    const modelCalls = aModelCallService(
      { openaiBaseUrl, anthropicBaseUrl, openaiApiKey: 'a', anthropicApiKey: 'b' },
      metrics,
    );
    await collectAnswer({ primary: gpt, fallback: claude }, { modelCalls });
    const text = await metrics.toPrometheusText();
    expect(text).toContain('llm_attempts_total{provider="openai",model="gpt-4",outcome="authentication"} 1');
    expect(text).toContain(`llm_attempts_total{provider="anthropic",model="${claude.id}",outcome="ok"} 1`);
    expect(text).toContain('llm_fallbacks_total{reason="authentication"} 1');
  });
});
