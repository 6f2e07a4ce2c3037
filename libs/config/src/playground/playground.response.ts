import { ArrayField, BooleanField, EnumField, ObjectField, StringField, buildExample } from '#http';
import type { TrialAnswer } from '../trial/configuration-trial.js';
import {
  AppliedConfiguration,
  QuerySource,
  QueryTimings,
  QueryUsage,
} from '../trial/query-answer.response.js';

class PlaygroundDegradation {
  @StringField({ example: 'rerank' })
  stage!: string;

  @StringField({ example: 'the reranker failed' })
  reason!: string;
}

/** The answer under one configuration, or that no model answered. */
export class PlaygroundRun {
  @EnumField(['success', 'failed'], {
    description:
      'failed: no model answered. Only a baseline can be failed; without an answer under the proposed settings the status is 502 or 504',
    example: 'success',
  })
  status!: 'success' | 'failed';

  @StringField({
    description: 'The question',
    example: 'May I sell software that contains code under the GPL?',
  })
  test_query!: string;

  @StringField({
    nullable: true,
    description: 'The model that answered; the fallback when the chosen model could not answer',
    example: 'gpt-4',
  })
  model_used!: string | null;

  @BooleanField({
    description: 'true: the offline sandbox answered instead of a model',
    example: false,
  })
  sandbox!: boolean;

  @StringField({
    nullable: true,
    description: 'Beginning of the answer, at most 200 characters',
    example: 'You may charge any price or no price for each copy that you convey. [1]',
  })
  response_preview!: string | null;

  @ObjectField(() => AppliedConfiguration, { nullable: true, example: buildExample(AppliedConfiguration) })
  config_applied!: AppliedConfiguration | null;

  @StringField({
    nullable: true,
    example: 'You may charge any price or no price for each copy that you convey. [1]',
  })
  answer!: string | null;

  @ArrayField(() => QuerySource, { description: 'The chunks in the prompt, best first' })
  sources!: readonly QuerySource[];

  @ObjectField(() => QueryUsage, { nullable: true, example: buildExample(QueryUsage) })
  usage!: QueryUsage | null;

  @ObjectField(() => QueryTimings, {
    nullable: true,
    description: 'Milliseconds',
    example: buildExample(QueryTimings),
  })
  timings_ms!: QueryTimings | null;

  @ArrayField(() => PlaygroundDegradation, {
    description: 'Stages that could not run as the settings require',
    example: [],
  })
  degraded!: TrialAnswer['degraded'];
}

export class PlaygroundResponse extends PlaygroundRun {
  @ObjectField(() => PlaygroundRun, {
    nullable: true,
    description: "The answer under today's settings; null without compare",
  })
  baseline!: PlaygroundRun | null;
}
