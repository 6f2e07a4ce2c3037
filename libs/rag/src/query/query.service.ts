import { performance } from 'node:perf_hooks';
import { Injectable } from '@nestjs/common';
import { type CompiledConfiguration, ConfigReader, type RolloutArm, RolloutObservations } from '#config';
import { Environment } from '#kernel';
import { Deadline } from '../llm/deadline.js';
import { millisecondsSince } from '../llm/elapsed.js';
import { ModelChain } from '../llm/model-chain.js';
import { UpstreamFailure, noAnswer } from '../llm/upstream-failure.js';
import type { Retrieval } from '../retrieval/retriever.js';
import { composeAnswer } from './answer.js';
import { fitPrompt } from './fitted-prompt.js';
import type { QueryResponse } from './query.response.js';
import { PromptChunks } from './rank.js';
import { answered, failed } from './rollout-measurement.js';

/** A question of somebody at a tenant. */
export interface Inquiry {
  readonly tenantId: string;
  /** Who asks: the tenant's own id of the person, else the credential's subject. A rollout by query goes by it. */
  readonly subject: string;
  readonly question: string;
}

/** A question, and what it is answered under. */
interface Asked {
  readonly configuration: CompiledConfiguration;
  readonly question: string;
  /** How long finding the configuration took. */
  readonly configMs: number;
}

/** The RAG query: configuration, retrieval, prompt, model, in that order and within one deadline (SPEC §4). */
@Injectable()
export class QueryService {
  constructor(
    private readonly configurations: ConfigReader,
    private readonly chunks: PromptChunks,
    private readonly models: ModelChain,
    private readonly environment: Environment,
    private readonly observations: RolloutObservations,
  ) {}

  /**
   * Answers a question under the tenant's configuration of this moment. No transaction is open while a model is asked.
   * `client` aborts when nobody waits for the answer any more: then the work stops.
   *
   * @throws NotFoundError no such tenant · DomainError `upstream-failed`, `upstream-timeout` with `attempts`
   */
  async answer({ tenantId, subject, question }: Inquiry, client: AbortSignal): Promise<QueryResponse> {
    const deadline = this.deadline(client);
    const [configuration, configMs] = await timed(async () =>
      this.configurations.forQuery(tenantId, subject),
    );
    const { rollout } = configuration;
    const work = () => this.answerBy(deadline, { configuration, question, configMs });
    return rollout === null ? work() : this.measured(rollout, client, work);
  }

  /** The same under a given configuration, be it one that is only being tried; its tenant's documents are asked. */
  answerUnder(
    configuration: CompiledConfiguration,
    question: string,
    client: AbortSignal,
  ): Promise<QueryResponse> {
    return this.answerBy(this.deadline(client), { configuration, question, configMs: 0 });
  }

  /** A query in an arm of a rollout counts for it, unless its client left. */
  private async measured(
    rollout: RolloutArm,
    client: AbortSignal,
    work: () => Promise<QueryResponse>,
  ): Promise<QueryResponse> {
    const startedAt = performance.now();
    try {
      const answer = await work();
      this.observations.note(rollout, answered(answer, millisecondsSince(startedAt)));
      return answer;
    } catch (error) {
      const observation = client.aborted ? null : failed(error, millisecondsSince(startedAt));
      if (observation) this.observations.note(rollout, observation);
      throw error;
    }
  }

  private deadline(client: AbortSignal): Deadline {
    return new Deadline(this.environment.queryDeadlineMs, client);
  }

  private async answerBy(
    deadline: Deadline,
    { configuration, question, configMs }: Asked,
  ): Promise<QueryResponse> {
    const [retrieval, retrieveMs] = await timed(() => this.retrieve(configuration, question, deadline));
    const { rerank_enabled: isReranked } = configuration.settings;
    const wanted = { question, limitMs: deadline.remainingMs };
    const [ranked, rerankMs] = await timed(() => this.chunks.rank(retrieval, configuration, wanted));
    const material = { ...configuration, question, chunks: ranked.chunks };
    const chain = { primary: configuration.model, fallback: configuration.fallbackModel };
    const [reply, generateMs] = await timed(() =>
      this.models.ask(chain, (model) => fitPrompt(material, model), deadline),
    );
    return composeAnswer({
      configuration,
      answered: reply,
      degraded: ranked.degraded,
      timings: {
        config: configMs,
        retrieve: retrieveMs,
        rerank: isReranked ? rerankMs : 0,
        generate: generateMs,
      },
    });
  }

  private async retrieve(
    configuration: CompiledConfiguration,
    question: string,
    deadline: Deadline,
  ): Promise<Retrieval> {
    try {
      return await deadline.within(deadline.remainingMs, () => this.chunks.retrieve(configuration, question));
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
