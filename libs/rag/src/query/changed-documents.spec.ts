import { Logger } from '@nestjs/common';
import { UnavailableError } from '#kernel';
import {
  type RagConfigOverrides,
  aModelCallService,
  aModelQueue,
} from '../../testing/llm/model-call-builders.js';
import { MockUpstream, answersWith } from '../../testing/llm/mock-upstream.js';
import { FakeMetering } from '../../testing/query/fake-metering.js';
import { aConfiguration, aContextRetriever, someChunks } from '../../testing/query/query-builders.js';
import { Deadline } from '../llm/fallback/deadline.js';
import type { RetrievalInput, RetrievalResult } from '../retrieval/retriever.js';
import { type QueryEvent, QueryPipeline } from './query-pipeline.js';
import type { QueryResponse } from './query.response.js';

/** Finds other chunks in memory than in the database. */
class TwoSources {
  readonly asked: (string | undefined)[] = [];
  readonly corrections: [string, number][] = [];

  constructor(
    private readonly inMemory: RetrievalResult,
    private readonly inDatabase: RetrievalResult | Error,
  ) {}

  async retrieve({ source }: RetrievalInput): Promise<RetrievalResult> {
    this.asked.push(source);
    const found = source === 'database' ? this.inDatabase : this.inMemory;
    if (found instanceof Error) throw found;
    return found;
  }

  correct(tenantId: string, version: number): void {
    this.corrections.push([tenantId, version]);
  }
}

describe('QueryPipeline with documents in memory', () => {
  const old = { chunks: someChunks(2, 'An old and long text.'), degraded: [], memoryVersion: 4 };
  const current = { chunks: someChunks(1, 'A new text.'), degraded: [] };
  let upstream: MockUpstream;
  let environment: RagConfigOverrides;
  let metering: FakeMetering;

  beforeAll(async () => {
    Logger.overrideLogger(false);
    upstream = await MockUpstream.start();
    environment = { openaiBaseUrl: upstream.openaiBaseUrl, openaiApiKey: 'a' };
    upstream.setBehaviour('gpt-4', answersWith('An answer.', 100, 10));
  });
  beforeEach(() => {
    metering = new FakeMetering();
    metering.dataVersion = 5;
  });
  afterAll(() => upstream.stop());

  async function ask(retriever: TwoSources): Promise<string[]> {
    const pipeline = new QueryPipeline(
      aContextRetriever(retriever),
      aModelQueue(environment),
      aModelCallService(environment),
      metering.asAdmissionService(environment),
    );
    const configuration = aConfiguration({ fallbackModel: null });
    const deadline = new Deadline(5_000, new AbortController().signal);
    const rest = { question: 'What is new?', subject: 'ann', responseMode: 'whole', configMs: 0 } as const;
    const events: QueryEvent[] = [];
    for await (const event of pipeline.run({ configuration, deadline, ...rest })) events.push(event);
    const done = events.find(({ event }) => event === 'done')!;
    return (done.data as QueryResponse).sources.map(({ snippet }) => snippet);
  }

  it('uses what is in memory if the admission finds the same version of the documents', async () => {
    metering.dataVersion = 4;
    const retriever = new TwoSources(old, current);
    expect(await ask(retriever)).toEqual(old.chunks.map(({ text }) => text));
    expect([retriever.asked, retriever.corrections]).toEqual([[undefined], []]);
  });

  it('takes a tenant without documents for version 0', async () => {
    metering.dataVersion = null;
    const retriever = new TwoSources({ chunks: [], degraded: [], memoryVersion: 0 }, current);
    expect(await ask(retriever)).toEqual([]);
    expect(retriever.asked).toEqual([undefined]);
  });

  it('searches the database if the documents have changed, and keeps the reservation', async () => {
    const retriever = new TwoSources(old, current);
    expect(await ask(retriever)).toEqual(['A new text.']);
    expect(retriever.asked).toEqual([undefined, 'database']);
    expect(retriever.corrections).toEqual([['acme-law', 5]]);
    expect(metering.admitted).toHaveLength(1);
    expect(metering.settlements).toMatchObject([{ outcome: 'answered' }]);
  });

  it('reserves again if the new prompt may cost more', async () => {
    const retriever = new TwoSources(old, { chunks: someChunks(5, 'Another text.'), degraded: [] });
    expect(await ask(retriever)).toHaveLength(5);
    expect(metering.admitted).toHaveLength(2);
    expect(metering.admitted[1]!.maxCostUsd).toBeGreaterThan(metering.admitted[0]!.maxCostUsd);
    expect(metering.settlements).toMatchObject([
      { outcome: 'cancelled', costUsd: 0 },
      { outcome: 'answered' },
    ]);
  });

  it('ends the reservation if the database cannot be searched', async () => {
    const failure = new UnavailableError('The database is unreachable.', 1);
    await expect(ask(new TwoSources(old, failure))).rejects.toBe(failure);
    expect(metering.settlements).toMatchObject([{ outcome: 'failed', costUsd: 0 }]);
  });
});
