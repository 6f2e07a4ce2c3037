import { performance } from 'node:perf_hooks';
import { Injectable } from '@nestjs/common';
import { type CompiledConfiguration, ConfigReader } from '#config';
import { Environment } from '#kernel';
import { Deadline } from '../llm/deadline.js';
import { millisecondsSince } from '../llm/elapsed.js';
import { ModelChain } from '../llm/model-chain.js';
import { UpstreamFailure, noAnswer } from '../llm/upstream-failure.js';
import { Retriever, type Retrieval } from '../retrieval/retriever.js';
import { composeAnswer } from './answer.js';
import { fitPrompt } from './fitted-prompt.js';
import type { QueryResponse } from './query.response.js';
import { rankForPrompt } from './rank.js';

/** The RAG query: configuration, retrieval, prompt, model, in that order and within one deadline (SPEC §4). */
@Injectable()
export class QueryService {
  constructor(
    private readonly configurations: ConfigReader,
    private readonly retriever: Retriever,
    private readonly models: ModelChain,
    private readonly environment: Environment,
  ) {}

  /**
   * Answers a question under the tenant's configuration of this moment. No transaction is open while a model is asked.
   * `client` aborts when nobody waits for the answer any more: then the work stops.
   *
   * @throws NotFoundError no such tenant · DomainError `upstream-failed`, `upstream-timeout` with `attempts`
   */
  async answer(tenantId: string, question: string, client: AbortSignal): Promise<QueryResponse> {
    const deadline = new Deadline(this.environment.queryDeadlineMs, client);
    const [configuration, configMs] = await timed(async () => this.configurations.current(tenantId));
    const [retrieval, retrieveMs] = await timed(() => this.retrieve(configuration, question, deadline));
    const ranked = rankForPrompt(retrieval, configuration.settings);
    const material = { ...configuration, question, chunks: ranked.chunks };
    const chain = { primary: configuration.model, fallback: configuration.fallbackModel };
    const [answered, generateMs] = await timed(() =>
      this.models.ask(chain, (model) => fitPrompt(material, model), deadline),
    );
    return composeAnswer({
      configuration,
      answered,
      degraded: ranked.degraded,
      timings: { config: configMs, retrieve: retrieveMs, rerank: 0, generate: generateMs },
    });
  }

  private async retrieve(
    { tenantId, settings }: CompiledConfiguration,
    question: string,
    deadline: Deadline,
  ): Promise<Retrieval> {
    const search = { tenantId, question, topK: settings.retrieval_top_k, alpha: settings.retrieval_alpha };
    try {
      return await deadline.within(deadline.remainingMs, () => this.retriever.retrieve(search));
    } catch (error) {
      throw error instanceof UpstreamFailure ? noAnswer(error, []) : error;
    }
  }
}

async function timed<T>(work: () => Promise<T>): Promise<[T, number]> {
  const startedAt = performance.now();
  const result = await work();
  return [result, millisecondsSince(startedAt)];
}
