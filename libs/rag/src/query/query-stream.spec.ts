import { Logger } from '@nestjs/common';
import { aConfiguration } from '../../testing/query-builders.js';
import { scene } from '../../testing/query-scene.js';
import { type Script, WireServer, streaming, streamingAll, wires } from '../../testing/wire-server.js';
import type { QueryEvent } from './query-pipeline.js';
import type { QueryStream } from './query.service.js';

const { begin, piece, finish, finishWithoutBill, terminal } = wires.openai;
const rollout = { id: 'a1b2c3d4', step: 3, arm: 'treatment' as const };
let server: WireServer;

beforeAll(async () => {
  Logger.overrideLogger(false);
  server = await WireServer.start();
});
afterAll(() => server.stop());

function withModel(script: Script, some: Parameters<typeof scene>[0] = {}) {
  server.behave(script);
  const environment = { openaiApiKey: 'a', openaiBaseUrl: `${server.url}/v1` };
  return scene({ configuration: aConfiguration({ rollout }), environment, ...some });
}

async function taken({ events }: QueryStream): Promise<{ events: QueryEvent[]; error: unknown }> {
  const all: QueryEvent[] = [];
  try {
    for await (const each of events) all.push(each);
    return { events: all, error: null };
  } catch (error) {
    return { events: all, error };
  }
}

const namesOf = (events: readonly QueryEvent[]): string[] => events.map(({ event }) => event);

describe('a streamed query', () => {
  it('streams the sandbox like any other, marks it, and costs nothing', async () => {
    const { stream } = scene();
    const { events, ...applied } = await stream();
    expect(applied).toEqual({ configVersion: 7, configSource: 'live' });
    const { events: all } = await taken({ ...applied, events });
    const text = all.map((each) => (each.event === 'token' ? each.data.text : '')).join('');
    expect(namesOf(all)[0]).toBe('sources');
    expect(all.length).toBeGreaterThan(5);
    expect(all.at(-1)).toMatchObject({
      event: 'done',
      data: { answer: text, sandbox: true, model_used: 'gpt-4', usage: { cost_usd: 0 } },
    });
  });

  it('counts for its rollout and is noted, once', async () => {
    const { stream, noted, facts } = withModel(streamingAll(begin, piece('On the first.'), finish, terminal));
    await taken(await stream());
    expect(noted).toEqual([
      { place: rollout, observation: expect.objectContaining({ outcome: 'answered' }) },
    ]);
    expect(facts).toEqual([
      expect.objectContaining({ model_used: 'gpt-4', sources: 1, fallback_used: false }),
    ]);
    expect(JSON.stringify(facts)).not.toContain('On the first.');
  });

  it('that breaks off counts as failed and is noted so', async () => {
    const { stream, noted, facts } = withModel(streamingAll(begin, piece('On the '), finish));
    const { events, error } = await taken(await stream());
    expect(namesOf(events)).toEqual(['sources', 'token']);
    expect(error).toMatchObject({ slug: 'upstream-failed' });
    expect(noted).toMatchObject([{ observation: { outcome: 'failed' } }]);
    expect(facts).toMatchObject([
      { failure: 'upstream-failed', attempts: [{ model: 'gpt-4', outcome: 'connection' }] },
    ]);
  });

  it('that is given up ends the call to the model, and counts for nothing', async () => {
    const { stream, noted, facts } = withModel((call) => streaming(call, begin, piece('On the ')));
    const { events } = await stream();
    await events.next();
    await events.next();
    await events.return();
    await server.calls[0]!.closed;
    expect(noted).toEqual([]);
    expect(facts).toMatchObject([{ failure: 'cancelled' }]);
  });

  it('that is given up with its first event ends the call as well', async () => {
    const { stream } = withModel((call) => streaming(call, begin, piece('On the ')));
    const { events } = await stream();
    await expect(events.next()).resolves.toMatchObject({ value: { event: 'sources' } });
    await events.return();
    await server.calls[0]!.closed;
  });

  it('says that its bill is an estimate where the provider sent none', async () => {
    const { stream } = withModel(streamingAll(begin, piece('On the first.'), finishWithoutBill, terminal));
    const { events } = await taken(await stream());
    expect(events.at(-1)).toMatchObject({
      data: {
        usage: { completion_tokens: 5 },
        degraded: [
          {
            stage: 'generate',
            reason: 'the provider sent no token counts: usage and cost are estimates',
          },
        ],
      },
    });
  });

  it('does not outlive its deadline while it retrieves', async () => {
    const { stream } = scene({ found: 'never', environment: { queryDeadlineMs: 100 } });
    const { events, error } = await taken(await stream());
    expect(events).toEqual([]);
    expect(error).toMatchObject({ slug: 'upstream-timeout', details: { attempts: [] } });
  });
});
