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
import type { TrialAnswer, TrialSource } from '../trial/configuration-trial.js';

/** A chunk that was in the prompt. */
class PlaygroundSource implements TrialSource {
  @StringField({ example: 'gpl-3.0' })
  doc_id!: string;

  @StringField({ example: 'gpl-3.0#12' })
  chunk_id!: string;

  @StringField({ example: 'GNU General Public License, version 3' })
  title!: string;

  @NumberField({ description: 'How well it matches the question; higher is better', example: 0.83 })
  score!: number;

  @StringField({
    description: 'Beginning of the chunk',
    example: 'You may charge any price or no price for each copy that you convey…',
  })
  snippet!: string;
}

class PlaygroundSettings {
  @NumberField({ example: 0.3 })
  temperature!: number;

  @IntegerField({ example: 10 })
  top_k!: number;

  @NumberField({ example: 0.5 })
  alpha!: number;

  @BooleanField({ example: false })
  rerank!: boolean;

  @IntegerField({ example: 3 })
  rerank_top_n!: number;

  @IntegerField({ example: 1000 })
  max_tokens!: number;
}

class PlaygroundUsage {
  @IntegerField({ example: 812 })
  prompt_tokens!: number;

  @IntegerField({ example: 96 })
  completion_tokens!: number;

  @NumberField({ example: 0.03012 })
  cost_usd!: number;
}

class PlaygroundTimings {
  @NumberField({ description: 'Always 0: no saved configuration is read', example: 0 })
  config!: number;

  @NumberField({ example: 4.2 })
  retrieve!: number;

  @NumberField({ example: 0 })
  rerank!: number;

  @NumberField({ description: 'All attempts together', example: 611.5 })
  generate!: number;
}

class PlaygroundDegradation {
  @StringField({ example: 'rerank' })
  stage!: string;

  @StringField({ example: 'the reranker failed' })
  reason!: string;
}

const settingsExample = buildExample(PlaygroundSettings);
const usageExample = buildExample(PlaygroundUsage);
const timingsExample = buildExample(PlaygroundTimings);

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

  @StringField({
    nullable: true,
    description: 'Beginning of the answer, at most 200 characters',
    example: 'You may charge any price or no price for each copy that you convey. [1]',
  })
  response_preview!: string | null;

  @ObjectField(() => PlaygroundSettings, { nullable: true, example: settingsExample })
  config_applied!: TrialAnswer['config_applied'] | null;

  @StringField({
    nullable: true,
    example: 'You may charge any price or no price for each copy that you convey. [1]',
  })
  answer!: string | null;

  @ArrayField(() => PlaygroundSource, { description: 'The chunks in the prompt, best first' })
  sources!: readonly TrialSource[];

  @ObjectField(() => PlaygroundUsage, { nullable: true, example: usageExample })
  usage!: TrialAnswer['usage'] | null;

  @ObjectField(() => PlaygroundTimings, {
    nullable: true,
    description: 'Milliseconds',
    example: timingsExample,
  })
  timings_ms!: TrialAnswer['timings_ms'] | null;

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
