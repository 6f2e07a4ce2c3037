import { Logger } from '@nestjs/common';
import { DomainError } from '#kernel';
import type { Model } from '#tenancy';
import { Deadline } from './deadline.js';
import { ModelChain, type ChainAnswer, type ModelPrompt } from './model-chain.js';
import { aDirectory } from '../../../testing/a-directory.js';
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
import type { FailureKind } from '../upstream-failure.js';

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

function chain(some: Parameters<typeof aDirectory>[0] = {}): ModelChain {
  const { openaiBaseUrl, anthropicBaseUrl } = upstream;
  const keys = { openaiApiKey: 'one-key', anthropicApiKey: 'another-key' };
  return new ModelChain(aDirectory({ openaiBaseUrl, anthropicBaseUrl, ...keys, ...some }));
}

const promptFor = (model: Model): ModelPrompt => ({ request: aRequest({ model: model.id }) });

function ask(
  models: { primary: Model; fallback: Model | null },
  deadline = new Deadline(5000, patient),
  by = chain(),
): Promise<ChainAnswer<ModelPrompt>> {
  return by.ask(models, promptFor, deadline);
}

async function problemOf(answer: Promise<unknown>): Promise<DomainError> {
  const problem = await answer.catch((error: unknown) => error);
  if (problem instanceof DomainError) return problem;
  throw new Error(`Expected a DomainError, got ${String(problem)}`);
}

const outcomes = (attempts: unknown): string[] =>
  (attempts as { model: string; outcome: string }[]).map(({ model, outcome }) => `${model} ${outcome}`);

