import { AppliedConfiguration, QuerySource, QueryTimings, QueryUsage } from '#config';
import {
  NumberField,
  BooleanField,
  ArrayField,
  EnumField,
  ObjectField,
  StringField,
  IntegerField,
  buildExample,
} from '#http';
import {
  attemptOutcomes,
  failureKinds,
  type Attempt,
  type FailureKind,
} from '../upstream/upstream-failure.js';
import { type FinishReason, finishReasons } from '../llm/generation.js';
import { degradationStages, type Degradation } from './degradation.js';

/** The data of a `token` event. */
export class QueryToken {
  @StringField({ description: 'The next piece of the answer.', example: 'You may charge ' })
  text!: string;
}

export class QueryAttempt implements Attempt {
  @StringField({ example: 'gpt-4' })
  model!: string;

  @EnumField(attemptOutcomes, { example: 'ok' })
  outcome!: Attempt['outcome'];

  @NumberField({ example: 611.42 })
  ms!: number;
}

export class QueryDegradation implements Degradation {
  @EnumField(degradationStages, { example: 'rerank' })
  stage!: Degradation['stage'];

  @StringField({ example: 'the reranker failed' })
  reason!: string;
}

export class QueryRollout {
  @StringField({ example: '9f2c7d1e5b8a4c3f9f2c7d1e5b8a4c3f' })
  id!: string;

  @EnumField(['control', 'treatment'], {
    description: "`treatment`: the rollout's changes applied.",
    example: 'treatment',
  })
  arm!: 'control' | 'treatment';
}

/** The body of the answer to `POST /v1/query`, and the last event of a stream. */
export class QueryResponse {
  @StringField({ example: 'You may charge any price or no price for each copy that you convey. [1]' })
  answer!: string;

  @ArrayField(() => QuerySource, {
    description: 'The chunks in the prompt, best first; empty when nothing was found.',
  })
  sources!: QuerySource[];

  @ArrayField('string', {
    optional: true,
    description:
      'What the documents were searched for after earlier questions of a `history`: the question alone, then with the one and the two questions before it. Absent without such questions.',
    example: ['And in May?', 'When is the rent due?\nAnd in May?'],
  })
  search_questions?: string[];

  @EnumField(finishReasons, {
    description: '`length`: the answer is cut at `max_tokens`. `content_filter`: the provider ended it.',
    example: 'stop',
  })
  finish_reason!: FinishReason;

  @StringField({ example: 'gpt-4' })
  model_requested!: string;

  @StringField({ description: 'The model that answered.', example: 'gpt-4' })
  model_used!: string;

  @BooleanField({ example: false })
  fallback_used!: boolean;

  @EnumField(failureKinds, {
    nullable: true,
    description: 'Why the requested model did not answer.',
    example: null,
  })
  fallback_reason!: FailureKind | null;

  @ArrayField(() => QueryAttempt)
  attempts!: QueryAttempt[];

  @BooleanField({
    description: 'true: the offline sandbox answered instead of a model.',
    example: false,
  })
  sandbox!: boolean;

  @IntegerField({ example: 7 })
  config_version!: number;

  @ObjectField(() => AppliedConfiguration)
  config_applied!: AppliedConfiguration;

  @ObjectField(() => QueryRollout, {
    nullable: true,
    description: 'The running rollout that this query counts for, or null.',
    example: null,
  })
  rollout!: QueryRollout | null;

  @ObjectField(() => QueryUsage)
  usage!: QueryUsage;

  @ObjectField(() => QueryTimings, { description: 'Milliseconds, to the hundredth.' })
  timings_ms!: QueryTimings;

  @ArrayField(() => QueryDegradation, {
    description: 'Stages that could not do what the configuration asks.',
  })
  degraded!: QueryDegradation[];
}

/** Example of the answer as server-sent events, for the OpenAPI document. */
export const streamExample = [
  ['sources', [buildExample(QuerySource)]],
  ['token', buildExample(QueryToken)],
  ['token', { text: 'any price or no price for each copy that you convey. [1]' }],
  ['done', buildExample(QueryResponse)],
]
  .map(([event, data]) => `event: ${String(event)}\ndata: ${JSON.stringify(data)}\n\n`)
  .join('');
