import { aGenerationRequest } from '../../../testing/llm/llm-builders.js';
import {
  type Script,
  ScriptedServer,
  failWith,
  streamWithoutEnd,
  streamAll,
  streamFormats,
} from '../../../testing/llm/scripted-server.js';
import type { Generation, GenerationRequest } from '../generation.js';
import type { LlmProvider } from '../llm-provider.js';
import { type FailureKind, UpstreamFailure } from '../../upstream/upstream-failure.js';
import { AnthropicProvider } from './anthropic.provider.js';
import { OpenAiProvider } from './openai.provider.js';

const apiKey = 'secret-key-of-a-provider';
const neverAborted = new AbortController().signal;
let server: ScriptedServer;

beforeAll(async () => {
  server = await ScriptedServer.start();
});
afterAll(() => server.stop());

const providers = {
  openai: () => new OpenAiProvider({ baseUrl: `${server.url}/v1`, apiKey, fetch }, 'max_completion_tokens'),
  anthropic: () => new AnthropicProvider({ baseUrl: server.url, apiKey, fetch }),
};

interface CollectedStream {
  readonly pieces: string[];
  readonly end: Generation | UpstreamFailure;
}

async function collectStream(
  provider: LlmProvider,
  request: GenerationRequest,
  signal = neverAborted,
): Promise<CollectedStream> {
  const stream = provider.stream(request, signal);
  const pieces: string[] = [];
  try {
    for (;;) {
      const step = await stream.next();
      if (step.done) return { pieces, end: step.value };
      pieces.push(step.value.text);
    }
  } catch (error) {
    if (error instanceof UpstreamFailure) return { pieces, end: error };
    throw error;
  }
}

