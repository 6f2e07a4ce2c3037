import { performance } from 'node:perf_hooks';
import { Inject, Injectable } from '@nestjs/common';
import type { ValueSource } from '#cache';
import { type CompiledConfiguration, ConfigReader } from '#config';
import { MeteringConfig, meteringConfig } from '#metering';
import { Deadline, millisecondsSince } from '../llm/fallback/deadline.js';
import type { ConversationTurn } from '../llm/generation.js';
import type { MetadataFilter } from '../retrieval/metadata-filter.js';
import type { RetrievedChunk } from '../retrieval/retriever.js';
import type { ResponseMode } from '../llm/fallback/model-call.service.js';
import { type QueryContext, type QueryEvent, QueryPipeline } from './query-pipeline.js';
import type { QueryResponse } from './query.response.js';
import type { QueryLogFields } from './recording/query-log-fields.js';
import { QueryRecorder } from './recording/query-recorder.js';
import { type QueryVariant, applyVariant } from './variant/query-variant.js';

/** A question to the documents of a tenant. */
export interface QueryInput {
  readonly tenantId: string;
  /** Who asks: the tenant's own user id, else the credential's subject. A rollout per query assigns its arm by it. */
  readonly subject: string;
  readonly question: string;
  /** The turns before the question, oldest first. They make a follow-up question searchable, and the model sees them. */
  readonly history?: readonly ConversationTurn[];
  /** Only documents with this metadata; from `parseMetadataFilter`. */
  readonly filter?: MetadataFilter;
  readonly variant?: QueryVariant;
}

/** The configuration that a query is answered with. */
export interface AppliedVersion {
  readonly configVersion: number;
  readonly configSource: ValueSource;
}

/** An answer as one piece. */
export interface QueryAnswer {
  readonly response: QueryResponse;
  /** Those of the sources, in the same order. */
  readonly chunks: readonly RetrievedChunk[];
}

/** An answer in pieces. */
export interface QueryStream extends AppliedVersion {
  /** Rejects with the errors of `QueryService.answer`, before or after the first event. */
  readonly events: AsyncGenerator<QueryEvent, void>;
}

/** Called once, when the query has ended in any way, with its fields for the access log. */
export type OnQueryFinished = (fields: QueryLogFields) => void;

/** The RAG query: configuration, retrieval, prompt and model, in this order and within one deadline (specification §4). */
@Injectable()
export class QueryService {
  constructor(
    private readonly configurations: ConfigReader,
    private readonly pipeline: QueryPipeline,
    @Inject(meteringConfig.KEY) private readonly metering: MeteringConfig,
    private readonly recorder: QueryRecorder,
  ) {}

  /**
   * Answers a question with the tenant's current configuration. No transaction is open during the call to a model.
   *
   * ```ts
   * const input = { tenantId: 'acme-law', subject: 'user-42', question: 'When is the rent due?' };
   * const { response, configVersion } = await queries.answer(input, AbortSignal.timeout(60_000));
   * ```
   *
   * @param clientSignal Aborts when the client disconnects; the work then stops.
   * @throws TenantNotFoundError; NotFoundError when the tenant may not call the model of the variant
   * @throws QuotaExceededError, BudgetExceededError when the query is refused; no model is called
   * @throws UpstreamError `upstream-failed` or `upstream-timeout`, with `attempts`, when no model answered
   * @throws UnavailableError when the database is unreachable
   */
  async answer(
    input: QueryInput,
    clientSignal: AbortSignal,
    onFinished: OnQueryFinished = ignoreLogFields,
  ): Promise<AppliedVersion & QueryAnswer> {
    const context = await this.prepareContext(input, clientSignal, 'whole');
    const answer = await readAnswer(this.runAndRecord(context, clientSignal, onFinished));
    return { ...this.appliedVersion(context), ...answer };
  }

  /**
   * As `answer`, but piece by piece. The caller must read the events to their end or call `return` on them.
   *
   * @throws TenantNotFoundError, and NotFoundError for the model of the variant; all other errors come from the events
   */
  async stream(
    input: QueryInput,
    clientSignal: AbortSignal,
    onFinished: OnQueryFinished = ignoreLogFields,
  ): Promise<QueryStream> {
    const context = await this.prepareContext(input, clientSignal, 'streamed');
    return { ...this.appliedVersion(context), events: this.runAndRecord(context, clientSignal, onFinished) };
  }

  /**
   * Answers with the given configuration, saved or not, from the documents of its tenant. It is metered as a query, but does not
   * count for a rollout.
   *
   * @throws the errors of `answer`
   */
  async answerWithConfiguration(
    configuration: CompiledConfiguration,
    { subject, question }: Pick<QueryInput, 'subject' | 'question'>,
    clientSignal: AbortSignal,
  ): Promise<QueryResponse> {
    const deadline = this.createDeadline(clientSignal);
    const context: QueryContext = {
      configuration,
      subject,
      question,
      deadline,
      responseMode: 'whole',
      configMs: 0,
    };
    return (await readAnswer(this.pipeline.run(context))).response;
  }

  private async prepareContext(
    { tenantId, subject, question, history = [], filter, variant }: QueryInput,
    clientSignal: AbortSignal,
    responseMode: ResponseMode,
  ): Promise<QueryContext> {
    const deadline = this.createDeadline(clientSignal);
    const startedAt = performance.now();
    const loaded = this.configurations.forQuery(tenantId, subject);
    const configuration = loaded instanceof Promise ? await deadline.beforeModelCall(() => loaded) : loaded;
    const configMs = millisecondsSince(startedAt);
    const context = {
      configuration,
      subject,
      question,
      history,
      ...(filter && { filter }),
      responseMode,
      deadline,
      configMs,
    };
    if (variant === undefined) return context;
    const { isTask = false } = variant;
    return { ...context, configuration: applyVariant(configuration, variant), isTask };
  }

  private createDeadline(clientSignal: AbortSignal): Deadline {
    const { queryDeadlineMs, streamSilenceMs: silenceMs, streamDeadlineMs: totalMs } = this.metering;
    return new Deadline(queryDeadlineMs, clientSignal, { silenceMs, totalMs });
  }

  private appliedVersion({ configuration }: QueryContext): AppliedVersion {
    return {
      configVersion: configuration.version,
      configSource: this.configurations.sourceOf(configuration),
    };
  }

  /** The events of the query. Its outcome is recorded. */
  private async *runAndRecord(
    context: QueryContext,
    clientSignal: AbortSignal,
    onFinished: OnQueryFinished,
  ): AsyncGenerator<QueryEvent, void> {
    const recording = this.recorder.begin(context);
    try {
      for await (const event of recording.span.steps(this.pipeline.run(context))) {
        recording.onEvent(event);
        yield event;
      }
    } catch (error) {
      if (!clientSignal.aborted) recording.onFailure(error);
      throw error;
    } finally {
      onFinished(recording.end());
    }
  }
}

function ignoreLogFields(): void {}

async function readAnswer(events: AsyncGenerator<QueryEvent, void>): Promise<QueryAnswer> {
  for await (const event of events)
    if (event.event === 'done') return { response: event.data, chunks: event.chunks };
  throw new Error('The query ended without an answer.');
}
