import { performance } from 'node:perf_hooks';
import { Injectable } from '@nestjs/common';
import type { CompiledConfiguration, QuerySource } from '#config';
import type { FairQueue } from '#kernel';
import type { Model } from '#settings';
import { type Deadline, millisecondsSince } from '../llm/fallback/deadline.js';
import type { ModelAnswer } from '../llm/fallback/model-answer.js';
import { ModelCallService, type ResponseMode } from '../llm/fallback/model-call.service.js';
import { ModelQueue } from '../llm/fallback/model-queue.js';
import type { ConversationTurn, Generation } from '../llm/generation.js';
import type { MetadataFilter } from '../retrieval/metadata-filter.js';
import type { RetrievedChunk } from '../retrieval/retriever.js';
import type { AdmittedQuery } from './admission/admitted-query.js';
import {
  type AdmissionContext,
  type PlannedModelCall,
  QueryAdmissionService,
} from './admission/query-admission.service.js';
import { followUpForms } from './conversation/follow-up-forms.js';
import { composeResponse, toSources } from './compose-response.js';
import { ContextRetriever, type FoundContext, type RankedChunks } from './context-retriever.js';
import { type FittedPrompt, fitPrompt } from './prompt/fitted-prompt.js';
import { parametersFor } from './prompt/model-parameters.js';
import type { QueryResponse, QueryToken } from './query.response.js';

/** A question and everything that its answer depends on. */
export interface QueryContext {
  readonly configuration: CompiledConfiguration;
  readonly question: string;
  /** The turns before the question, oldest first. */
  readonly history?: readonly ConversationTurn[];
  /** Only documents with this metadata. */
  readonly filter?: MetadataFilter;
  /** Who asks; the usage log records it. */
  readonly subject: string;
  readonly responseMode: ResponseMode;
  readonly deadline: Deadline;
  /** How long it took to load the configuration. */
  readonly configMs: number;
  /** The question is a whole prompt, for which no document is searched. */
  readonly isTask?: boolean;
}

/**
 * The events of a query in their order: the sources, the text in pieces (only if streamed), the whole answer with the chunks of its sources,
 * in the same order.
 */
export type QueryEvent =
  | { readonly event: 'sources'; readonly data: QuerySource[]; readonly modelUsed: string }
  | { readonly event: 'token'; readonly data: QueryToken }
  | { readonly event: 'done'; readonly data: QueryResponse; readonly chunks: readonly RetrievedChunk[] };

/** A query that may call its models. */
interface AdmittedCall {
  readonly ranked: FoundContext;
  readonly modelCall: PlannedModelCall;
  readonly admittedQuery: AdmittedQuery;
}

/**
 * The steps from a question to its answer, all within the deadline: retrieve, rank, wait for a turn at the models, build the prompt,
 * admit, call the model, settle.
 * It yields nothing before a model has begun to answer, and no `done` before the cost is settled. If the consumer stops reading, the
 * call to the model ends.
 */
@Injectable()
export class QueryPipeline {
  constructor(
    private readonly contextRetriever: ContextRetriever,
    private readonly modelQueue: ModelQueue,
    private readonly modelCalls: ModelCallService,
    private readonly admissions: QueryAdmissionService,
  ) {}

  /** In which queries wait for the turns of their tenants. For metrics. */
  get queues(): { readonly retrieval: FairQueue; readonly models: FairQueue } {
    return { retrieval: this.contextRetriever.queue, models: this.modelQueue.queue };
  }

  /**
   * @throws QuotaExceededError, BudgetExceededError, and RateLimitedError when too many queries of the tenant wait, before a model is called
   * @throws UpstreamError with `attempts`, when no model answered or an answer broke off
   * @throws UnavailableError when the database is unreachable. After `done` it never throws
   */
  async *run(context: QueryContext): AsyncGenerator<QueryEvent, void> {
    const startedAt = performance.now() - context.configMs;
    const found = await this.findContext(context);
    // Before the admission, so that nothing is reserved while the query waits.
    const endTurn = await this.modelQueue.waitForTurn(context.configuration.tenantId, context.deadline);
    try {
      yield* this.answer(context, await this.admit({ ...context, startedAt }, found));
    } finally {
      endTurn();
    }
  }

