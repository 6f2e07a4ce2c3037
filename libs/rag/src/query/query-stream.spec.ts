import { Logger } from '@nestjs/common';
import { aConfiguration } from '../../testing/query/query-builders.js';
import { queryFixture } from '../../testing/query/query-fixture.js';
import {
  type Script,
  ScriptedServer,
  streamWithoutEnd,
  streamAll,
  streamFormats,
} from '../../testing/llm/scripted-server.js';
import type { QueryEvent } from './query-pipeline.js';
import type { QueryStream } from './query.service.js';

const { begin, textEvent: piece, finish, finishWithoutUsage, terminal } = streamFormats.openai;
const rollout = { id: 'a1b2c3d4', step: 3, arm: 'treatment' as const };
let server: ScriptedServer;

beforeAll(async () => {
  Logger.overrideLogger(false);
  server = await ScriptedServer.start();
});
afterAll(() => server.stop());

function fixtureWithScript(script: Script, some: Parameters<typeof queryFixture>[0] = {}) {
  server.setScript(script);
  const environment = { openaiApiKey: 'a', openaiBaseUrl: `${server.url}/v1` };
  return queryFixture({ configuration: aConfiguration({ rollout }), environment, ...some });
}

async function collectEvents({ events }: QueryStream): Promise<{ events: QueryEvent[]; error: unknown }> {
  const all: QueryEvent[] = [];
  try {
    for await (const each of events) all.push(each);
    return { events: all, error: null };
  } catch (error) {
    return { events: all, error };
  }
}

const eventNames = (events: readonly QueryEvent[]): string[] => events.map(({ event }) => event);

describe('QueryService.stream', () => {
  it('streams an answer of the sandbox, which is marked and free', async () => {
    const { stream } = queryFixture();
    const { events, ...applied } = await stream();
    expect(applied).toEqual({ configVersion: 7, configSource: 'live' });
    const { events: all } = await collectEvents({ ...applied, events });
    const text = all.map((each) => (each.event === 'token' ? each.data.text : '')).join('');
    expect(eventNames(all)[0]).toBe('sources');
    expect(all.length).toBeGreaterThan(5);
    expect(all.at(-1)).toMatchObject({
      event: 'done',
      data: { answer: text, sandbox: true, model_used: 'gpt-4', usage: { cost_usd: 0 } },
    });
  });

  it('ends with the chunks of the sources, in their order and with the metadata of their documents', async () => {
    const { events } = await collectEvents(await queryFixture().stream());
    const done = events.find((each) => each.event === 'done')!;
    expect(done.chunks.map(({ chunk_id: id }) => id)).toEqual(
      done.data.sources.map(({ chunk_id: id }) => id),
    );
    expect(done.chunks.map(({ metadata }) => metadata)).toEqual(done.chunks.map(() => expect.any(Object)));
    expect(done.chunks.length).toBeGreaterThan(0);
  });

  it('records one observation for the rollout and the log fields once', async () => {
    const { stream, noted, facts } = fixtureWithScript(
      streamAll(begin, piece('On the first.'), finish, terminal),
    );
    await collectEvents(await stream());
    expect(noted).toEqual([
      { assignment: rollout, observation: expect.objectContaining({ outcome: 'answered' }) },
    ]);
    expect(facts).toEqual([
      expect.objectContaining({ model_used: 'gpt-4', sources: 1, fallback_used: false }),
    ]);
    expect(JSON.stringify(facts)).not.toContain('On the first.');
  });

  it('records an answer that breaks off as failed', async () => {
    const { stream, noted, facts } = fixtureWithScript(streamAll(begin, piece('On the ')));
    const { events, error } = await collectEvents(await stream());
    expect(eventNames(events)).toEqual(['sources', 'token']);
    expect(error).toMatchObject({ slug: 'upstream-failed' });
    expect(noted).toMatchObject([{ observation: { outcome: 'failed' } }]);
    expect(facts).toMatchObject([
      { failure: 'upstream-failed', attempts: [{ model: 'gpt-4', outcome: 'connection' }] },
    ]);
  });

  it('ends the call to the model when the consumer stops reading, and records no observation', async () => {
    const { stream, noted, facts } = fixtureWithScript((call) =>
      streamWithoutEnd(call, begin, piece('On the ')),
    );
    const { events } = await stream();
    await events.next();
    await events.next();
    await events.return();
    await server.calls[0]!.closed;
    expect(noted).toEqual([]);
    expect(facts).toMatchObject([{ failure: 'cancelled' }]);
  });

  it('ends the call to the model when the consumer stops after the first event', async () => {
    const { stream } = fixtureWithScript((call) => streamWithoutEnd(call, begin, piece('On the ')));
    const { events } = await stream();
    await expect(events.next()).resolves.toMatchObject({ value: { event: 'sources' } });
    await events.return();
    await server.calls[0]!.closed;
  });

  it('says that usage is estimated when the provider sent no token counts', async () => {
    const { stream } = fixtureWithScript(
      streamAll(begin, piece('On the first.'), finishWithoutUsage, terminal),
    );
    const { events } = await collectEvents(await stream());
    expect(events.at(-1)).toMatchObject({
      data: {
        usage: { completion_tokens: 5 },
        degraded: [
          {
            stage: 'generate',
            reason: 'the provider sent no complete token counts: usage and cost are estimates',
          },
        ],
      },
    });
  });

  it('ends at its deadline when retrieval hangs', async () => {
    const { stream } = queryFixture({ retrieval: 'never', queryDeadlineMs: 100 });
    const { events, error } = await collectEvents(await stream());
    expect(events).toEqual([]);
    expect(error).toMatchObject({ slug: 'upstream-timeout', details: { attempts: [] } });
  });
});
