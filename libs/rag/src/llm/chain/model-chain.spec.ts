import { Logger } from '@nestjs/common';
import { DomainError } from '#kernel';
import { Metrics } from '#telemetry';
import type { Model } from '#tenancy';
import { aChain } from '../../../testing/a-directory.js';
import { aClaude, aModel, aRequest } from '../../../testing/llm-builders.js';
import {
  type Behaviour,
  answering,
  cuttingTheLine,
  deadAddress,
  MockUpstream,
  neverAnswering,
  refusing,
  sendingBrokenJson,
} from '../../../testing/mock-upstream.js';
import type { Generation } from '../generation.js';
import type { Attempt, FailureKind } from '../upstream-failure.js';
import { Deadline } from './deadline.js';
import type { ModelPrompt } from './model-answer.js';
import type { Manner, ModelChain } from './model-chain.js';

let upstream: MockUpstream;

beforeAll(async () => {
  Logger.overrideLogger(false);
  upstream = await MockUpstream.start();
});
afterEach(() => upstream.reset());
afterAll(() => upstream.stop());

const gpt = aModel();
const claude = aClaude();
const patient = new AbortController().signal;

function chain(some: Parameters<typeof aChain>[0] = {}): ModelChain {
  const { openaiBaseUrl, anthropicBaseUrl } = upstream;
  const keys = { openaiApiKey: 'one-key', anthropicApiKey: 'another-key' };
  return aChain({ openaiBaseUrl, anthropicBaseUrl, ...keys, ...some });
}

const promptFor = (model: Model): ModelPrompt => ({ request: aRequest({ model: model.id }) });

interface Told {
  readonly pieces: string[];
  readonly generation: Generation;
  readonly model: Model;
  readonly isSandbox: boolean;
  readonly fallbackReason: FailureKind | null;
  readonly attempts: readonly Attempt[];
}

async function ask(
  models: { primary: Model; fallback: Model | null },
  {
    manner = 'whole',
    deadline = new Deadline(10_000, patient),
    by = chain(),
  }: { manner?: Manner; deadline?: Deadline; by?: ModelChain } = {},
): Promise<Told> {
  const answer = await by.ask({ ...models, promptFor, manner, deadline });
  const pieces: string[] = [];
  const reply = answer.pieces();
  for (;;) {
    const step = await reply.next();
    if (!step.done) pieces.push(step.value);
    else return { ...answer.by, pieces, generation: step.value, attempts: answer.attempts };
  }
}

async function problemOf(answer: Promise<unknown>): Promise<DomainError> {
  const problem = await answer.catch((error: unknown) => error);
  if (problem instanceof DomainError) return problem;
  throw new Error(`Expected a DomainError, got ${String(problem)}`);
}

const outcomes = (attempts: unknown): string[] =>
  (attempts as Attempt[]).map(({ model, outcome }) => `${model} ${outcome}`);

const times = (calls: number, model: Model, outcome: string): string[] =>
  Array.from({ length: calls }, () => `${model.id} ${outcome}`);

