import { ArrayField, findFieldErrors } from '#http';
import { type FieldError, InvalidInputError, isPlainObject } from '#kernel';
import { QuestionField } from '../trial/question-field.js';
import type { NewGoldenQuestion } from './golden-question.js';

const maxExpectations = 20;
const maxExpectationLength = 500;
const visibleCharacter = /[\p{L}\p{N}\p{P}\p{S}]/u;

export class GoldenQuestionRequest {
  @QuestionField()
  question!: string;

  @ArrayField('string', {
    max: maxExpectations,
    optional: true,
    nullable: true,
    description: 'Ids of documents that must be among the sources',
    example: ['mpl-2.0'],
  })
  expect_sources?: string[] | null;

  @ArrayField('string', {
    max: maxExpectations,
    optional: true,
    nullable: true,
    description:
      'Phrases that the answer must contain, each at most 500 characters; case and spacing do not matter',
    example: ['any price'],
  })
  expect_phrases?: string[] | null;
}

/** What changes of a golden question. An absent field stays as it is; null and `[]` remove the expectations. */
export class GoldenQuestionPatchRequest extends GoldenQuestionRequest {
  @QuestionField({ optional: true })
  override question!: string;
}

/** @throws InvalidInputError with every error. */
export function parseGoldenQuestion(body: unknown): NewGoldenQuestion {
  const request = (body ?? {}) as GoldenQuestionRequest;
  assertValid(GoldenQuestionRequest, request);
  const { question, expect_sources, expect_phrases } = request;
  return { question, expect_sources: expect_sources ?? [], expect_phrases: expect_phrases ?? [] };
}

/** @throws InvalidInputError with every error. */
export function parseGoldenQuestionPatch(body: unknown): Partial<NewGoldenQuestion> {
  if (!isPlainObject(body))
    throw new InvalidInputError([{ field: '', rule: 'type', message: 'The body must be a JSON object.' }]);
  const request = body as Partial<GoldenQuestionPatchRequest>;
  assertValid(GoldenQuestionPatchRequest, request);
  const { question, expect_sources: sources, expect_phrases: phrases } = request;
  return {
    ...(question !== undefined && { question }),
    ...(sources !== undefined && { expect_sources: sources ?? [] }),
    ...(phrases !== undefined && { expect_phrases: phrases ?? [] }),
  };
}

function assertValid(type: new () => object, request: Partial<GoldenQuestionRequest>): void {
  const errors = [
    ...findFieldErrors(type, request),
    ...findElementErrors('expect_sources', request.expect_sources),
    ...findElementErrors('expect_phrases', request.expect_phrases),
  ];
  if (errors.length > 0) throw new InvalidInputError(errors);
}

/** Every answer would meet an empty expectation. */
function findElementErrors(field: string, list: unknown): FieldError[] {
  if (!Array.isArray(list) || list.length > maxExpectations) return [];
  return list.flatMap((element, index) => findTextErrors(`${field}.${index}`, element));
}

function findTextErrors(field: string, value: unknown): FieldError[] {
  if (typeof value !== 'string') return [];
  if (!visibleCharacter.test(value))
    return [{ field, rule: 'pattern', value, message: `${field} must contain a visible character.` }];
  if (Array.from(value).length <= maxExpectationLength) return [];
  const message = `${field} must have at most ${maxExpectationLength} characters.`;
  return [{ field, rule: 'max_length', value, max_length: maxExpectationLength, message }];
}
