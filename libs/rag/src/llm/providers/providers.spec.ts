import type { GenerationRequest } from '../generation.js';
import type { LlmProvider } from '../llm-provider.js';
import { aGenerationRequest } from '../../../testing/llm/llm-builders.js';
import {
  answersWith,
  closesConnection,
  unreachableAddress,
  MockUpstream,
  neverResponds,
  failsWith,
  sendsBrokenJson,
  startFixedResponseServer,
} from '../../../testing/llm/mock-upstream.js';
import { type FailureKind, UpstreamFailure } from '../../upstream/upstream-failure.js';
import { AnthropicProvider } from './anthropic.provider.js';
import { OpenAiProvider } from './openai.provider.js';

const apiKey = 'secret-key-of-a-provider';
const neverAborted = new AbortController().signal;
let upstream: MockUpstream;

beforeAll(async () => {
  upstream = await MockUpstream.start();
});
afterEach(() => upstream.reset());
afterAll(() => upstream.stop());

const protocols: Record<string, { model: string; connect(baseUrl?: string): LlmProvider }> = {
  OpenAI: {
    model: 'gpt-4',
    connect: (baseUrl = upstream.openaiBaseUrl) =>
      new OpenAiProvider({ baseUrl, apiKey, fetch }, 'max_completion_tokens'),
  },
  'OpenAI-compatible': {
    model: 'llama-3',
    connect: (baseUrl = upstream.openaiBaseUrl) =>
      new OpenAiProvider({ baseUrl, apiKey, fetch }, 'max_tokens'),
  },
  Anthropic: {
    model: 'claude-3-haiku-20240307',
    connect: (baseUrl = upstream.anthropicBaseUrl) => new AnthropicProvider({ baseUrl, apiKey, fetch }),
  },
};

async function expectFailure(provider: LlmProvider, request: GenerationRequest): Promise<UpstreamFailure> {
  const failure: unknown = await provider.generate(request, neverAborted).catch((error: unknown) => error);
  if (failure instanceof UpstreamFailure) return failure;
  throw new Error(`Expected an UpstreamFailure, got ${String(failure)}`);
}