describe.each([
  ['OpenAI', 'whole', gpt, claude],
  ['OpenAI', 'streamed', gpt, claude],
  ['Anthropic', 'whole', claude, gpt],
  ['Anthropic', 'streamed', claude, gpt],
] as const)(
  'a chain whose primary is of %s, asked for a %s answer,',
  (_provider, manner, primary, fallback) => {
    it('asks the primary alone while it answers', async () => {
      upstream.model(primary.id, answering('Due on the first of each month.', 812, 96));
      const answer = await ask({ primary, fallback }, { manner });
      expect(answer).toMatchObject({ model: primary, isSandbox: false, fallbackReason: null });
      expect(answer.generation).toMatchObject({
        text: 'Due on the first of each month.',
        promptTokens: 812,
        completionTokens: 96,
      });
      const streamed = manner === 'streamed' ? answer.generation.text : '';
      expect(answer.pieces.join('')).toBe(streamed);
      expect(outcomes(answer.attempts)).toEqual([`${primary.id} ok`]);
      expect(upstream.requests()).toHaveLength(1);
    });

    it.each<[FailureKind, number, Behaviour]>([
      ['timeout', 1, neverAnswering],
      ['rate_limited', 2, refusing(429, { retryAfter: 0 })],
      ['rate_limited', 1, refusing(429, { retryAfter: 60 })],
      ['server_error', 2, refusing(500)],
      ['server_error', 2, refusing(529)],
      ['connection', 2, cuttingTheLine],
      ['authentication', 1, refusing(401)],
      ['unknown_model', 1, refusing(404, { code: 'model_not_found' })],
      ...(manner === 'whole'
        ? [['malformed_answer', 1, sendingBrokenJson] as [FailureKind, number, Behaviour]]
        : []),
    ])('falls back on %s, after %i calls', async (kind, calls, behaviour) => {
      upstream.model(primary.id, behaviour);
      upstream.model(fallback.id, answering('From the fallback.', 7, 3));
      const deadline = new Deadline(kind === 'timeout' ? 2000 : 10_000, patient);
      const answer = await ask({ primary, fallback }, { manner, deadline });
      expect(answer).toMatchObject({ model: fallback, fallbackReason: kind });
      expect(answer.generation.text).toBe('From the fallback.');
      expect(outcomes(answer.attempts)).toEqual([...times(calls, primary, kind), `${fallback.id} ok`]);
      expect(answer.pieces.join('')).toBe(manner === 'streamed' ? 'From the fallback.' : '');
    });

    it.each([400, 413, 422])('does not fall back on status %i', async (status) => {
      upstream.model(primary.id, refusing(status));
      const problem = await problemOf(ask({ primary, fallback }, { manner }));
      expect(problem.slug).toBe('upstream-failed');
      expect(outcomes(problem.details['attempts'])).toEqual([`${primary.id} invalid_request`]);
    });

    it('fails with every attempt when both models fail', async () => {
      upstream.model(primary.id, refusing(401));
      upstream.model(fallback.id, refusing(503));
      const problem = await problemOf(ask({ primary, fallback }, { manner }));
      expect(problem.slug).toBe('upstream-failed');
      expect(outcomes(problem.details['attempts'])).toEqual([
        `${primary.id} authentication`,
        ...times(3, fallback, 'server_error'),
      ]);
    });

    it('asks again for what may pass, and stays with the model that then answers', async () => {
      let calls = 0;
      upstream.model(primary.id, {
        response: () => {
          calls += 1;
          if (calls < 3) return { status: 503, error: { message: 'overloaded' } };
          return { content: 'At last.' };
        },
      });
      const answer = await ask({ primary, fallback: null }, { manner });
      expect(answer).toMatchObject({ model: primary, fallbackReason: null });
      expect(answer.generation.text).toBe('At last.');
      expect(outcomes(answer.attempts)).toEqual([...times(2, primary, 'server_error'), `${primary.id} ok`]);
    });

    it('times out when the deadline passes in the fallback', async () => {
      upstream.model(primary.id, refusing(401));
      upstream.model(fallback.id, neverAnswering);
      const deadline = new Deadline(1500, patient);
      const problem = await problemOf(ask({ primary, fallback }, { manner, deadline }));
      expect(problem.slug).toBe('upstream-timeout');
      expect(outcomes(problem.details['attempts'])).toEqual([
        `${primary.id} authentication`,
        `${fallback.id} timeout`,
      ]);
    });

    it('times out without a fallback when the model hangs', async () => {
      upstream.model(primary.id, neverAnswering);
      const deadline = new Deadline(1500, patient);
      const problem = await problemOf(ask({ primary, fallback: null }, { manner, deadline }));
      expect(problem.slug).toBe('upstream-timeout');
      expect(outcomes(problem.details['attempts'])).toEqual([`${primary.id} timeout`]);
    });

    it('stops at once when the client leaves, and asks nobody else', async () => {
      upstream.model(primary.id, neverAnswering);
      const client = new AbortController();
      const answer = ask({ primary, fallback }, { manner, deadline: new Deadline(60_000, client.signal) });
      client.abort();
      const problem = await problemOf(answer);
      expect(outcomes(problem.details['attempts'])).toEqual([`${primary.id} cancelled`]);
    });

    it('does not ask the same model twice over', async () => {
      upstream.model(primary.id, refusing(404));
      const problem = await problemOf(ask({ primary, fallback: primary }, { manner }));
      expect(outcomes(problem.details['attempts'])).toEqual([`${primary.id} unknown_model`]);
    });

    it('falls back from a provider without its key', async () => {
      upstream.model(fallback.id, answering('From the fallback.', 7, 3));
      const none = primary.provider === 'openai' ? { openaiApiKey: null } : { anthropicApiKey: null };
      const answer = await ask({ primary, fallback }, { manner, by: chain(none) });
      expect(answer).toMatchObject({ model: fallback, fallbackReason: 'authentication' });
    });

    it('names no key in a problem or its cause', async () => {
      upstream.model(primary.id, refusing(401, { message: 'Incorrect API key: one-key another-key' }));
      const problem = await problemOf(ask({ primary, fallback: null }, { manner }));
      const { message } = problem.cause as Error;
      expect([problem.message, JSON.stringify(problem.details)].join()).not.toContain('Incorrect');
      expect(message).not.toContain(primary.provider === 'openai' ? 'one-key' : 'another-key');
    });
  },
);

