import {
  ArrayField,
  DateTimeField,
  EnumField,
  IntegerField,
  JsonObjectField,
  NumberField,
  ObjectField,
  StringField,
  buildExample,
} from '#http';
import type { SettingsPatch } from '#settings';
import { type ComparedAnswers, type ReplaySums, sumUp } from './compare-answers.js';
import { replayStates } from './replay.entity.js';
import type { ReplayWithItems } from './replay.service.js';

/** A question with its two answers. */
class ReplayedQuestionResponse implements ComparedAnswers {
  @StringField({ example: 'When is the rent due?' })
  question!: string;

  @ArrayField('string', { description: 'Documents among the sources of both answers', example: ['lease'] })
  sources_kept!: readonly string[];

  @ArrayField('string', { example: ['addendum'] })
  sources_gained!: readonly string[];

  @ArrayField('string', { example: [] })
  sources_lost!: readonly string[];

  @StringField({ nullable: true, description: 'Under the settings of today', example: 'On the first. [1]' })
  answer_before!: string | null;

  @StringField({
    nullable: true,
    description: 'Under the patch',
    example: 'On the first day of each month. [1]',
  })
  answer_after!: string | null;

  @NumberField({ example: 0.002 })
  cost_usd_before!: number;

  @NumberField({ example: 0.004 })
  cost_usd_after!: number;

  @NumberField({ example: 600 })
  latency_ms_before!: number;

  @NumberField({ example: 900 })
  latency_ms_after!: number;

  @NumberField({
    nullable: true,
    description: 'After ÷ before; null if the answer before cost nothing',
    example: 2,
  })
  cost_ratio!: number | null;

  @NumberField({ nullable: true, example: 1.5 })
  latency_ratio!: number | null;

  @StringField({ nullable: true, description: 'Why one of the answers is missing' })
  error!: string | null;
}

/** Over all questions that were asked. */
class ReplaySumsResponse implements ReplaySums {
  @IntegerField({ min: 0, example: 1 })
  sources_kept!: number;

  @IntegerField({ min: 0, example: 1 })
  sources_gained!: number;

  @IntegerField({ min: 0, example: 0 })
  sources_lost!: number;

  @IntegerField({ min: 0, description: 'Questions whose answers differ', example: 1 })
  answers_changed!: number;

  @IntegerField({ min: 0, description: 'Questions without one of the answers', example: 0 })
  failed!: number;

  @NumberField({ example: 0.002 })
  cost_usd_before!: number;

  @NumberField({ example: 0.004 })
  cost_usd_after!: number;

  @NumberField({ nullable: true, example: 2 })
  cost_ratio!: number | null;

  @NumberField({ nullable: true, example: 1.5 })
  latency_ratio!: number | null;
}

export class ReplayResponse {
  @StringField({ example: '4f1c2a9b7d3e5f60' })
  id!: string;

  @EnumField(replayStates, {
    description: 'stopped: the quota or the budget ended; failed: it could not be done. `error` says why',
    example: 'completed',
  })
  state!: (typeof replayStates)[number];

  @JsonObjectField({ example: { retrieval_top_k: 8 } })
  patch!: SettingsPatch;

  @IntegerField({ min: 0, description: 'Questions that were asked', example: 1 })
  done!: number;

  @IntegerField({ min: 0, example: 1 })
  total!: number;

  @DateTimeField({ nullable: true })
  started_at!: string | null;

  @DateTimeField({ nullable: true })
  finished_at!: string | null;

  @StringField({ nullable: true })
  error!: string | null;

  @ObjectField(() => ReplaySumsResponse, { example: buildExample(ReplaySumsResponse) })
  sums!: ReplaySums;

  @ArrayField(() => ReplayedQuestionResponse, { description: 'The questions that were asked, newest first' })
  items!: readonly (ComparedAnswers & { readonly question: string })[];
}

export function toReplayResponse({ replay, items }: ReplayWithItems): ReplayResponse {
  const { id, state, patch, error, started_at: startedAt, finished_at: finishedAt } = replay;
  const asked = items.flatMap(({ question, result }) => (result ? [{ question, ...result }] : []));
  return {
    id,
    state,
    patch,
    done: asked.length,
    total: items.length,
    started_at: startedAt?.toISOString() ?? null,
    finished_at: finishedAt?.toISOString() ?? null,
    error,
    sums: sumUp(asked),
    items: asked,
  };
}