describe.each(Object.entries(protocols))('LlmProvider.generate of %s', (_name, { model, connect }) => {
  const request = aGenerationRequest({ model });

  it('returns the text, the token counts and the finish reason', async () => {
    upstream.setBehaviour(model, answersWith('On the first day.', 812, 96));
    await expect(connect().generate(request, neverAborted)).resolves.toEqual({
      text: 'On the first day.',
      promptTokens: 812,
      cachedPromptTokens: 0,
      cacheWriteTokens: 0,
      completionTokens: 96,
      reasoningTokens: 0,
      finishReason: 'stop',
      isUsageEstimated: false,
      deviations: [],
    });
  });

  it('returns finish reason length when the answer was cut at its limit', async () => {
    upstream.setBehaviour(model, { response: { content: 'On the', finishReason: 'length' } });
    await expect(connect().generate(request, neverAborted)).resolves.toMatchObject({
      finishReason: 'length',
    });
  });

  it.each<[number, FailureKind]>([
    [400, 'invalid_request'],
    [401, 'authentication'],
    [402, 'authentication'],
    [403, 'authentication'],
    [404, 'unknown_model'],
    [408, 'timeout'],
    [405, 'unknown_model'],
    [413, 'context_overflow'],
    [422, 'invalid_request'],
    [429, 'rate_limited'],
    [500, 'server_error'],
    [503, 'server_error'],
    [529, 'server_error'],
  ])('turns status %i into failure %s after a single call', async (status, kind) => {
    upstream.setBehaviour(model, failsWith(status));
    await expect(expectFailure(connect(), request)).resolves.toMatchObject({ kind });
    expect(upstream.requests()).toHaveLength(1);
  });

  it('turns broken JSON into a malformed_answer', async () => {
    upstream.setBehaviour(model, sendsBrokenJson);
    await expect(expectFailure(connect(), request)).resolves.toMatchObject({ kind: 'malformed_answer' });
  });

  it.each([
    '',
    'null',
    '"<html>"',
    '[]',
    '{}',
    '{"choices":[]}',
    '{"choices":{},"content":{},"usage":{}}',
    '{"choices":[{"message":{"content":7}}],"usage":{"prompt_tokens":1,"completion_tokens":1}}',
    '{"choices":[{"message":{"content":true}}]}',
  ])('turns the body %j into a malformed_answer', async (body) => {
    const server = await startFixedResponseServer(body);
    const failure = await expectFailure(connect(server.address), request);
    await server.stop();
    expect(failure.kind).toBe('malformed_answer');
  });

  it('turns a closed connection into a connection failure', async () => {
    upstream.setBehaviour(model, closesConnection);
    await expect(expectFailure(connect(), request)).resolves.toMatchObject({ kind: 'connection' });
  });

  it('turns a refused connection into a connection failure with the reason', async () => {
    const failure = await expectFailure(connect(await unreachableAddress()), request);
    expect(failure.kind).toBe('connection');
    expect(failure.message).toContain('ECONNREFUSED');
  });

  it('rejects with the reason of the signal', async () => {
    upstream.setBehaviour(model, neverResponds);
    const reason = new UpstreamFailure('cancelled', 'The client disconnected');
    const client = new AbortController();
    const answer = connect().generate(request, client.signal);
    client.abort(reason);
    await expect(answer).rejects.toBe(reason);
  });

  it('removes the key from messages of the service', async () => {
    upstream.setBehaviour(
      model,
      failsWith(401, { message: `Incorrect API key: ${apiKey}, or sk-abc***def` }),
    );
    const failure = await expectFailure(connect(), request);
    expect(failure.message).toContain('Incorrect API key: [key], or [key]');
    expect(JSON.stringify({ ...failure, stack: failure.stack })).not.toContain(apiKey);
  });

  it('sends no temperature to a model that accepts none, and no empty system message', async () => {
    upstream.setBehaviour(model, answersWith('Yes.', 1, 1));
    await connect().generate({ ...request, temperature: null, system: '' }, neverAborted);
    const [body] = upstream.requests();
    expect(body!['temperature']).toBeUndefined();
    expect(JSON.stringify(body)).not.toContain('system');
  });

  it('sends both messages and the temperature', async () => {
    upstream.setBehaviour(model, answersWith('Yes.', 1, 1));
    await connect().generate(request, neverAborted);
    expect(upstream.requests()[0]).toMatchObject({
      model,
      temperature: 0.3,
      messages: [
        { role: 'system', content: request.system },
        { role: 'user', content: request.user },
      ],
    });
  });
});

describe('OpenAiProvider', () => {
  const request = aGenerationRequest({ maxTokens: 123 });

  it.each(['max_completion_tokens', 'max_tokens'] as const)(
    'limits the answer by the field %s alone',
    async (field) => {
      upstream.setBehaviour('gpt-4', answersWith('Yes.', 1, 1));
      await new OpenAiProvider({ baseUrl: upstream.openaiBaseUrl, apiKey, fetch }, field).generate(
        request,
        neverAborted,
      );
      const { max_tokens, max_completion_tokens } = upstream.requests()[0]!;
      expect({ max_tokens, max_completion_tokens }).toEqual({ [field]: 123 });
    },
  );

  it('sends no credential to a server that needs none', async () => {
    upstream.setBehaviour('gpt-4', answersWith('Yes.', 1, 1));
    const provider = new OpenAiProvider(
      { baseUrl: upstream.openaiBaseUrl, apiKey: null, fetch },
      'max_tokens',
    );
    await provider.generate(request, neverAborted);
    expect(upstream.headers()[0]).not.toHaveProperty('authorization');
  });

  it('recognises an unknown model by its code, whatever the status', async () => {
    upstream.setBehaviour('gpt-4', failsWith(400, { code: 'model_not_found' }));
    const provider = new OpenAiProvider({ baseUrl: upstream.openaiBaseUrl, apiKey, fetch }, 'max_tokens');
    await expect(expectFailure(provider, request)).resolves.toMatchObject({ kind: 'unknown_model' });
  });
});
