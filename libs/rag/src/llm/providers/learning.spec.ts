import { aGenerationRequest } from '../../../testing/llm/llm-builders.js';
import {
  type ScriptedCall,
  ScriptedServer,
  streamFormats,
  streamWithoutEnd,
} from '../../../testing/llm/scripted-server.js';
import type { Generation, GenerationRequest } from '../generation.js';
import type { UpstreamFailure } from '../../upstream/upstream-failure.js';
import { OpenAiProvider } from './openai.provider.js';

const signal = new AbortController().signal;
const wire = streamFormats.openai;
let server: ScriptedServer;
let provider: OpenAiProvider;

beforeAll(async () => {
  server = await ScriptedServer.start();
});
beforeEach(() => {
  provider = new OpenAiProvider({ baseUrl: `${server.url}/v1`, apiKey: null, fetch }, 'max_tokens');
});
afterAll(() => server.stop());

const textOf = (call: ScriptedCall): string => JSON.stringify(call.body['messages']);

/** Refuses what `refusal` gives a message for, and answers everything else. */
function serve(refusal: (body: Record<string, unknown>) => string | null): void {
  server.setScript(async (call) => {
    const message = refusal(call.body);
    const { response } = call;
    const send = (status: number, body: object): void =>
      void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    if (message !== null) return send(400, { error: { message, type: 'invalid_request_error' } });
    if (call.body['stream'] === true) {
      await streamWithoutEnd(call, wire.textEvent('On the first.'), wire.finish, wire.terminal);
      return void response.end();
    }
    const choices = [{ index: 0, message: { content: 'On the first.' }, finish_reason: 'stop' }];
    return send(200, { choices, usage: { prompt_tokens: 9, completion_tokens: 3 } });
  });
}

function ask(overrides: Partial<GenerationRequest>): Promise<Generation> {
  server.calls.length = 0;
  return provider.generate(aGenerationRequest(overrides), signal);
}

const sent = (name: string): unknown[] => server.calls.map(({ body }) => body[name]);

describe('what a provider learns of a model', () => {
  it('keeps a refused value from no other question: their temperatures are sent', async () => {
    serve(({ temperature }) =>
      (temperature as number) > 1 ? "'temperature' must be between 0 and 1" : null,
    );
    const { deviations } = await ask({ temperature: 1.7 });
    expect(deviations).toEqual(['temperature left out: the model does not take it']);
    expect((await ask({ temperature: 0.3 })).deviations).toEqual([]);
    expect(sent('temperature')).toEqual([0.3]);
    await ask({ temperature: 1.7 });
    expect(sent('temperature')).toEqual([undefined]);
  });

  it('leaves out a parameter that the model does not know, whatever its value', async () => {
    serve((body) => ('temperature' in body ? 'Unknown parameter: temperature' : null));
    await ask({ temperature: 1.7 });
    await ask({ temperature: 0.3 });
    expect(sent('temperature')).toEqual([undefined]);
  });

  it('lowers max_tokens to what the server says, and sends less as it is', async () => {
    serve(({ max_tokens: max }) =>
      (max as number) > 400
        ? `max_tokens is too large: ${max as number}. It supports at most 400 completion tokens.`
        : null,
    );
    const { deviations } = await ask({ maxTokens: 1000 });
    expect(deviations).toEqual(['max_tokens lowered to 400: the model does not take more']);
    await ask({ maxTokens: 900 });
    expect(sent('max_tokens')).toEqual([400]);
    expect((await ask({ maxTokens: 100 })).deviations).toEqual([]);
    expect(sent('max_tokens')).toEqual([100]);
  });

  it('streams the answer of a model that only streams', async () => {
    serve(({ stream }) => (stream === true ? null : 'This model only support stream mode.'));
    expect(await ask({})).toMatchObject({ text: 'On the first.', deviations: [] });
    await ask({});
    expect(sent('stream')).toEqual([true]);
  });

  it.each(['Developer instruction is not enabled for models/m1', 'System role not supported'])(
    'sends the system message as part of the question after "%s"',
    async (message) => {
      serve(({ messages }) => ((messages as object[]).length > 1 ? message : null));
      await ask({ system: 'Be short.', user: 'When?' });
      expect(server.calls.map(textOf).at(-1)).toContain('Be short.\\n\\nWhen?');
    },
  );

  it('a provider gives up when the server refuses without end', async () => {
    serve((body) => `Unknown parameter: ${Object.keys(body).join(' ')}`);
    const failure = await ask({}).catch((error: unknown) => error as UpstreamFailure);
    expect(failure).toMatchObject({ kind: 'unsupported_parameter' });
    expect(server.calls.length).toBeLessThan(8);
  });
});

describe('a model that was asked once to write the end of a reasoning', () => {
  const answer = async (text: string): Promise<string[]> => {
    server.setScript(async (call) => {
      await streamWithoutEnd(call, ...text.split('|').map(wire.textEvent), wire.finish, wire.terminal);
      call.response.end();
    });
    const texts: string[] = [];
    for await (const { kind, text: piece } of provider.stream(aGenerationRequest(), signal))
      if (kind === 'text') texts.push(piece);
    return texts;
  };

  it('streams to others again after a few answers without the mark', async () => {
    await answer('hello </think>| world');
    expect(await answer('On the |first.')).toEqual(['On the first.']);
    await answer('On the |first.');
    await answer('On the |first.');
    expect(await answer('On the |first.')).toEqual(['On the ', 'first.']);
  });

  it('keeps holding back the text of a model that writes the mark each time', async () => {
    for (const _ of [1, 2, 3, 4, 5]) await answer('secret |plan</think>|On the first.');
    expect(await answer('secret |plan</think>|On the first.')).toEqual(['On the first.']);
  });
});

describe('after its finish reason', () => {
  it('a stream is complete although pings go on without end', async () => {
    server.setScript(async (call) => {
      await streamWithoutEnd(call, wire.textEvent('On the first.'), wire.finish);
      const pings = setInterval(() => call.response.write('data: {"type":"ping"}\n\n'), 100);
      await call.closed;
      clearInterval(pings);
    });
    const stream = provider.stream(aGenerationRequest(), AbortSignal.timeout(8_000));
    let step = await stream.next();
    while (!step.done) step = await stream.next();
    expect(step.value).toMatchObject({ text: 'On the first.', finishReason: 'stop', completionTokens: 10 });
  }, 10_000);
});

describe('hostile answers', () => {
  it.each([
    ['deep', '['.repeat(2_000_000)],
    ['wide', `[${'0,'.repeat(900_000)}0]`],
    ['of many parts', JSON.stringify({ choices: [{ message: { content: Array(20_000).fill('a') } }] })],
  ])('an answer that is %s is malformed, and is not parsed or read to its end', async (_name, body) => {
    server.setScript(({ response }) => {
      response.writeHead(200, { 'content-type': 'application/json' }).end(body);
    });
    await expect(ask({ maxTokens: 2_000 })).rejects.toMatchObject({ kind: 'malformed_answer' });
  });
});
