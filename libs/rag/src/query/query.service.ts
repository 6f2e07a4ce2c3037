import { performance } from 'node:perf_hooks';
import { Injectable } from '@nestjs/common';
import {
  type CompiledConfiguration,
  ConfigReader,
  type ConfigSource,
  type RolloutArm,
  RolloutObservations,
} from '#config';
import { Environment } from '#kernel';
import { Deadline } from '../llm/chain/deadline.js';
import { millisecondsSince } from '../llm/chain/elapsed.js';
import { inTime } from '../llm/chain/in-time.js';
import type { Manner } from '../llm/chain/model-chain.js';
import { type Asked, type QueryEvent, QueryPipeline } from './query-pipeline.js';
import { type QueryFacts, factsOfAnswer, factsOfFailure, factsOfLeaving } from './query-facts.js';
import type { QueryResponse } from './query.response.js';
import { answered, failed } from './rollout-measurement.js';

/** A question of somebody at a tenant. */
export interface Inquiry {
  readonly tenantId: string;
  /** Who asks: the tenant's own id of the person, else the credential's subject. A rollout by query goes by it. */
  readonly subject: string;
  readonly question: string;
}

/** The configuration that an answer is given under. */
export interface Applied {
  readonly configVersion: number;
  readonly configSource: ConfigSource;
}

/** An answer that comes in pieces. */
export interface QueryStream extends Applied {
  /** Rejects, before or after the first event, with what `answer` would throw. */
  readonly events: AsyncGenerator<QueryEvent, void>;
}

type Note = (facts: QueryFacts) => void;

/** The RAG query: configuration, retrieval, prompt, model, in that order and within one deadline (SPEC §4). */
@Injectable()
export class QueryService {
  constructor(
    private readonly configurations: ConfigReader,
    private readonly pipeline: QueryPipeline,
    private readonly environment: Environment,
    private readonly observations: RolloutObservations,
  ) {}

  /**
   * Answers a question under the tenant's configuration of this moment. No transaction is open while a model is asked.
   * `client` aborts when nobody waits for the answer any more: then the work stops. `note` is told once what became of it.
   *
   * @throws NotFoundError no such tenant · DomainError `upstream-failed`, `upstream-timeout` with `attempts`,
   *   `quota-exceeded`, `budget-exceeded`, `unavailable`
   */
  async answer(
    inquiry: Inquiry,
    client: AbortSignal,
    note: Note = unheard,
  ): Promise<Applied & { readonly response: QueryResponse }> {
    const asked = await this.asked(inquiry, client, 'whole');
    return { ...this.applied(asked), response: await answerIn(this.observed(asked, client, note)) };
  }

  /** The same piece by piece. The events have to be taken, or given up by `return`. */
  async stream(inquiry: Inquiry, client: AbortSignal, note: Note = unheard): Promise<QueryStream> {
    const asked = await this.asked(inquiry, client, 'streamed');
    return { ...this.applied(asked), events: this.observed(asked, client, note) };
  }

  /** Answers under a given configuration, be it one that is only being tried; its tenant's documents are asked. */
  answerUnder(
    configuration: CompiledConfiguration,
    { subject, question }: Pick<Inquiry, 'subject' | 'question'>,
    client: AbortSignal,
  ): Promise<QueryResponse> {
    const deadline = this.deadline(client);
    const asked = { configuration, subject, question, deadline };
    return answerIn(this.pipeline.run({ ...asked, manner: 'whole', configMs: 0 }));
  }

  private applied({ configuration }: Asked): Applied {
    return {
      configVersion: configuration.version,
      configSource: this.configurations.sourceOf(configuration),
    };
  }

  private async asked(
    { tenantId, subject, question }: Inquiry,
    client: AbortSignal,
    manner: Manner,
  ): Promise<Asked> {
    const deadline = this.deadline(client);
    const startedAt = performance.now();
    const found = this.configurations.forQuery(tenantId, subject);
    const configuration = found instanceof Promise ? await inTime(deadline, () => found) : found;
    return { configuration, subject, question, manner, deadline, configMs: millisecondsSince(startedAt) };
  }

  private deadline(client: AbortSignal): Deadline {
    return new Deadline(this.environment.queryDeadlineMs, client);
  }

  /** The query's events; what became of it is noted, and counts for its rollout unless its client left. */
  private async *observed(asked: Asked, client: AbortSignal, note: Note): AsyncGenerator<QueryEvent, void> {
    const startedAt = performance.now();
    const { configuration } = asked;
    const { rollout } = configuration;
    let facts = factsOfLeaving(configuration);
    try {
      for await (const each of this.pipeline.run(asked)) {
        if (each.event === 'done') {
          this.count(rollout, answered(each.data, millisecondsSince(startedAt)));
          facts = factsOfAnswer(each.data);
        }
        yield each;
      }
    } catch (error) {
      if (client.aborted) throw error;
      this.count(rollout, failed(error, millisecondsSince(startedAt)));
      facts = factsOfFailure(configuration, error);
      throw error;
    } finally {
      note(facts);
    }
  }

  private count(rollout: RolloutArm | null, observation: ReturnType<typeof failed>): void {
    if (rollout && observation) this.observations.note(rollout, observation);
  }
}

function unheard(): void {}

async function answerIn(events: AsyncGenerator<QueryEvent, void>): Promise<QueryResponse> {
  for await (const each of events) if (each.event === 'done') return each.data;
  throw new Error('The query ended without an answer.');
}