describe.each(['openai', 'anthropic'] as const)('LlmProvider.stream of %s', (protocol) => {
  const wire = streamFormats[protocol];
  const request = aGenerationRequest({ system: 'a'.repeat(300), user: 'b'.repeat(252) });
  const answer = [
    wire.begin,
    wire.textEvent('On the '),
    wire.textEvent('first. 租金'),
    wire.finish,
    wire.terminal,
  ];

  async function readFrom(script: Script): Promise<CollectedStream> {
    server.setScript(script);
    return collectStream(providers[protocol](), request);
  }

  it('yields the pieces and returns the whole answer with its token counts', async () => {
    await expect(readFrom(streamAll(...answer))).resolves.toEqual({
      pieces: ['On the ', 'first. 租金'],
      end: {
        text: 'On the first. 租金',
        promptTokens: 100,
        cachedPromptTokens: 0,
        cacheWriteTokens: 0,
        completionTokens: 10,
        reasoningTokens: 0,
        finishReason: 'stop',
        isUsageEstimated: false,
        deviations: [],
      },
    });
    expect(server.calls.map(({ body }) => body['stream'])).toEqual([true]);
  });

  it('reads the stream however its bytes are split', async () => {
    const bytes = Buffer.from(answer.join(''));
    const { pieces, end } = await readFrom(async (call) => {
      await streamWithoutEnd(call);
      for (let at = 0; at < bytes.length; at += 7) {
        call.response.write(bytes.subarray(at, at + 7));
        await new Promise((resolve) => setImmediate(resolve));
      }
      call.response.end();
    });
    expect(pieces.join('')).toBe('On the first. 租金');
    expect(end).toMatchObject({ text: 'On the first. 租金', completionTokens: 10 });
  });

  it('returns upper estimates of the tokens if the service sends no counts', async () => {
    const begin = protocol === 'openai' ? wire.begin : '';
    const script = streamAll(begin, wire.textEvent('abcdef'), wire.finishWithoutUsage, wire.terminal);
    const { end } = await readFrom(script);
    expect(end).toMatchObject({ promptTokens: 200, completionTokens: 2, isUsageEstimated: true });
  });

  it('fails as empty_answer, with what is billed, for an answer without text', async () => {
    const { pieces, end } = await readFrom(streamAll(wire.begin, wire.finish, wire.terminal));
    expect(pieces).toEqual([]);
    expect(end).toMatchObject({ kind: 'empty_answer', usage: { promptTokens: 100, completionTokens: 10 } });
  });

  it('needs no last event after its finish reason', async () => {
    const { end } = await readFrom(streamAll(...answer.slice(0, 4)));
    expect(end).toMatchObject({ text: 'On the first. 租金', finishReason: 'stop', completionTokens: 10 });
  });

  it('needs no end of the connection after its finish reason', async () => {
    const { end: afterSilence } = await readFrom((call) => streamWithoutEnd(call, ...answer.slice(0, 4)));
    expect(afterSilence).toMatchObject({ text: 'On the first. 租金', completionTokens: 10 });
    const { end: afterReset } = await readFrom(async (call) => {
      await streamWithoutEnd(call, ...answer.slice(0, 4));
      setTimeout(() => call.response.destroy(), 50);
    });
    expect(afterReset).toMatchObject({ text: 'On the first. 租金', completionTokens: 10 });
  });

  it.each<[string, number, FailureKind]>([
    ['a stream that ends before its finish reason', 3, 'connection'],
    ['a stream that ends in the middle', 2, 'connection'],
    ['a stream that ends before the first piece', 1, 'connection'],
    ['a stream without any event', 0, 'connection'],
  ])('turns %s into a failure', async (_what, events, kind) => {
    const { end } = await readFrom(streamAll(...answer.slice(0, events)));
    expect(end).toMatchObject({ kind });
  });

  it.each<[string, string, FailureKind]>([
    ['broken JSON', 'event: content_block_delta\ndata: {"type": "content_bl\n\n', 'malformed_answer'],
    ['a JSON object that is cut', 'data: {"choices": [{"delta": \n\n', 'malformed_answer'],
    [
      'a text that is a number',
      'event: content_block_delta\ndata: {"type":"content_block_delta","delta":{"type":"text_delta","text":7},"choices":[{"delta":{"content":7}}]}\n\n',
      'malformed_answer',
    ],
  ])('turns %s in an event into a malformed_answer', async (_what, bytes, kind) => {
    const { pieces, end } = await readFrom(streamAll(...answer.slice(0, 2), bytes, ...answer.slice(2)));
    expect(pieces).toEqual(['On the ']);
    expect(end).toMatchObject({ kind });
  });

  it.each<[string, FailureKind]>([
    ['overloaded_error', 'server_error'],
    ['api_error', 'server_error'],
    ['server_error', 'server_error'],
    ['rate_limit_error', 'rate_limited'],
    ['authentication_error', 'authentication'],
    ['not_found_error', 'unknown_model'],
    ['invalid_request_error', 'invalid_request'],
  ])('turns an error event of type %s into the failure of that type', async (type, kind) => {
    const { pieces, end } = await readFrom(streamAll(...answer.slice(0, 2), wire.error(type)));
    expect(pieces).toEqual(['On the ']);
    expect(end).toMatchObject({ kind });
  });

  it('turns a reset connection into a connection failure', async () => {
    const { pieces, end } = await readFrom(async (call) => {
      await streamWithoutEnd(call, ...answer.slice(0, 3));
      setImmediate(() => call.response.destroy());
    });
    expect(pieces.join('')).toMatch(/^On the /);
    expect(end).toMatchObject({ kind: 'connection' });
  });

  it('takes an answer that comes whole although a stream was asked for', async () => {
    const content = [{ type: 'text', text: 'Whole.' }];
    const whole = { content, stop_reason: 'end_turn', choices: [{ message: { content } }] };
    await expect(readFrom(failWith(200, whole))).resolves.toMatchObject({
      pieces: ['Whole.'],
      end: { text: 'Whole.', finishReason: 'stop', isUsageEstimated: true },
    });
  });

  it('ends an endless line as a malformed_answer', async () => {
    const { end } = await readFrom(async ({ response }) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      const send = (): void => {
        while (response.writable && response.write('x'.repeat(65_536)));
      };
      response.on('drain', send);
      send();
    });
    expect(end).toMatchObject({ kind: 'malformed_answer' });
  });

  it('ends a whole answer without an end as a malformed_answer', async () => {
    let sentBytes = 0;
    server.setScript(({ response }) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      const send = (): void => {
        while (response.writable && response.write(' '.repeat(65_536))) sentBytes += 65_536;
      };
      response.on('drain', send);
      send();
    });
    const generation = providers[protocol]().generate(request, neverAborted);
    await expect(generation).rejects.toMatchObject({ kind: 'malformed_answer' });
    await server.calls[0]!.closed;
    expect(sentBytes).toBeLessThan(64 * 1_048_576);
  });

  it.each([
    [{ 'retry-after': '3' }, 3000],
    [{ 'retry-after': '0.5' }, 500],
    [{ 'retry-after-ms': '120', 'retry-after': '3' }, 120],
    [{ 'retry-after': 'soon' }, null],
    [{}, null],
  ])('returns the wait of a 429 answer with the headers %j', async (headers, ms) => {
    const { end } = await readFrom(failWith(429, { error: { message: 'Slow down' } }, headers));
    expect(end).toMatchObject({ kind: 'rate_limited', retryAfterMs: ms });
  });

  it('ends the call and rejects with the reason of the signal when it aborts', async () => {
    server.setScript((call) => streamWithoutEnd(call, wire.begin, wire.textEvent('On the ')));
    const client = new AbortController();
    const reason = new UpstreamFailure('cancelled', 'The client disconnected');
    const stream = providers[protocol]().stream(request, client.signal);
    await expect(stream.next()).resolves.toMatchObject({ value: { text: 'On the ' } });
    const next = stream.next();
    client.abort(reason);
    await expect(next).rejects.toBe(reason);
    await server.calls[0]!.closed;
  });

  it('ends the call when the consumer stops reading', async () => {
    server.setScript((call) =>
      streamWithoutEnd(call, wire.begin, wire.textEvent('On the '), wire.textEvent('first')),
    );
    const stream = providers[protocol]().stream(request, neverAborted);
    await stream.next();
    await stream.return(undefined as never);
    await expect(server.calls[0]!.closed).resolves.toBeDefined();
  });
});

describe('OpenAiProvider.stream', () => {
  it('returns an infinite wait for a used-up quota', async () => {
    const error = { message: 'You exceeded your quota', code: 'insufficient_quota' };
    server.setScript(failWith(429, { error }, { 'retry-after': '1' }));
    const { end } = await collectStream(providers.openai(), aGenerationRequest());
    expect(end).toMatchObject({ kind: 'rate_limited', retryAfterMs: Infinity });
  });

  it('does not treat [DONE] in the text as the end of the stream', async () => {
    const { begin, textEvent: piece } = streamFormats.openai;
    server.setScript(streamAll(begin, piece('\ndata: [DONE]\n\n'), piece('data: [DONE]')));
    const { pieces, end } = await collectStream(providers.openai(), aGenerationRequest());
    expect(pieces).toEqual(['data: [DONE]\n\n', 'data: [DONE]']);
    expect(end).toMatchObject({ kind: 'connection' });
  });
});
