import { performance } from 'node:perf_hooks';
import { Injectable } from '@nestjs/common';
import {
  type CompiledConfiguration,
  ConfigReader,
  type ConfigSource,
  type RolloutAssignment,
  RolloutObserver,
} from '#config';
import { Environment } from '#kernel';
import { Deadline } from '../llm/fallback/deadline.js';
import { millisecondsSince } from '../llm/fallback/elapsed.js';
import { withinDeadline } from '../llm/fallback/within-deadline.js';
import type { ResponseMode } from '../llm/fallback/model-call.service.js';
import { type QueryContext, type QueryEvent, QueryPipeline } from './query-pipeline.js';
import {
  type QueryLogFields,
  logFieldsOfAnswer,
  logFieldsOfFailure,
  logFieldsOfDisconnect,
} from './query-log-fields.js';
import type { QueryResponse } from './query.response.js';
import { answeredObservation, failedObservation } from './rollout-observation.js';

/** A question of somebody at a tenant. */
export interface QueryInput {
  readonly tenantId: string;
  /** Who asks: the tenant's own id of the person, else the credential's subject. A rollout by query goes by it. */
  readonly subject: string;
  readonly question: string;
}

/** The configuration that an answer is given under. */
export interface AppliedVersion {
  readonly configVersion: number;
  readonly configSource: ConfigSource;
}

/** An answer that comes in pieces. */
export interface QueryStream extends AppliedVersion {
  /** Rejects, before or after the first event, with what `answer` would throw. */
  readonly events: AsyncGenerator<QueryEvent, void>;
}

type OnQueryFinished = (facts: QueryLogFields) => void;

/** The RAG query: configuration, retrieval, prompt, model, in that order and within one deadline (specification §4). */
@Injectable()
export class QueryService {
  constructor(
    private readonly configurations: ConfigReader,
    private readonly pipeline: QueryPipeline,
    private readonly environment: Environment,
    private readonly observations: RolloutObserver,
  ) {}

  /**
   * Answers a question under the tenant's configuration of this moment. No transaction is open while a model is asked.
   * `client` aborts when nobody waits for the answer any more: then the work stops. `note` is told once what became of it.
   *
   * @throws NotFoundError no such tenant · DomainError `upstream-failed`, `upstream-timeout` with `attempts`,
   *   `quota-exceeded`, `budget-exceeded`, `unavailable`
   */
  async answer(
    input: QueryInput,
    clientSignal: AbortSignal,
    onFinished: OnQueryFinished = ignoreLogFields,
  ): Promise<AppliedVersion & { readonly response: QueryResponse }> {
    const context = await this.prepareContext(input, clientSignal, 'whole');
    return {
      ...this.appliedVersion(context),
      response: await collectResponse(this.runAndRecord(context, clientSignal, onFinished)),
    };
  }

  /** The same piece by piece. The events have to be taken, or given up by `return`. */
  async stream(
    input: QueryInput,
    clientSignal: AbortSignal,
    onFinished: OnQueryFinished = ignoreLogFields,
  ): Promise<QueryStream> {
    const context = await this.prepareContext(input, clientSignal, 'streamed');
    return { ...this.appliedVersion(context), events: this.runAndRecord(context, clientSignal, onFinished) };
  }

  /** Answers under a given configuration, be it one that is only being tried; its tenant's documents are asked. */
  answerWithConfiguration(
    configuration: CompiledConfiguration,
    { subject, question }: Pick<QueryInput, 'subject' | 'question'>,
    clientSignal: AbortSignal,
  ): Promise<QueryResponse> {
    const deadline = this.createDeadline(clientSignal);
    const context = { configuration, subject, question, deadline };
    return collectResponse(this.pipeline.run({ ...context, responseMode: 'whole', configMs: 0 }));
  }

  private appliedVersion({ configuration }: QueryContext): AppliedVersion {
    return {
      configVersion: configuration.version,
      configSource: this.configurations.sourceOf(configuration),
    };
  }

  private async prepareContext(
    { tenantId, subject, question }: QueryInput,
    clientSignal: AbortSignal,
    responseMode: ResponseMode,
  ): Promise<QueryContext> {
    const deadline = this.createDeadline(clientSignal);
    const startedAt = performance.now();
    const loaded = this.configurations.forQuery(tenantId, subject);
    const configuration = loaded instanceof Promise ? await withinDeadline(deadline, () => loaded) : loaded;
    return {
      configuration,
      subject,
      question,
      responseMode,
      deadline,
      configMs: millisecondsSince(startedAt),
    };
  }

  private createDeadline(clientSignal: AbortSignal): Deadline {
    return new Deadline(this.environment.queryDeadlineMs, clientSignal);
  }

  /** The query's events; what became of it is noted, and counts for its rollout unless its client left. */
  private async *runAndRecord(
    context: QueryContext,
    clientSignal: AbortSignal,
    onFinished: OnQueryFinished,
  ): AsyncGenerator<QueryEvent, void> {
    const startedAt = performance.now();
    const { configuration } = context;
    const { rollout } = configuration;
    let logFields = logFieldsOfDisconnect(configuration);
    try {
      for await (const event of this.pipeline.run(context)) {
        if (event.event === 'done') {
          this.recordObservation(rollout, answeredObservation(event.data, millisecondsSince(startedAt)));
          logFields = logFieldsOfAnswer(event.data);
        }
        yield event;
      }
    } catch (error) {
      if (clientSignal.aborted) throw error;
      this.recordObservation(rollout, failedObservation(error, millisecondsSince(startedAt)));
      logFields = logFieldsOfFailure(configuration, error);
      throw error;
    } finally {
      onFinished(logFields);
    }
  }

  private recordObservation(
    rollout: RolloutAssignment | null,
    observation: ReturnType<typeof failedObservation>,
  ): void {
    if (rollout && observation) this.observations.record(rollout, observation);
  }
}

function ignoreLogFields(): void {}

async function collectResponse(events: AsyncGenerator<QueryEvent, void>): Promise<QueryResponse> {
  for await (const event of events) if (event.event === 'done') return event.data;
  throw new Error('The query ended without an answer.');
}