describe.each([
  ['OpenAI', gpt, claude],
  ['Anthropic', claude, gpt],
])('a chain whose primary is of %s', (_provider, primary, fallback) => {
  it('asks the primary alone while it answers', async () => {
    upstream.model(primary.id, answering('Due on the first.', 812, 96));
    const answer = await ask({ primary, fallback });
    expect(answer).toMatchObject({ model: primary, isSandbox: false, fallbackReason: null });
    expect(answer.generation).toMatchObject({
      text: 'Due on the first.',
      promptTokens: 812,
      completionTokens: 96,
    });
    expect(outcomes(answer.attempts)).toEqual([`${primary.id} ok`]);
    expect(upstream.requests()).toHaveLength(1);
  });

  it.each<[FailureKind, Behaviour]>([
    ['timeout', neverAnswering],
    ['rate_limited', refusing(429)],
    ['server_error', refusing(500)],
    ['server_error', refusing(529)],
    ['connection', cuttingTheLine],
    ['authentication', refusing(401)],
    ['unknown_model', refusing(404, { code: 'model_not_found' })],
    ['malformed_answer', sendingBrokenJson],
  ])('falls back on %s', async (kind, behaviour) => {
    upstream.model(primary.id, behaviour);
    upstream.model(fallback.id, answering('From the fallback.', 7, 3));
    const deadline = new Deadline(kind === 'timeout' ? 500 : 5000, patient);
    const answer = await ask({ primary, fallback }, deadline);
    expect(answer).toMatchObject({ model: fallback, fallbackReason: kind });
    expect(answer.generation.text).toBe('From the fallback.');
    expect(outcomes(answer.attempts)).toEqual([`${primary.id} ${kind}`, `${fallback.id} ok`]);
    expect(answer.prompt.request.model).toBe(fallback.id);
  });

  it.each([400, 413, 422])('does not fall back on status %i', async (status) => {
    upstream.model(primary.id, refusing(status));
    const problem = await problemOf(ask({ primary, fallback }));
    expect(problem.slug).toBe('upstream-failed');
    expect(outcomes(problem.details['attempts'])).toEqual([`${primary.id} invalid_request`]);
  });

  it('fails with both attempts when both models fail', async () => {
    upstream.model(primary.id, refusing(401));
    upstream.model(fallback.id, refusing(503));
    const problem = await problemOf(ask({ primary, fallback }));
    expect(problem.slug).toBe('upstream-failed');
    expect(outcomes(problem.details['attempts'])).toEqual([
      `${primary.id} authentication`,
      `${fallback.id} server_error`,
    ]);
  });

  it('times out when the deadline passes in the fallback', async () => {
    upstream.model(primary.id, refusing(500));
    upstream.model(fallback.id, neverAnswering);
    const problem = await problemOf(ask({ primary, fallback }, new Deadline(200, patient)));
    expect(problem.slug).toBe('upstream-timeout');
    expect(outcomes(problem.details['attempts'])).toEqual([
      `${primary.id} server_error`,
      `${fallback.id} timeout`,
    ]);
  });

  it('times out without a fallback when the model hangs', async () => {
    upstream.model(primary.id, neverAnswering);
    const problem = await problemOf(ask({ primary, fallback: null }, new Deadline(200, patient)));
    expect(problem.slug).toBe('upstream-timeout');
    expect(outcomes(problem.details['attempts'])).toEqual([`${primary.id} timeout`]);
  });

  it('stops at once when the client leaves, and asks nobody else', async () => {
    upstream.model(primary.id, neverAnswering);
    const client = new AbortController();
    const answer = ask({ primary, fallback }, new Deadline(60_000, client.signal));
    client.abort();
    const problem = await problemOf(answer);
    expect(outcomes(problem.details['attempts'])).toEqual([`${primary.id} cancelled`]);
  });

  it('does not ask the same model twice', async () => {
    upstream.model(primary.id, refusing(500));
    const problem = await problemOf(ask({ primary, fallback: primary }));
    expect(outcomes(problem.details['attempts'])).toEqual([`${primary.id} server_error`]);
  });

  it('falls back from a provider without its key', async () => {
    upstream.model(fallback.id, answering('From the fallback.', 7, 3));
    const none = primary.provider === 'openai' ? { openaiApiKey: null } : { anthropicApiKey: null };
    const answer = await ask({ primary, fallback }, new Deadline(5000, patient), chain(none));
    expect(answer).toMatchObject({ model: fallback, fallbackReason: 'authentication' });
  });

  it('names no key in a problem or its cause', async () => {
    upstream.model(primary.id, refusing(401, { message: 'Incorrect API key: one-key another-key' }));
    const problem = await problemOf(ask({ primary, fallback: null }));
    const { message } = problem.cause as Error;
    expect([problem.message, JSON.stringify(problem.details)].join()).not.toContain('Incorrect');
    expect(message).not.toContain(primary.provider === 'openai' ? 'one-key' : 'another-key');
  });
});

describe('a chain', () => {
  it('falls back from an address where nobody listens', async () => {
    upstream.model(claude.id, answering('From the fallback.', 7, 3));
    const primary = aModel({ base_url: await deadAddress() });
    const answer = await ask({ primary, fallback: claude });
    expect(outcomes(answer.attempts)).toEqual(['gpt-4 connection', `${claude.id} ok`]);
  });

  it('has no time for anyone after the deadline', async () => {
    const problem = await problemOf(ask({ primary: gpt, fallback: claude }, new Deadline(0, patient)));
    expect(problem.slug).toBe('upstream-timeout');
    expect(upstream.requests()).toHaveLength(0);
  });

  it('does not hide a fault of ours behind a fallback', async () => {
    const broken = (): ModelPrompt => ({ request: null as unknown as ModelPrompt['request'] });
    const models = { primary: aModel({ provider: 'sandbox' }), fallback: null };
    await expect(chain().ask(models, broken, new Deadline(5000, patient))).rejects.toBeInstanceOf(TypeError);
  });

  it('marks what the sandbox answers', async () => {
    const nobody = new ModelChain(aDirectory());
    const answer = await ask({ primary: gpt, fallback: claude }, new Deadline(5000, patient), nobody);
    expect(answer).toMatchObject({ model: gpt, isSandbox: true });
    expect(answer.generation.text).toBe('Rent is due on the first day of each month. [1]');
  });
});
