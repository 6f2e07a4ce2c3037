import { Logger } from '@nestjs/common';
import { BudgetExceededError, UnavailableError } from '#kernel';
import {
  type RagConfigOverrides,
  aModelCallService,
  aModelQueue,
} from '../../../testing/llm/model-call-builders.js';
import { aClaude } from '../../../testing/llm/llm-builders.js';
import {
  type UpstreamBehaviour,
  MockUpstream,
  answersWith,
  neverResponds,
  failsWith,
} from '../../../testing/llm/mock-upstream.js';
import { FakeMetering } from '../../../testing/query/fake-metering.js';
import {
  aChunk,
  aConfiguration,
  aTemplate,
  aContextRetriever,
} from '../../../testing/query/query-builders.js';
import { Deadline } from '../../llm/fallback/deadline.js';
import type { ResponseMode } from '../../llm/fallback/model-call.service.js';
import { type QueryEvent, QueryPipeline } from '../query-pipeline.js';

const question = 'When is rent due?';
const fallbackModel = aClaude({ max_output_tokens: 500, output_usd_per_mtok: 10 });
/** Lower bound of the bytes of the prompt. */
const promptBytes = 'Answer from the context.'.length + 'Context'.length;

describe('QueryPipeline with metering', () => {
  let upstream: MockUpstream;
  let environment: RagConfigOverrides;
  let metering: FakeMetering;

  beforeAll(async () => {
    Logger.overrideLogger(false);
    upstream = await MockUpstream.start();
    const { openaiBaseUrl, anthropicBaseUrl } = upstream;
    environment = { openaiBaseUrl, anthropicBaseUrl, openaiApiKey: 'a', anthropicApiKey: 'b' };
  });
  beforeEach(() => {
    metering = new FakeMetering();
    upstream.reset();
  });
  afterAll(() => upstream.stop());

  interface RunOptions {
    readonly fallback?: typeof fallbackModel;
    readonly variables?: RagConfigOverrides;
    readonly responseMode?: ResponseMode;
    readonly client?: AbortSignal;
  }

  function run({ fallback, variables = environment, responseMode = 'whole', client }: RunOptions = {}) {
    const retrieval = { chunks: [aChunk()], degraded: [] };
    const retriever = { retrieve: async () => retrieval };
    const pipeline = new QueryPipeline(
      aContextRetriever(retriever),
      aModelQueue(variables),
      aModelCallService(variables),
      metering.asAdmissionService(variables),
    );
    const configuration = aConfiguration({
      template: aTemplate('Answer {question} from {context}'),
      fallbackModel: fallback ?? null,
    });
    const deadline = new Deadline(5_000, client ?? new AbortController().signal);
    return pipeline.run({
      configuration,
      question,
      subject: 'ann',
      responseMode,
      deadline,
      configMs: 0,
    });
  }

  async function collectEvents(events: AsyncGenerator<QueryEvent, void>): Promise<QueryEvent[]> {
    const all: QueryEvent[] = [];
    for await (const each of events) all.push(each);
    return all;
  }

  const streamed = (text: string): UpstreamBehaviour => ({ ...answersWith(text, 100, 10), chunkSize: 4 });

  it('reserves the maximum cost: every byte of the prompt, max_tokens, and every retry of both models', async () => {
    upstream.setBehaviour('gpt-4', answersWith('On the first.', 100, 10));
    await collectEvents(run());
    await collectEvents(run({ fallback: fallbackModel }));
    const [alone, together] = metering.admitted;
    expect(alone).toMatchObject({ tenantId: 'acme-law', userId: 'ann', configVersion: 7 });
    const [{ messages }] = upstream.requests() as [{ messages: { content: string }[] }];
    const bytes = messages.reduce((sum, { content }) => sum + Buffer.byteLength(content), 0);
    expect(bytes).toBeGreaterThan(promptBytes);
    const primary = (bytes + 16) * 1 + 1000 * 2;
    const other = (bytes + 16) * 1 + 500 * 10;
    expect(alone!.maxCostUsd).toBeCloseTo((3 * primary) / 1e6, 9);
    expect(together!.maxCostUsd).toBeCloseTo((2 * primary + 3 * other) / 1e6, 9);
  });

  it('reserves nothing for the sandbox', async () => {
    await collectEvents(run({ variables: {} }));
    expect(metering.admitted).toMatchObject([{ maxCostUsd: 0 }]);
    expect(metering.settlements).toMatchObject([{ outcome: 'answered', model: 'gpt-4', costUsd: 0 }]);
  });

  it.each(['whole', 'streamed'] as const)(
    'settles a %s answer before the done event',
    async (responseMode) => {
      upstream.setBehaviour('gpt-4', streamed('On the first of each month.'));
      for await (const { event } of run({ responseMode }))
        expect(metering.settlements).toHaveLength(event === 'done' ? 1 : 0);
      expect(metering.settlements).toEqual([
        {
          outcome: 'answered',
          model: 'gpt-4',
          promptTokens: 100,
          completionTokens: 10,
          costUsd: 0.00012,
          latencyMs: expect.any(Number) as number,
        },
      ]);
    },
  );

  it('calls no model when the query is refused', async () => {
    metering.admissionError = new BudgetExceededError('Nothing is left.', {
      budget_usd: 1,
      spent_usd: 1,
      reserved_usd: 0,
      resets_at: '2026-12-01T00:00:00.000Z',
    });
    await expect(collectEvents(run())).rejects.toBe(metering.admissionError);
    expect(upstream.requests()).toEqual([]);
  });

  it('sends no done event when the cost cannot be recorded', async () => {
    upstream.setBehaviour('gpt-4', streamed('On the first.'));
    metering.settlementError = new UnavailableError('The database is unreachable.', 1);
    const eventNames: string[] = [];
    const work = async () => {
      for await (const { event } of run({ responseMode: 'streamed' })) eventNames.push(event);
    };
    await expect(work()).rejects.toBe(metering.settlementError);
    expect(new Set(eventNames)).toEqual(new Set(['sources', 'token']));
    expect(metering.settlements).toMatchObject([{ outcome: 'answered', costUsd: 0.00012 }]);
  });

  it('settles a query without an answer at no cost', async () => {
    upstream.setBehaviour('gpt-4', failsWith(400));
    await expect(collectEvents(run())).rejects.toMatchObject({ slug: 'upstream-failed' });
    expect(metering.settlements).toMatchObject([{ outcome: 'failed', model: null, costUsd: 0 }]);
  });

  it('settles at no cost when the client disconnects before a model began to answer', async () => {
    upstream.setBehaviour('gpt-4', neverResponds);
    const client = new AbortController();
    const events = collectEvents(run({ client: client.signal }));
    setImmediate(() => client.abort());
    await expect(events).rejects.toBeDefined();
    expect(metering.settlements).toMatchObject([{ outcome: 'cancelled', model: null, costUsd: 0 }]);
  });

  it('settles the text written so far when the client disconnects in the middle', async () => {
    upstream.setBehaviour('gpt-4', streamed('On the first of each month.'));
    const client = new AbortController();
    for await (const { event } of run({ responseMode: 'streamed', client: client.signal })) {
      if (event !== 'token') continue;
      client.abort();
      break;
    }
    expect(metering.settlements).toMatchObject([{ outcome: 'cancelled', model: 'gpt-4' }]);
    const [usage] = metering.settlements;
    expect(usage!.completionTokens).toBeGreaterThan(0);
    expect(usage!.costUsd).toBeGreaterThan(0);
    expect(usage!.costUsd).toBeLessThan(metering.admitted[0]!.maxCostUsd);
  });
});
