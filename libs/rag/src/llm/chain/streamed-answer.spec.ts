import { Logger } from '@nestjs/common';
import { DomainError } from '#kernel';
import type { Model } from '#tenancy';
import { type SomeEnvironment, aChain } from '../../../testing/a-directory.js';
import { aClaude, aModel, aRequest } from '../../../testing/llm-builders.js';
import {
  type Script,
  WireServer,
  refusingWith,
  streaming,
  streamingAll,
  wires,
} from '../../../testing/wire-server.js';
import { Deadline } from './deadline.js';
import type { ModelAnswer, ModelPrompt } from './model-answer.js';
import type { ModelChain } from './model-chain.js';

const patient = new AbortController().signal;
let primaryServer: WireServer;
let fallbackServer: WireServer;

beforeAll(async () => {
  Logger.overrideLogger(false);
  [primaryServer, fallbackServer] = await Promise.all([WireServer.start(), WireServer.start()]);
});
afterAll(() => Promise.all([primaryServer.stop(), fallbackServer.stop()]));

const promptFor = (model: Model): ModelPrompt => ({ request: aRequest({ model: model.id }) });

interface Told {
  readonly text: string;
  readonly answer: ModelAnswer<ModelPrompt>;
  readonly problem: DomainError | null;
}

async function tell(answer: ModelAnswer<ModelPrompt>): Promise<Told> {
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

describe.each(['openai', 'anthropic'] as const)('a streamed answer of %s', (protocol) => {
  const wire = wires[protocol];
  const gpt = aModel();
  const claude = aClaude();
  const [primary, fallback] = protocol === 'openai' ? [gpt, claude] : [claude, gpt];
  const fallbackWire = wires[protocol === 'openai' ? 'anthropic' : 'openai'];
  let chain: ModelChain;

  beforeEach(() => {
    const servers = { openai: primaryServer, anthropic: fallbackServer };
    if (protocol === 'anthropic') [servers.openai, servers.anthropic] = [fallbackServer, primaryServer];
    const environment: SomeEnvironment = {
      openaiApiKey: 'a',
      anthropicApiKey: 'b',
      openaiBaseUrl: `${servers.openai.url}/v1`,
      anthropicBaseUrl: servers.anthropic.url,
    };
    chain = aChain(environment);
    fallbackServer.behave(
      streamingAll(
        fallbackWire.begin,
        fallbackWire.piece('From the fallback.'),
        fallbackWire.finish,
        fallbackWire.terminal,
      ),
    );
  });

  function ask(script: Script, { deadlineMs = 5000, client = patient } = {}) {
    primaryServer.behave(script);
    const deadline = new Deadline(deadlineMs, client);
    return chain.ask({ primary, fallback, promptFor, manner: 'streamed', deadline });
  }

  const broken: [string, Script, string][] = [
    [
      'a reset',
      async (call) => {
        await streaming(call, wire.begin, wire.piece('On the '));
        setImmediate(() => call.response.destroy());
      },
      'connection',
    ],
    [
      'an end without the last event',
      streamingAll(wire.begin, wire.piece('On the '), wire.finish),
      'connection',
    ],
    [
      'an error event',
      streamingAll(wire.begin, wire.piece('On the '), wire.error('overloaded_error')),
      'server_error',
    ],
    [
      'broken JSON',
      streamingAll(wire.begin, wire.piece('On the '), 'event: message_delta\ndata: {"typ\n\n'),
      'malformed_answer',
    ],
  ];

  it.each(broken)('that breaks off by %s fails, and nobody else is asked', async (_how, script, outcome) => {
    const { text, answer, problem } = await tell(await ask(script));
    expect(text).toBe('On the ');
    expect(problem).toMatchObject({ slug: 'upstream-failed' });
    expect(problem!.message).toMatch(/^The answer broke off\. /);
    expect(outcomesOf(problem!.details as never)).toEqual([`${primary.id} ${outcome}`]);
    expect(outcomesOf(answer)).toEqual([`${primary.id} ${outcome}`]);
    expect(fallbackServer.calls).toEqual([]);
  });

  it('that falls silent after its beginning times out with the deadline', async () => {
    const script: Script = (call) => streaming(call, wire.begin, wire.piece('On the '));
    const { text, problem } = await tell(await ask(script, { deadlineMs: 2000 }));
    expect(text).toBe('On the ');
    expect(problem).toMatchObject({ slug: 'upstream-timeout' });
    await primaryServer.calls[0]!.closed;
  });

  it('has the whole deadline for its end, once it began within its share', async () => {
    const finish = Promise.withResolvers<void>();
    const script: Script = async (call) => {
      await streaming(call, wire.begin, wire.piece('On the '));
      await finish.promise;
      call.response.end(wire.piece('first.') + wire.finish + wire.terminal);
    };
    const answer = await ask(script, { deadlineMs: 20000 });
    // Beyond the 60 % in which it had to begin.
    setTimeout(finish.resolve, 1900);
    await expect(tell(answer)).resolves.toMatchObject({ text: 'On the first.', problem: null });
  });

  it('whose first piece is slow in coming gives way to the fallback', async () => {
    const answer = await ask((call) => streaming(call, wire.begin), { deadlineMs: 2500 });
    const { text, problem } = await tell(answer);
    expect({ text, problem }).toEqual({ text: 'From the fallback.', problem: null });
    expect(outcomesOf(answer)).toEqual([`${primary.id} timeout`, `${fallback.id} ok`]);
    expect(answer.by.fallbackReason).toBe('timeout');
    await primaryServer.calls[0]!.closed;
  });

  it.each<[string, string]>([
    ['an error event', 'server_error'],
    ['an end', 'connection'],
  ])('that brings %s before its first piece gives way to the fallback', async (how, outcome) => {
    const script =
      how === 'an end' ? streamingAll(wire.begin) : streamingAll(wire.begin, wire.error('api_error'));
    const answer = await ask(script);
    await expect(tell(answer)).resolves.toMatchObject({ text: 'From the fallback.', problem: null });
    expect(outcomesOf(answer)).toEqual([
      `${primary.id} ${outcome}`,
      `${primary.id} ${outcome}`,
      `${fallback.id} ok`,
    ]);
  });

  it('is called off at the service when the client leaves', async () => {
    const client = new AbortController();
    const script: Script = (call) => streaming(call, wire.begin, wire.piece('On the '));
    const told = tell(await ask(script, { client: client.signal }));
    client.abort();
    await expect(told).resolves.toMatchObject({ problem: { slug: 'upstream-failed' } });
    await primaryServer.calls[0]!.closed;
    expect(fallbackServer.calls).toEqual([]);
  });

  it('is called off at the service when it is closed', async () => {
    const answer = await ask((call) => streaming(call, wire.begin, wire.piece('On the ')));
    answer.close();
    answer.close();
    await primaryServer.calls[0]!.closed;
    expect(outcomesOf(answer)).toEqual([`${primary.id} cancelled`]);
  });

  it('knows what it spent at most, while it has no bill', async () => {
    const script = streamingAll(wire.begin, wire.piece('abc'), wire.piece('def'));
    const { answer } = await tell(await ask(script));
    expect(answer.spentTokens).toEqual({ prompt: 32, completion: 2 });
  });

  it('leaves the model alone after streams that kept breaking off', async () => {
    const breakOff = broken[1]![1];
    for (let call = 0; call < 5; call += 1) await tell(await ask(breakOff));
    const answer = await ask(breakOff);
    await expect(tell(answer)).resolves.toMatchObject({ text: 'From the fallback.' });
    expect(outcomesOf(answer)).toEqual([`${primary.id} circuit_open`, `${fallback.id} ok`]);
    expect(primaryServer.calls).toEqual([]);
  });

  it('says that nobody was asked where there is no fallback from an open circuit', async () => {
    primaryServer.behave(refusingWith(500, {}));
    const alone = () =>
      chain
        .ask({
          primary,
          fallback: null,
          promptFor,
          manner: 'streamed',
          deadline: new Deadline(5000, patient),
        })
        .catch((error: DomainError) => error);
    await alone();
    await alone();
    const problem = (await alone()) as DomainError;
    expect(problem).toMatchObject({ slug: 'upstream-failed' });
    expect(outcomesOf(problem.details as never)).toEqual([`${primary.id} circuit_open`]);
  });
});
