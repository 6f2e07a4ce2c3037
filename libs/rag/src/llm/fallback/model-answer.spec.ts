import { Logger } from '@nestjs/common';
import { DomainError } from '#kernel';
import type { Model } from '#settings';
import {
  type RagConfigOverrides,
  aModelCallService,
  withoutShortening,
} from '../../../testing/llm/model-call-builders.js';
import { aClaude, aModel, aGenerationRequest } from '../../../testing/llm/llm-builders.js';
import {
  type Script,
  ScriptedServer,
  failWith,
  streamWithoutEnd,
  streamAll,
  streamFormats,
} from '../../../testing/llm/scripted-server.js';
import { Deadline } from './deadline.js';
import type { ModelAnswer, ModelPrompt } from './model-answer.js';
import type { ModelCallService } from './model-call.service.js';

const neverAborted = new AbortController().signal;
let primaryServer: ScriptedServer;
let fallbackServer: ScriptedServer;

beforeAll(async () => {
  Logger.overrideLogger(false);
  [primaryServer, fallbackServer] = await Promise.all([ScriptedServer.start(), ScriptedServer.start()]);
});
afterAll(() => Promise.all([primaryServer.stop(), fallbackServer.stop()]));

const promptFor = (model: Model): ModelPrompt => ({ request: aGenerationRequest({ model: model.id }) });

interface CollectedAnswer {
  readonly text: string;
  readonly answer: ModelAnswer<ModelPrompt>;
  readonly problem: DomainError | null;
}

async function collectAnswer(answer: ModelAnswer<ModelPrompt>): Promise<CollectedAnswer> {
  let text = '';
  try {
    for await (const piece of answer.pieces()) text += piece;
    return { text, answer, problem: null };
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    return { text, answer, problem: error };
  }
}

const outcomesOf = ({ attempts }: { attempts: readonly { model: string; outcome: string }[] }): string[] =>
  attempts.map(({ model, outcome }) => `${model} ${outcome}`);