describe('a chain', () => {
  it('falls back from an address where nobody listens', async () => {
    upstream.model(claude.id, answering('From the fallback.', 7, 3));
    const primary = aModel({ base_url: await deadAddress() });
    const answer = await ask({ primary, fallback: claude });
    expect(outcomes(answer.attempts)).toEqual([...times(2, gpt, 'connection'), `${claude.id} ok`]);
  });

  it('has no time for anyone after the deadline', async () => {
    const deadline = new Deadline(0, patient);
    const problem = await problemOf(ask({ primary: gpt, fallback: claude }, { deadline }));
    expect(problem.slug).toBe('upstream-timeout');
    expect(upstream.requests()).toHaveLength(0);
  });

  it('does not hide a fault of ours behind a fallback', async () => {
    const broken = (): ModelPrompt => ({ request: null as unknown as ModelPrompt['request'] });
    const question = { primary: aModel({ provider: 'sandbox' }), fallback: null, promptFor: broken };
    const deadline = new Deadline(10_000, patient);
    await expect(chain().ask({ ...question, manner: 'whole', deadline })).rejects.toBeInstanceOf(TypeError);
  });

  it.each(['whole', 'streamed'] as const)('marks what the sandbox answers, %s', async (manner) => {
    const answer = await ask({ primary: gpt, fallback: claude }, { manner, by: aChain() });
    expect(answer).toMatchObject({ model: gpt, isSandbox: true });
    expect(answer.generation.text).toBe('Rent is due on the first day of each month. [1]');
    expect(answer.pieces.join('')).toBe(manner === 'streamed' ? answer.generation.text : '');
  });

  it('counts every call and every fallback', async () => {
    upstream.model(gpt.id, refusing(401));
    upstream.model(claude.id, answering('From the fallback.', 7, 3));
    const metrics = new Metrics();
    const { openaiBaseUrl, anthropicBaseUrl } = upstream;
    const by = aChain({ openaiBaseUrl, anthropicBaseUrl, openaiApiKey: 'a', anthropicApiKey: 'b' }, metrics);
    await ask({ primary: gpt, fallback: claude }, { by });
    const text = await metrics.text();
    expect(text).toContain('llm_attempts_total{provider="openai",model="gpt-4",outcome="authentication"} 1');
    expect(text).toContain(`llm_attempts_total{provider="anthropic",model="${claude.id}",outcome="ok"} 1`);
    expect(text).toContain('llm_fallbacks_total{reason="authentication"} 1');
  });
});
