import { performance } from 'node:perf_hooks';
import { Injectable } from '@nestjs/common';
import { type RolloutObservation, RolloutObserver } from '#config';
import { DomainError } from '#kernel';
import { type TraceSpan, attributeNames, startSpan } from '#telemetry';
import { millisecondsSince } from '../../llm/fallback/deadline.js';
import { QuestionLogService } from '../../question-log/question-log.service.js';
import type { QueryContext, QueryEvent } from '../query-pipeline.js';
import type { QueryResponse } from '../query.response.js';
import {
  type QueryLogFields,
  logFieldsOfAnswer,
  logFieldsOfDisconnect,
  logFieldsOfFailure,
} from './query-log-fields.js';
import { attributesOfAnswer, describeQuery } from './query-span.js';
import { QueryMetrics, type QueryOutcome } from './query-metrics.js';
import { answeredObservation, failedObservation } from './rollout-observation.js';

/** What is kept of queries: figures for metrics and rollouts, fields for the access log, and questions where the tenant wants it. */
@Injectable()
export class QueryRecorder {
  constructor(
    private readonly observations: RolloutObserver,
    private readonly questionLog: QuestionLogService,
    private readonly metrics: QueryMetrics,
  ) {}

  /** Starts the record of a query. The caller must `end` it. */
  begin(context: QueryContext): QueryRecording {
    return new QueryRecording(context, {
      observe: (observation) => this.observe(context, observation),
      keepQuestion: () => this.keepQuestion(context),
      metrics: this.metrics,
    });
  }

  private observe(
    { configuration: { rollout } }: QueryContext,
    observation: RolloutObservation | null,
  ): void {
    if (rollout && observation) this.observations.record(rollout, observation);
  }

  private keepQuestion({ configuration, question, isTask }: QueryContext): void {
    const { tenantId, settings } = configuration;
    if (settings.log_questions && !isTask) this.questionLog.record(tenantId, question);
  }
}

interface Records {
  observe(observation: RolloutObservation | null): void;
  keepQuestion(): void;
  readonly metrics: QueryMetrics;
}

/** The record of one query. Until it is told otherwise, the client has left. */
export class QueryRecording {
  private readonly startedAt = performance.now();
  private firstTokenMs: number | null = null;
  private outcome: QueryOutcome = 'cancelled';
  private response: QueryResponse | null = null;
  private logFields: QueryLogFields;
  /** The work of the query runs inside of it. */
  readonly span: TraceSpan;

  constructor(
    private readonly context: QueryContext,
    private readonly records: Records,
  ) {
    this.logFields = logFieldsOfDisconnect(context.configuration);
    this.span = startSpan(() => describeQuery(context));
  }

  onEvent(event: QueryEvent): void {
    if (event.event === 'token') this.firstTokenMs ??= millisecondsSince(this.startedAt);
    if (event.event === 'done') this.onAnswer(event.data);
  }

  onFailure(error: unknown): void {
    const observation = failedObservation(error, millisecondsSince(this.startedAt));
    this.outcome = observation === null ? 'refused' : 'failed';
    this.span.fail(error instanceof DomainError ? error.slug : 'internal');
    this.logFields = logFieldsOfFailure(this.context.configuration, error);
    this.records.observe(observation);
  }

  /** Ends the record. Returns the fields for the access log. */
  end(): QueryLogFields {
    const { outcome, firstTokenMs, response } = this;
    const { responseMode: mode } = this.context;
    this.records.metrics.record({
      mode,
      outcome,
      ms: millisecondsSince(this.startedAt),
      firstTokenMs,
      response,
    });
    this.span.set({ [attributeNames.outcome]: outcome, ...attributesOfAnswer(response) });
    this.span.end();
    return this.logFields;
  }

  private onAnswer(response: QueryResponse): void {
    this.outcome = 'answered';
    this.response = response;
    this.logFields = logFieldsOfAnswer(response);
    this.records.observe(answeredObservation(response, millisecondsSince(this.startedAt)));
    this.records.keepQuestion();
  }
}
