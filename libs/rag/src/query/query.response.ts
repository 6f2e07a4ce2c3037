import { Decimal, Flag, ListOf, OneOf, Part, Text, Whole, exampleOf } from '#http';
import { attemptOutcomes, failureKinds, type Attempt, type FailureKind } from '../llm/upstream-failure.js';
import { stages, type Degradation } from './degradation.js';

/** A chunk that was in the prompt of the model that answered. */
export class QuerySource {
  @Text({ example: 'gpl-3.0' })
  doc_id!: string;

  @Text({ example: 'gpl-3.0#12' })
  chunk_id!: string;

  @Text({ example: 'GNU General Public License, version 3' })
  title!: string;

  @Decimal({ description: 'How well it matches the question; higher is better.', example: 0.83 })
  score!: number;

  @Text({
    max: 300,
    description: 'Beginning of the chunk.',
    example: 'You may charge any price or no price for each copy that you convey…',
  })
  snippet!: string;
}

/** The data of an event `token`. */
export class QueryToken {
  @Text({ description: 'The next piece of the answer.', example: 'You may charge ' })
  text!: string;
}

export class QueryAttempt implements Attempt {
  @Text({ example: 'gpt-4' })
  model!: string;

  @OneOf(attemptOutcomes, { example: 'ok' })
  outcome!: Attempt['outcome'];

  @Decimal({ example: 611.42 })
  ms!: number;
}

export class AppliedConfiguration {
  @Decimal({ example: 0.3 })
  temperature!: number;

  @Whole({ example: 10 })
  top_k!: number;

  @Decimal({ example: 0.5 })
  alpha!: number;

  @Flag({ example: false })
  rerank!: boolean;

  @Whole({ example: 3 })
  rerank_top_n!: number;

  @Whole({ example: 1000 })
  max_tokens!: number;
}

export class QueryUsage {
  @Whole({ description: 'As the provider counted them.', example: 812 })
  prompt_tokens!: number;

  @Whole({ description: 'As the provider counted them.', example: 96 })
  completion_tokens!: number;

  @Decimal({
    description: "By the catalogue's prices of the model that answered, to the nano-dollar.",
    example: 0.03012,
  })
  cost_usd!: number;
}

export class QueryTimings {
  @Decimal({ example: 0.01 })
  config!: number;

  @Decimal({ example: 4.2 })
  retrieve!: number;

  @Decimal({ example: 0 })
  rerank!: number;

  @Decimal({ description: 'All attempts together.', example: 611.5 })
  generate!: number;
}

export class QueryDegradation implements Degradation {
  @OneOf(stages, { example: 'rerank' })
  stage!: Degradation['stage'];

  @Text({ example: 'the reranker failed' })
  reason!: string;
}

export class QueryRollout {
  @Text({ example: '9f2c7d1e5b8a4c3f9f2c7d1e5b8a4c3f' })
  id!: string;

  @OneOf(['control', 'treatment'], {
    description: "`treatment` where the rollout's changes applied.",
    example: 'treatment',
  })
  arm!: 'control' | 'treatment';
}

export class QueryResponse {
  @Text({ example: 'You may charge any price or no price for each copy that you convey. [1]' })
  answer!: string;

  @ListOf(() => QuerySource, {
    description: 'What the prompt held, best first; empty when nothing was found.',
  })
  sources!: QuerySource[];

  @Text({ example: 'gpt-4' })
  model_requested!: string;

  @Text({ description: 'The model that answered.', example: 'gpt-4' })
  model_used!: string;

  @Flag({ example: false })
  fallback_used!: boolean;

  @OneOf(failureKinds, {
    nullable: true,
    description: 'Why the requested model did not answer.',
    example: null,
  })
  fallback_reason!: FailureKind | null;

  @ListOf(() => QueryAttempt)
  attempts!: QueryAttempt[];

  @Flag({ description: 'Whether the offline provider answered, in the place of the model.', example: false })
  sandbox!: boolean;

  @Whole({ example: 7 })
  config_version!: number;

  @Part(() => AppliedConfiguration)
  config_applied!: AppliedConfiguration;

  @Part(() => QueryRollout, {
    nullable: true,
    description: 'The running rollout that this query counts for; null for none.',
    example: null,
  })
  rollout!: QueryRollout | null;

  @Part(() => QueryUsage)
  usage!: QueryUsage;

  @Part(() => QueryTimings, { description: 'Milliseconds, to the hundredth.' })
  timings_ms!: QueryTimings;

  @ListOf(() => QueryDegradation, { description: 'What could not be done as the configuration asks.' })
  degraded!: QueryDegradation[];
}

/** The answer as server-sent events, for the OpenAPI document. */
export const streamExample = [
  ['sources', [exampleOf(QuerySource)]],
  ['token', exampleOf(QueryToken)],
  ['token', { text: 'any price or no price for each copy that you convey. [1]' }],
  ['done', exampleOf(QueryResponse)],
]
  .map(([event, data]) => `event: ${String(event)}\ndata: ${JSON.stringify(data)}\n\n`)
  .join('');