describe.each(['openai', 'anthropic'] as const)('ModelAnswer, streamed by %s,', (protocol) => {
  const wire = streamFormats[protocol];
  const gpt = aModel();
  const claude = aClaude();
  const [primary, fallback] = protocol === 'openai' ? [gpt, claude] : [claude, gpt];
  const fallbackWire = streamFormats[protocol === 'openai' ? 'anthropic' : 'openai'];
  let modelCalls: ModelCallService;

  beforeEach(() => {
    const servers = { openai: primaryServer, anthropic: fallbackServer };
    if (protocol === 'anthropic') [servers.openai, servers.anthropic] = [fallbackServer, primaryServer];
    const environment: RagConfigOverrides = {
      openaiApiKey: 'a',
      anthropicApiKey: 'b',
      openaiBaseUrl: `${servers.openai.url}/v1`,
      anthropicBaseUrl: servers.anthropic.url,
    };
    modelCalls = aModelCallService(environment);
    fallbackServer.setScript(
      streamAll(
        fallbackWire.begin,
        fallbackWire.textEvent('From the fallback.'),
        fallbackWire.finish,
        fallbackWire.terminal,
      ),
    );
  });

  function ask(script: Script, { deadlineMs = 5000, client = neverAborted } = {}) {
    primaryServer.setScript(script);
    const deadline = new Deadline(deadlineMs, client);
    return modelCalls.start({
      ...withoutShortening,
      primary,
      fallback,
      promptFor,
      responseMode: 'streamed',
      deadline,
    });
  }

  const broken: [string, Script, string][] = [
    [
      'a reset',
      async (call) => {
        await streamWithoutEnd(call, wire.begin, wire.textEvent('On the '));
        setImmediate(() => call.response.destroy());
      },
      'connection',
    ],
    ['an end without a finish reason', streamAll(wire.begin, wire.textEvent('On the ')), 'connection'],
    [
      'an error event',
      streamAll(wire.begin, wire.textEvent('On the '), wire.error('overloaded_error')),
      'server_error',
    ],
    [
      'broken JSON',
      streamAll(wire.begin, wire.textEvent('On the '), 'event: message_delta\ndata: {"typ\n\n'),
      'malformed_answer',
    ],
  ];

  it.each(broken)(
    'fails after %s in the middle of the text, and the fallback is not called',
    async (_how, script, outcome) => {
      const { text, answer, problem } = await collectAnswer(await ask(script));
      expect(text).toBe('On the ');
      expect(problem).toMatchObject({ slug: 'upstream-failed' });
      expect(problem!.message).toMatch(/^The answer broke off\. /);
      expect(outcomesOf(problem!.details as never)).toEqual([`${primary.id} ${outcome}`]);
      expect(outcomesOf(answer)).toEqual([`${primary.id} ${outcome}`]);
      expect(fallbackServer.calls).toEqual([]);
    },
  );

  it('times out at the deadline when the stream stalls after its first piece', async () => {
    const script: Script = (call) => streamWithoutEnd(call, wire.begin, wire.textEvent('On the '));
    const { text, problem } = await collectAnswer(await ask(script, { deadlineMs: 2000 }));
    expect(text).toBe('On the ');
    expect(problem).toMatchObject({ slug: 'upstream-timeout' });
    await primaryServer.calls[0]!.closed;
  });

  it('has the whole deadline for its end once it has begun in time', async () => {
    const finish = Promise.withResolvers<void>();
    const script: Script = async (call) => {
      await streamWithoutEnd(call, wire.begin, wire.textEvent('On the '));
      await finish.promise;
      call.response.end(wire.textEvent('first.') + wire.finish + wire.terminal);
    };
    const answer = await ask(script, { deadlineMs: 20000 });
    // The stream continues, although its first piece was long ago.
    setTimeout(finish.resolve, 1900);
    await expect(collectAnswer(answer)).resolves.toMatchObject({ text: 'On the first.', problem: null });
  });

  it('comes from the fallback when the first piece of the primary is late', async () => {
    const answer = await ask((call) => streamWithoutEnd(call, wire.begin), { deadlineMs: 8000 });
    const { text, problem } = await collectAnswer(answer);
    expect({ text, problem }).toEqual({ text: 'From the fallback.', problem: null });
    expect(outcomesOf(answer)).toEqual([`${primary.id} timeout`, `${fallback.id} ok`]);
    expect(answer.answeredBy.fallbackReason).toBe('timeout');
    await primaryServer.calls[0]!.closed;
  });

  it.each<[string, string]>([
    ['an error event', 'server_error'],
    ['an end', 'connection'],
  ])('comes from the fallback when the primary sends %s before its first piece', async (how, outcome) => {
    const script = how === 'an end' ? streamAll(wire.begin) : streamAll(wire.begin, wire.error('api_error'));
    const answer = await ask(script);
    await expect(collectAnswer(answer)).resolves.toMatchObject({ text: 'From the fallback.', problem: null });
    expect(outcomesOf(answer)).toEqual([
      `${primary.id} ${outcome}`,
      `${primary.id} ${outcome}`,
      `${fallback.id} ok`,
    ]);
  });

  it('closes the call to the service when the client disconnects', async () => {
    const client = new AbortController();
    const script: Script = (call) => streamWithoutEnd(call, wire.begin, wire.textEvent('On the '));
    const collected = collectAnswer(await ask(script, { client: client.signal }));
    client.abort();
    await expect(collected).resolves.toMatchObject({ problem: { slug: 'upstream-failed' } });
    await primaryServer.calls[0]!.closed;
    expect(fallbackServer.calls).toEqual([]);
  });

  it('closes the call to the service when it is closed', async () => {
    const answer = await ask((call) => streamWithoutEnd(call, wire.begin, wire.textEvent('On the ')));
    answer.close();
    answer.close();
    await primaryServer.calls[0]!.closed;
    expect(outcomesOf(answer)).toEqual([`${primary.id} cancelled`]);
  });

  it('estimates its tokens while the service has sent no counts', async () => {
    const script = streamAll(wire.begin, wire.textEvent('abc'), wire.textEvent('def'));
    const { answer } = await collectAnswer(await ask(script));
    expect(answer.spentTokens).toEqual({ prompt: 32, completion: 2 });
  });

  it('comes from the fallback without a call to a model whose streams kept breaking off', async () => {
    const breakOff = broken[1]![1];
    for (let call = 0; call < 5; call += 1) await collectAnswer(await ask(breakOff));
    const answer = await ask(breakOff);
    await expect(collectAnswer(answer)).resolves.toMatchObject({ text: 'From the fallback.' });
    expect(outcomesOf(answer)).toEqual([`${primary.id} circuit_open`, `${fallback.id} ok`]);
    expect(primaryServer.calls).toEqual([]);
  });

  it('reports a circuit_open attempt when there is no fallback', async () => {
    primaryServer.setScript(failWith(500, {}));
    const startWithoutFallback = () =>
      modelCalls
        .start({
          primary,
          fallback: null,
          promptFor,
          ...withoutShortening,
          responseMode: 'streamed',
          deadline: new Deadline(5000, neverAborted),
        })
        .catch((error: DomainError) => error);
    await startWithoutFallback();
    await startWithoutFallback();
    const problem = (await startWithoutFallback()) as DomainError;
    expect(problem).toMatchObject({ slug: 'upstream-failed' });
    expect(outcomesOf(problem.details as never)).toEqual([`${primary.id} circuit_open`]);
  });
});
