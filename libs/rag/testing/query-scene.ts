import type { CompiledConfiguration, ConfigReader } from '#config';
import { NotFoundError } from '#kernel';
import type { QueryFacts } from '../src/query/query-facts.js';
import { QueryPipeline } from '../src/query/query-pipeline.js';
import { QueryService } from '../src/query/query.service.js';
import type { Reranker } from '../src/reranking/reranker.js';
import type { Retrieval } from '../src/retrieval/retriever.js';
import { type SomeEnvironment, aChain, anEnvironment } from './a-directory.js';
import { NotedMetering } from './noted-metering.js';
import { NotedObservations, aChunk, aConfiguration, promptChunks } from './query-builders.js';

export const question = 'When is rent due?';
export const patient = new AbortController().signal;

class FakeRetriever {
  readonly asked: unknown[] = [];

  constructor(private readonly found: Retrieval | 'never') {}

  async retrieve(search: object): Promise<Retrieval> {
    this.asked.push(search);
    return this.found === 'never' ? new Promise(() => undefined) : this.found;
  }
}

interface Scene {
  readonly configuration?: CompiledConfiguration;
  readonly found?: Retrieval | 'never';
  readonly environment?: SomeEnvironment;
  readonly reranker?: Reranker;
}

/** The query of the tenant `acme-law`, asked by Ann. */
export function scene({ configuration = aConfiguration(), found, environment = {}, reranker }: Scene = {}) {
  const retriever = new FakeRetriever(found ?? { chunks: [aChunk()], degraded: [] });
  const observations = new NotedObservations();
  const forQuery = (tenantId: string, subject: string): CompiledConfiguration => {
    if (subject !== 'ann') throw new Error(`Asked for ${subject}.`);
    if (tenantId === configuration.tenantId) return configuration;
    throw new NotFoundError('No such tenant.');
  };
  const queries = new QueryService(
    { forQuery, sourceOf: () => 'live' } as unknown as ConfigReader,
    new QueryPipeline(
      promptChunks(retriever, reranker),
      aChain(environment),
      new NotedMetering().asMeter(environment),
    ),
    anEnvironment(environment),
    observations.asObservations(),
  );
  const ask = async (client = patient) =>
    (await queries.answer({ tenantId: 'acme-law', subject: 'ann', question }, client)).response;
  const facts: QueryFacts[] = [];
  const stream = (client = patient) =>
    queries.stream({ tenantId: 'acme-law', subject: 'ann', question }, client, (some) => facts.push(some));
  return { queries, retriever, ask, stream, facts, noted: observations.noted };
}
