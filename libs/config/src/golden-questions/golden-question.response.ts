import { ArrayField, StringField } from '#http';
import type { GoldenQuestion } from './golden-question.js';

export class GoldenQuestionResponse implements GoldenQuestion {
  @StringField({ example: '4f1c2a9b7d3e5f60' })
  id!: string;

  @StringField({ example: 'May I sell software that contains code under the GPL?' })
  question!: string;

  @ArrayField('string', { description: 'Empty: any sources pass', example: ['mpl-2.0'] })
  expect_sources!: readonly string[];

  @ArrayField('string', { description: 'Empty: any answer passes', example: ['any price'] })
  expect_phrases!: readonly string[];
}
