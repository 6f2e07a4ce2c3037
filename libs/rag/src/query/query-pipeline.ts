import { performance } from 'node:perf_hooks';
import { Injectable } from '@nestjs/common';
import type { CompiledConfiguration } from '#config';
import type { Deadline } from '../llm/chain/deadline.js';
import { millisecondsSince } from '../llm/chain/elapsed.js';
import type { ModelAnswer } from '../llm/chain/model-answer.js';
import { type Manner, ModelChain } from '../llm/chain/model-chain.js';
import type { Generation } from '../llm/generation.js';
import type { Reply } from '../llm/llm-provider.js';
import { UpstreamFailure, noAnswer } from '../llm/upstream-failure.js';
import { Retriever, type Retrieval } from '../retrieval/retriever.js';
import { composeAnswer, sourcesOf } from './answer.js';
import { type FittedPrompt, fitPrompt } from './prompt/fitted-prompt.js';
import { termsUnder } from './prompt/model-terms.js';
import type { QueryResponse, QuerySource, QueryToken } from './query.response.js';
import { type Ranked, rankForPrompt } from './rank.js';

/** A question, and what it is answered under. */
export interface Asked {
  readonly configuration: CompiledConfiguration;
  readonly question: string;
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
 * The way of a query from its question to its answer, all of it within the deadline: retrieval, prompt, model. Nothing is yielded
 * before a model has begun to answer. Whoever stops taking events ends the call to the model.
 */
@Injectable()
export class QueryPipeline {
  constructor(
    private readonly retriever: Retriever,
    private readonly models: ModelChain,
  ) {}

  /** @throws DomainError `upstream-failed`, `upstream-timeout` with `attempts`, as long as there was no `done`. */
  async *run(asked: Asked): AsyncGenerator<QueryEvent, void> {
    const found = await this.find(asked);
    const startedAt = performance.now();
    const answer = await this.ask(asked, found);
    try {
      yield { event: 'sources', data: sourcesOf(answer.by.prompt.chunks) };
      const generation = yield* tokensOf(answer.pieces());
      const { configuration } = asked;
      const { degraded } = found;
      const timings = { ...found.timings, generate: millisecondsSince(startedAt) };
      yield {
        event: 'done',
        data: composeAnswer({ configuration, answer, generation, degraded, timings }),
      };
    } finally {
      answer.close();
    }
  }

  private async find({ configuration, question, deadline, configMs }: Asked): Promise<Found> {
    const startedAt = performance.now();
    const retrieval = await this.retrieve(configuration, question, deadline);
    const retrieve = millisecondsSince(startedAt);
    const ranked = rankForPrompt(retrieval, configuration.settings);
    return { ...ranked, timings: { config: configMs, retrieve, rerank: 0 } };
  }

  private ask(
    { configuration, question, manner, deadline }: Asked,
    { chunks }: Ranked,
  ): Promise<ModelAnswer<FittedPrompt>> {
    const { template, model: primary, fallbackModel: fallback } = configuration;
    const material = { template, question, chunks };
    return this.models.ask({
      primary,
      fallback,
      promptFor: (model) => fitPrompt(material, termsUnder(configuration, model)),
      manner,
      deadline,
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

async function* tokensOf(pieces: Reply): AsyncGenerator<QueryEvent, Generation> {
  for (;;) {
    const step = await pieces.next();
    if (step.done) return step.value;
    yield { event: 'token', data: { text: step.value } };
  }
}
