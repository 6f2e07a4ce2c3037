import { ArrayField, BooleanField, IntegerField, ObjectField, StringField, buildExample } from '#http';
import { GoldenQuestionResponse } from '../golden-questions/golden-question.response.js';
import { QueryUsage } from '../trial/query-answer.response.js';
import type { GoldenQuestionResult } from '../golden-questions/run-golden-questions.js';

const { id, question } = buildExample(GoldenQuestionResponse);

class GoldenQuestionResultResponse implements GoldenQuestionResult {
  @StringField({ example: id })
  id!: string;

  @StringField({ example: question })
  question!: string;

  @BooleanField({ example: false })
  passed!: boolean;

  @ArrayField('string', { description: 'Expected documents that are not among the sources', example: [] })
  missing_sources!: readonly string[];

  @ArrayField('string', {
    description: 'Expected phrases that the answer does not contain',
    example: ['any price'],
  })
  missing_phrases!: readonly string[];

  @StringField({ nullable: true, description: 'Why there is no answer; null when there is one' })
  error!: string | null;

  @StringField({
    nullable: true,
    description: 'null: no model answered',
    example: 'You may charge a fee. [1]',
  })
  answer!: string | null;

  @ObjectField(() => QueryUsage, { nullable: true, example: buildExample(QueryUsage) })
  usage!: QueryUsage | null;
}

export class GoldenQuestionsRunResponse {
  @IntegerField({ min: 0, description: 'How many questions passed', example: 0 })
  passed!: number;

  @IntegerField({ min: 0, example: 1 })
  failed!: number;

  @ArrayField(() => GoldenQuestionResultResponse, { description: 'Oldest question first' })
  results!: readonly GoldenQuestionResult[];
}
