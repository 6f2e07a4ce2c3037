import { setTimeout as pause } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { DomainError } from '#kernel';
import type { Model } from '#settings';
import { aModelCallService } from '../../../testing/llm/model-call-builders.js';
import { aClaude, aGenerationRequest, aModel } from '../../../testing/llm/llm-builders.js';
import {
  type Script,
  type ScriptedCall,
  ScriptedServer,
  streamAll,
  streamFormats,
  streamWithoutEnd,
} from '../../../testing/llm/scripted-server.js';
import type { TokenUsage } from '../generation.js';
import { Deadline, type StreamTimes } from './deadline.js';
import type { ModelAnswer, ModelPrompt } from './model-answer.js';
import type { ModelCall } from './model-call.service.js';

const primary = aModel();
const fallback = aClaude();
const { openai, anthropic } = streamFormats;
const thought = `data: ${JSON.stringify({ choices: [{ delta: { reasoning_content: 'abcdef' } }] })}\n\n`;
const end = openai.finish + openai.terminal;

let primaryServer: ScriptedServer;
let fallbackServer: ScriptedServer;
const billed: { model: Model; usage: TokenUsage }[] = [];

beforeAll(async () => {
  Logger.overrideLogger(false);
  [primaryServer, fallbackServer] = await Promise.all([ScriptedServer.start(), ScriptedServer.start()]);
});
beforeEach(() => {
  billed.length = 0;
  const answer = [anthropic.begin, anthropic.textEvent('From the fallback.'), anthropic.finish];
  fallbackServer.setScript(streamAll(...answer, anthropic.terminal));
});
afterAll(() => Promise.all([primaryServer.stop(), fallbackServer.stop()]));

interface Times extends StreamTimes {
  readonly beginningMs: number;
}

function ask(
  script: Script,
  { beginningMs, ...stream }: Times,
  shortenPrompt: ModelCall<ModelPrompt>['shortenPrompt'] = () => null,
): Promise<ModelAnswer<ModelPrompt>> {
  primaryServer.setScript(script);
  const service = aModelCallService({
    openaiApiKey: 'a',
    anthropicApiKey: 'b',
    openaiBaseUrl: `${primaryServer.url}/v1`,
    anthropicBaseUrl: fallbackServer.url,
  });
  return service.start({
    primary,
    fallback,
    promptFor: ({ id }) => ({ request: aGenerationRequest({ model: id }) }),
    shortenPrompt,
    onBilledFailure: (model, usage) => billed.push({ model, usage }),
    responseMode: 'streamed',
    deadline: new Deadline(beginningMs, new AbortController().signal, stream),
  });
}

async function textOf(answer: ModelAnswer<ModelPrompt>): Promise<string> {
  let text = '';
  for await (const piece of answer.pieces()) text += piece;
  return text;
}

/** Sends the same bytes again and again, then the rest. */
async function repeat(
  call: ScriptedCall,
  bytes: string,
  { times, everyMs }: { times: number; everyMs: number },
) {
  for (let count = 0; count < times; count += 1) {
    call.response.write(bytes);
    await pause(everyMs);
  }
}

describe('a stream whose model shows its reasoning first', () => {
  it('keeps its model while the reasoning flows, and shows none of it', async () => {
    const answer = await ask(
      async (call) => {
        await streamWithoutEnd(call, openai.begin);
        await repeat(call, thought, { times: 26, everyMs: 100 });
        call.response.end(openai.textEvent('On the first.') + end);
      },
      { beginningMs: 2_000, silenceMs: 2_000, totalMs: 30_000 },
    );
    expect(await textOf(answer)).toBe('On the first.');
    expect(answer.answeredBy).toMatchObject({ model: primary, fallbackReason: null });
    expect(fallbackServer.calls).toEqual([]);
    expect(answer.spentTokens.completion).toBeGreaterThanOrEqual(40);
  });

  it('goes to the fallback when the reasoning falls silent, and charges it by estimate', async () => {
    const answer = await ask(
      async (call) => {
        await streamWithoutEnd(call, openai.begin);
        await repeat(call, thought, { times: 10, everyMs: 100 });
      },
      { beginningMs: 2_000, silenceMs: 600, totalMs: 30_000 },
    );
    expect(await textOf(answer)).toBe('From the fallback.');
    expect(answer.answeredBy.fallbackReason).toBe('timeout');
    expect(billed).toMatchObject([{ model: primary, usage: { promptTokens: 32 } }]);
    expect(billed[0]!.usage.completionTokens).toBeGreaterThan(0);
  });

  it('goes to the fallback when no answer follows the reasoning, and charges its counts', async () => {
    const answer = await ask(
      async (call) => {
        await streamWithoutEnd(call, openai.begin);
        await repeat(call, thought, { times: 12, everyMs: 100 });
        call.response.end(end);
      },
      { beginningMs: 2_000, silenceMs: 2_000, totalMs: 30_000 },
    );
    expect(await textOf(answer)).toBe('From the fallback.');
    expect(answer.answeredBy.fallbackReason).toBe('empty_answer');
    expect(billed).toMatchObject([{ model: primary, usage: { promptTokens: 100, completionTokens: 10 } }]);
  });

  it('goes to the fallback when its reasoning fills the context window, because another call would cost more than was reserved', async () => {
    const overflow = `data: ${JSON.stringify({ error: { code: 'context_length_exceeded' } })}\n\n`;
    const answer = await ask(
      streamAll(openai.begin, thought, overflow),
      { beginningMs: 2_000, silenceMs: 2_000, totalMs: 30_000 },
      (_model, prompt) => prompt,
    );
    expect(answer.answeredBy.fallbackReason).toBe('context_overflow');
    expect(billed).toMatchObject([{ model: primary }]);
    answer.close();
  });

  it('ends at the total of streams', async () => {
    const asked = ask(
      async (call) => {
        await streamWithoutEnd(call, openai.begin);
        await repeat(call, thought, { times: 100, everyMs: 50 });
      },
      { beginningMs: 1_500, silenceMs: 1_500, totalMs: 2_500 },
    );
    await expect(asked).rejects.toMatchObject({ slug: 'upstream-timeout' });
  });
});

describe('a stream whose text flows', () => {
  const writeFor =
    (times: number): Script =>
    async (call) => {
      await streamWithoutEnd(call, openai.begin);
      await repeat(call, openai.textEvent('la '), { times, everyMs: 50 });
      call.response.end(end);
    };

  it('goes on after the deadline of its beginning', async () => {
    const answer = await ask(writeFor(40), { beginningMs: 1_500, silenceMs: 1_500, totalMs: 30_000 });
    expect(await textOf(answer)).toBe('la '.repeat(40));
  });

  it('ends at the total of streams, which is no failure of the model', async () => {
    for (let query = 0; query < 6; query += 1) {
      const answer = await ask(writeFor(100), { beginningMs: 5_000, silenceMs: 5_000, totalMs: 400 });
      const failure: unknown = await textOf(answer).catch((error: unknown) => error);
      expect(failure).toBeInstanceOf(DomainError);
      expect(failure).toMatchObject({ slug: 'upstream-timeout' });
    }
  });

  it('ends when it falls silent, whatever its server sends to keep the connection open', async () => {
    const answer = await ask(
      async (call) => {
        await streamWithoutEnd(call, openai.begin, openai.textEvent('On the '));
        await repeat(call, ': keep-alive\n\ndata: null\n\n', { times: 40, everyMs: 50 });
      },
      { beginningMs: 5_000, silenceMs: 400, totalMs: 30_000 },
    );
    await expect(textOf(answer)).rejects.toMatchObject({ slug: 'upstream-timeout' });
  });
});
