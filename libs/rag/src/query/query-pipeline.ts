import { performance } from 'node:perf_hooks';
import { Injectable } from '@nestjs/common';
import type { CompiledConfiguration } from '#config';
import type { Model } from '#tenancy';
import type { Deadline } from '../llm/chain/deadline.js';
import { millisecondsSince } from '../llm/chain/elapsed.js';
import { inTime } from '../llm/chain/in-time.js';
import type { ModelAnswer } from '../llm/chain/model-answer.js';
import { type Manner, ModelChain, type Question } from '../llm/chain/model-chain.js';
import type { Generation } from '../llm/generation.js';
import type { Reply } from '../llm/llm-provider.js';
import { composeAnswer, sourcesOf } from './answer.js';
import { QueryMeter } from './meter/query-meter.js';
import { type FittedPrompt, fitPrompt } from './prompt/fitted-prompt.js';
import { termsUnder } from './prompt/model-terms.js';
import type { QueryResponse, QuerySource, QueryToken } from './query.response.js';
import { PromptChunks, type Ranked } from './rank.js';

/** A question, and what it is answered under. */
export interface Asked {
  readonly configuration: CompiledConfiguration;
  readonly question: string;
  /** Who asks, for the usage log. */
  readonly subject: string;
  readonly manner: Manner;
  readonly deadline: Deadline;
  /** How long finding the configuration took. */
  readonly configMs: number;
}

/** What a query brings, in this order: the sources, the text in pieces where it is streamed, and the whole answer. */
export type QueryEvent =
  | { readonly event: 'sources'; readonly data: QuerySource[] }
  | { readonly event: 'token'; readonly data: QueryToken }
  | { readonly event: 'done'; readonly data: QueryResponse };

interface Found extends Ranked {
  readonly timings: { readonly config: number; readonly retrieve: number; readonly rerank: number };
}

/**
 * The way of a query from its question to its answer, all of it within the deadline: retrieval, prompt, admission, model. Nothing is
 * yielded before a model has begun to answer, and no `done` before its cost is settled. Whoever stops taking events ends the call to the model.
 */
@Injectable()
export class QueryPipeline {
  constructor(
    private readonly chunks: PromptChunks,
    private readonly models: ModelChain,
    private readonly meter: QueryMeter,
  ) {}

  /**
   * @throws DomainError `quota-exceeded`, `budget-exceeded` before a model is asked, `upstream-failed`, `upstream-timeout` with
   *   `attempts`, and `unavailable`, as long as there was no `done`
   */
  async *run(asked: Asked): AsyncGenerator<QueryEvent, void> {
    const { configuration, subject, deadline } = asked;
    const began = performance.now() - asked.configMs;
    const found = await this.find(asked);
    const question = questionOf(asked, found);
    const query = await this.meter.admit({ configuration, subject, startedAt: began }, question);
    const startedAt = performance.now();
    let answer: ModelAnswer<FittedPrompt> | null = null;
    let outcome: 'failed' | 'cancelled' = 'cancelled';
    try {
      answer = await this.models.ask(question);
      yield { event: 'sources', data: sourcesOf(answer.by.prompt.chunks) };
      const generation = yield* tokensOf(answer.pieces());
      const { degraded } = found;
      const timings = { ...found.timings, generate: millisecondsSince(startedAt) };
      const response = composeAnswer({ configuration, answer, generation, degraded, timings });
      await query.settle(response);
      yield { event: 'done', data: response };
    } catch (error) {
      if (!deadline.isLeft) outcome = 'failed';
      throw error;
    } finally {
      answer?.close();
      await query.giveUp(answer, outcome);
    }
  }

  private async find({ configuration, question, deadline, configMs }: Asked): Promise<Found> {
    const startedAt = performance.now();
    const retrieval = await inTime(deadline, () => this.chunks.retrieve(configuration, question));
    const retrieve = millisecondsSince(startedAt);
    const foundAt = performance.now();
    const wanted = { question, limitMs: deadline.remainingMs };
    const ranked = await inTime(deadline, () => this.chunks.rank(retrieval, configuration, wanted));
    const rerank = configuration.settings.rerank_enabled ? millisecondsSince(foundAt) : 0;
    return { ...ranked, timings: { config: configMs, retrieve, rerank } };
  }
}

/** Each model's prompt is made once: for what it may cost at most, and to be asked. */
function questionOf(
  { configuration, question, manner, deadline }: Asked,
  { chunks }: Ranked,
): Question<FittedPrompt> {
  const { template, model: primary, fallbackModel: fallback } = configuration;
  const prompts = new Map<Model, FittedPrompt>();
  const promptFor = (model: Model): FittedPrompt => {
    const prompt =
      prompts.get(model) ?? fitPrompt({ template, question, chunks }, termsUnder(configuration, model));
    prompts.set(model, prompt);
    return prompt;
  };
  return { primary, fallback, promptFor, manner, deadline };
}

async function* tokensOf(pieces: Reply): AsyncGenerator<QueryEvent, Generation> {
  for (;;) {
    const step = await pieces.next();
    if (step.done) return step.value;
    yield { event: 'token', data: { text: step.value } };
  }
}
