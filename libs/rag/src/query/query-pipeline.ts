import { performance } from 'node:perf_hooks';
import { Injectable } from '@nestjs/common';
import type { CompiledConfiguration } from '#config';
import type { Model } from '#tenancy';
import type { Deadline } from '../llm/fallback/deadline.js';
import { millisecondsSince } from '../llm/fallback/elapsed.js';
import { withinDeadline } from '../llm/fallback/within-deadline.js';
import type { ModelAnswer } from '../llm/fallback/model-answer.js';
import { type ResponseMode, ModelCallService, type ModelCall } from '../llm/fallback/model-call.service.js';
import type { Generation } from '../llm/generation.js';
import type { GenerationStream } from '../llm/llm-provider.js';
import { composeResponse, toSources } from './compose-response.js';
import { QueryAdmissionService } from './admission/query-admission.service.js';
import { type FittedPrompt, fitPrompt } from './prompt/fitted-prompt.js';
import { parametersFor } from './prompt/model-parameters.js';
import type { QueryResponse, QuerySource, QueryToken } from './query.response.js';
import { ContextRetriever, type RankedChunks } from './context-retriever.js';

/** A question, and what it is answered under. */
export interface QueryContext {
  readonly configuration: CompiledConfiguration;
  readonly question: string;
  /** Who asks, for the usage log. */
  readonly subject: string;
  readonly responseMode: ResponseMode;
  readonly deadline: Deadline;
  /** How long finding the configuration took. */
  readonly configMs: number;
}

/** What a query brings, in this order: the sources, the text in pieces where it is streamed, and the whole answer. */
export type QueryEvent =
  | { readonly event: 'sources'; readonly data: QuerySource[] }
  | { readonly event: 'token'; readonly data: QueryToken }
  | { readonly event: 'done'; readonly data: QueryResponse };

interface TimedRankedChunks extends RankedChunks {
  readonly timings: { readonly config: number; readonly retrieve: number; readonly rerank: number };
}

/**
 * The way of a query from its question to its answer, all of it within the deadline: retrieval, prompt, admission, model. Nothing is
 * yielded before a model has begun to answer, and no `done` before its cost is settled. Whoever stops taking events ends the call to the model.
 */
@Injectable()
export class QueryPipeline {
  constructor(
    private readonly contextRetriever: ContextRetriever,
    private readonly modelCalls: ModelCallService,
    private readonly admissions: QueryAdmissionService,
  ) {}

  /**
   * @throws DomainError `quota-exceeded`, `budget-exceeded` before a model is asked, `upstream-failed`, `upstream-timeout` with
   *   `attempts`, and `unavailable`, as long as there was no `done`
   */
  async *run(context: QueryContext): AsyncGenerator<QueryEvent, void> {
    const { configuration, subject, deadline } = context;
    const queryStartedAt = performance.now() - context.configMs;
    const ranked = await this.retrieveAndRank(context);
    const modelCall = createModelCall(context, ranked);
    const admittedQuery = await this.admissions.admit(
      { configuration, subject, startedAt: queryStartedAt },
      modelCall,
    );
    const generationStartedAt = performance.now();
    let answer: ModelAnswer<FittedPrompt> | null = null;
    let outcome: 'failed' | 'cancelled' = 'cancelled';
    try {
      answer = await this.modelCalls.start(modelCall);
      yield { event: 'sources', data: toSources(answer.answeredBy.prompt.chunks) };
      const generation = yield* streamTokens(answer.pieces());
      const { degraded } = ranked;
      const timings = { ...ranked.timings, generate: millisecondsSince(generationStartedAt) };
      const response = composeResponse({ configuration, answer, generation, degraded, timings });
      await admittedQuery.settle(response);
      yield { event: 'done', data: response };
    } catch (error) {
      if (!deadline.hasClientLeft) outcome = 'failed';
      throw error;
    } finally {
      answer?.close();
      await admittedQuery.endWithoutAnswer(answer, outcome);
    }
  }

  private async retrieveAndRank({
    configuration,
    question,
    deadline,
    configMs,
  }: QueryContext): Promise<TimedRankedChunks> {
    const startedAt = performance.now();
    const retrieval = await withinDeadline(deadline, () =>
      this.contextRetriever.retrieve(configuration, question),
    );
    const retrieve = millisecondsSince(startedAt);
    const rerankStartedAt = performance.now();
    const rankInput = { question, timeoutMs: deadline.remainingMs };
    const ranked = await withinDeadline(deadline, () =>
      this.contextRetriever.rank(retrieval, configuration, rankInput),
    );
    const rerank = configuration.settings.rerank_enabled ? millisecondsSince(rerankStartedAt) : 0;
    return { ...ranked, timings: { config: configMs, retrieve, rerank } };
  }
}

/** Each model's prompt is made once: for what it may cost at most, and to be asked. */
function createModelCall(
  { configuration, question, responseMode, deadline }: QueryContext,
  { chunks }: RankedChunks,
): ModelCall<FittedPrompt> {
  const { template, model: primary, fallbackModel: fallback } = configuration;
  const prompts = new Map<Model, FittedPrompt>();
  const promptFor = (model: Model): FittedPrompt => {
    const prompt =
      prompts.get(model) ?? fitPrompt({ template, question, chunks }, parametersFor(configuration, model));
    prompts.set(model, prompt);
    return prompt;
  };
  return { primary, fallback, promptFor, responseMode, deadline };
}

async function* streamTokens(pieces: GenerationStream): AsyncGenerator<QueryEvent, Generation> {
  for (;;) {
    const step = await pieces.next();
    if (step.done) return step.value;
    yield { event: 'token', data: { text: step.value } };
  }
}