  private async *answer(
    context: QueryContext,
    { ranked, modelCall, admittedQuery }: AdmittedCall,
  ): AsyncGenerator<QueryEvent, void> {
    const { configuration, deadline } = context;
    const generationStartedAt = performance.now();
    let answer: ModelAnswer<FittedPrompt> | null = null;
    let outcome: 'failed' | 'cancelled' = 'cancelled';
    try {
      answer = await this.modelCalls.start({
        ...modelCall,
        onBilledFailure: (model, usage) => admittedQuery.addBilledFailure(model, usage),
      });
      const { model, prompt } = answer.answeredBy;
      const sources = toSources(prompt.chunks);
      yield { event: 'sources', data: sources, modelUsed: model.id };
      const generation = yield* streamTokens(answer.pieces());
      const found = { sources, searchQuestions: searchQuestionsOf(context), degraded: ranked.degraded };
      const { failuresCostUsd } = admittedQuery;
      const timings = { ...ranked.timings, generate: millisecondsSince(generationStartedAt) };
      const composed = { configuration, answer, generation, ...found, timings, failuresCostUsd };
      const response = composeResponse(composed);
      await admittedQuery.settle(response);
      yield { event: 'done', data: response, chunks: prompt.chunks };
    } catch (error) {
      if (!deadline.hasClientLeft) outcome = 'failed';
      throw error;
    } finally {
      answer?.close();
      await admittedQuery.endWithoutAnswer(answer, outcome);
    }
  }

  /**
   * The admission returns the version of the tenant's documents. If they have changed since those that were searched in memory, the
   * database is searched: no answer contains a document that was deleted before the query began, whichever replica deleted it.
   */
  private async admit(context: QueryContext & AdmissionContext, ranked: FoundContext): Promise<AdmittedCall> {
    const modelCall = createModelCall(context, ranked);
    const admittedQuery = await this.admissions.admit(context, modelCall);
    const { memoryVersion } = ranked;
    if (memoryVersion === undefined || memoryVersion === admittedQuery.dataVersion)
      return { ranked, modelCall, admittedQuery };
    this.contextRetriever.correct(context.configuration, admittedQuery.dataVersion);
    return this.retrieveAgain(context, admittedQuery);
  }

  /** The query keeps its reservation, unless the new prompt may cost more. */
  private async retrieveAgain(
    context: QueryContext & AdmissionContext,
    admittedQuery: AdmittedQuery,
  ): Promise<AdmittedCall> {
    try {
      const ranked = await this.findContext(context, 'database');
      const modelCall = createModelCall(context, ranked);
      if (this.admissions.covers(admittedQuery, modelCall)) return { ranked, modelCall, admittedQuery };
      await admittedQuery.endWithoutAnswer(null, 'cancelled');
      return { ranked, modelCall, admittedQuery: await this.admissions.admit(context, modelCall) };
    } catch (error) {
      await admittedQuery.endWithoutAnswer(null, context.deadline.hasClientLeft ? 'cancelled' : 'failed');
      throw error;
    }
  }

  private findContext(context: QueryContext, source?: 'database'): Promise<FoundContext> {
    if (context.isTask) return Promise.resolve(withoutDocuments(context));
    return this.contextRetriever.find(context, { ...(source && { source }) });
  }
}

/** Builds each model's prompt once; admission (for the maximum cost) and the call itself share it. */
function createModelCall(
  { configuration, question, history = [], responseMode, deadline }: QueryContext,
  { chunks }: Pick<RankedChunks, 'chunks'>,
): PlannedModelCall {
  const { template, model: primary, fallbackModel: fallback } = configuration;
  const prompts = new Map<Model, FittedPrompt>();
  const searchedQuestion = followUpForms(question, history).at(-1) ?? question;
  const input = { template, question, searchedQuestion, chunks, history };
  const fit = (model: Model, maxChunks: number, maxTurns: number): FittedPrompt =>
    fitPrompt({ ...input, maxChunks, maxTurns }, parametersFor(configuration, model));
  const promptFor = (model: Model): FittedPrompt => {
    const prompt = prompts.get(model) ?? fit(model, chunks.length, history.length);
    prompts.set(model, prompt);
    return prompt;
  };
  const shortenPrompt = (model: Model, { chunks: kept, request }: FittedPrompt): FittedPrompt | null => {
    const [passages, turns] = [kept.length, request.history.length];
    return passages + turns === 0 ? null : fit(model, Math.floor(passages / 2), Math.floor(turns / 2));
  };
  return { primary, fallback, promptFor, shortenPrompt, responseMode, deadline };
}

/** Null unless earlier questions made further forms of the question. */
function searchQuestionsOf({ question, history, isTask }: QueryContext): string[] | null {
  const furtherForms = isTask ? [] : followUpForms(question, history);
  return furtherForms.length === 0 ? null : [question, ...furtherForms];
}

function withoutDocuments({ configMs }: QueryContext): FoundContext {
  const reason = 'no document was searched: the prompt is a task of a chat client';
  return {
    chunks: [],
    dropped: [],
    degraded: [{ stage: 'retrieve', reason }],
    timings: { config: configMs, retrieve: 0, rerank: 0 },
  };
}

async function* streamTokens(
  pieces: AsyncGenerator<string, Generation, void>,
): AsyncGenerator<QueryEvent, Generation> {
  for (;;) {
    const step = await pieces.next();
    if (step.done) return step.value;
    yield { event: 'token', data: { text: step.value } };
  }
}
