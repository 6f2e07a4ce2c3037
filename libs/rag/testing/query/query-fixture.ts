import type { CompiledConfiguration, ConfigReader } from '#config';
import { TenantNotFoundError } from '#kernel';
import type { QueryLogFields } from '../../src/query/recording/query-log-fields.js';
import { QueryPipeline } from '../../src/query/query-pipeline.js';
import { QueryService } from '../../src/query/query.service.js';
import type { Reranker } from '../../src/reranking/reranker.js';
import type { RetrievalResult } from '../../src/retrieval/retriever.js';
import {
  type RagConfigOverrides,
  aMeteringConfig,
  aModelCallService,
  aModelQueue,
} from '../llm/model-call-builders.js';
import { FakeMetering } from './fake-metering.js';
import {
  FakeObservations,
  aQueryRecorder,
  aChunk,
  aConfiguration,
  aContextRetriever,
} from './query-builders.js';

export const question = 'When is rent due?';
export const neverAborted = new AbortController().signal;

class FakeRetriever {
  readonly inputs: unknown[] = [];

  constructor(private readonly retrieval: RetrievalResult | 'never') {}

  async retrieve(input: object): Promise<RetrievalResult> {
    this.inputs.push(input);
    return this.retrieval === 'never' ? new Promise(() => undefined) : this.retrieval;
  }
}

interface QueryFixtureOptions {
  readonly configuration?: CompiledConfiguration;
  readonly retrieval?: RetrievalResult | 'never';
  readonly environment?: RagConfigOverrides;
  readonly queryDeadlineMs?: number;
  readonly reranker?: Reranker;
  readonly metering?: FakeMetering;
}

/** A `QueryService` with fakes, and a question of user `ann` to the tenant `acme-law`. */
export function queryFixture({
  configuration = aConfiguration(),
  retrieval,
  environment = {},
  queryDeadlineMs,
  reranker,
  metering = new FakeMetering(),
}: QueryFixtureOptions = {}) {
  const retriever = new FakeRetriever(retrieval ?? { chunks: [aChunk()], degraded: [] });
  const observations = new FakeObservations();
  const forQuery = (tenantId: string, subject: string): CompiledConfiguration => {
    if (subject !== 'ann') throw new Error(`Unexpected subject ${subject}.`);
    if (tenantId === configuration.tenantId) return configuration;
    throw new TenantNotFoundError();
  };
  const queries = new QueryService(
    { forQuery, sourceOf: () => 'live' } as unknown as ConfigReader,
    new QueryPipeline(
      aContextRetriever(retriever, reranker),
      aModelQueue(environment),
      aModelCallService(environment),
      metering.asAdmissionService(environment),
    ),
    aMeteringConfig(queryDeadlineMs),
    aQueryRecorder(observations),
  );
  const ask = async (client = neverAborted) =>
    (await queries.answer({ tenantId: 'acme-law', subject: 'ann', question }, client)).response;
  const facts: QueryLogFields[] = [];
  const stream = (client = neverAborted) =>
    queries.stream({ tenantId: 'acme-law', subject: 'ann', question }, client, (some) => facts.push(some));
  return { queries, retriever, ask, stream, facts, noted: observations.recorded };
}
