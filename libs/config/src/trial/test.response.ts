import { Decimal, Flag, ListOf, OneOf, Part, Text, Whole, exampleOf } from '#http';
import type { TrialAnswer, TrialSource } from './configuration-trial.js';

/** A chunk that was in the prompt. */
class TestSource implements TrialSource {
  @Text({ example: 'gpl-3.0' })
  doc_id!: string;

  @Text({ example: 'gpl-3.0#12' })
  chunk_id!: string;

  @Text({ example: 'GNU General Public License, version 3' })
  title!: string;

  @Decimal({ description: 'How well it matches the question; higher is better', example: 0.83 })
  score!: number;

  @Text({
    description: 'Beginning of the chunk',
    example: 'You may charge any price or no price for each copy that you convey…',
  })
  snippet!: string;
}

class TestedSettings {
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

class TestUsage {
  @Whole({ example: 812 })
  prompt_tokens!: number;

  @Whole({ example: 96 })
  completion_tokens!: number;

  @Decimal({ example: 0.03012 })
  cost_usd!: number;
}

class TestTimings {
  @Decimal({ description: 'Always 0: no saved configuration is read', example: 0 })
  config!: number;

  @Decimal({ example: 4.2 })
  retrieve!: number;

  @Decimal({ example: 0 })
  rerank!: number;

  @Decimal({ description: 'All attempts together', example: 611.5 })
  generate!: number;
}

class TestDegradation {
  @Text({ example: 'rerank' })
  stage!: string;

  @Text({ example: 'the reranker failed' })
  reason!: string;
}

const settingsExample = exampleOf(TestedSettings);
const usageExample = exampleOf(TestUsage);
const timingsExample = exampleOf(TestTimings);

/** What one configuration answered, or that it did not. */
export class TestRun {
  @OneOf(['success', 'failed'], {
    description:
      'failed: no model answered. Only a baseline can have failed; otherwise the answer is 502 or 504',
    example: 'success',
  })
  status!: 'success' | 'failed';

  @Text({ description: 'What was asked', example: 'May I sell software that contains code under the GPL?' })
  test_query!: string;

  @Text({
    nullable: true,
    description: 'The model that answered: the fallback where the chosen one could not',
    example: 'gpt-4',
  })
  model_used!: string | null;

  @Text({
    nullable: true,
    description: 'Beginning of the answer, at most 200 characters',
    example: 'You may charge any price or no price for each copy that you convey. [1]',
  })
  response_preview!: string | null;

  @Part(() => TestedSettings, { nullable: true, example: settingsExample })
  config_applied!: TrialAnswer['config_applied'] | null;

  @Text({
    nullable: true,
    example: 'You may charge any price or no price for each copy that you convey. [1]',
  })
  answer!: string | null;

  @ListOf(() => TestSource, { description: 'What the prompt held, best first' })
  sources!: readonly TrialSource[];

  @Part(() => TestUsage, { nullable: true, example: usageExample })
  usage!: TrialAnswer['usage'] | null;

  @Part(() => TestTimings, { nullable: true, description: 'Milliseconds', example: timingsExample })
  timings_ms!: TrialAnswer['timings_ms'] | null;

  @ListOf(() => TestDegradation, { description: 'What could not be done as the settings ask', example: [] })
  degraded!: TrialAnswer['degraded'];
}

export class TestAnswer extends TestRun {
  @Part(() => TestRun, { nullable: true, description: "Under today's settings; null unless compared" })
  baseline!: TestRun | null;
}
