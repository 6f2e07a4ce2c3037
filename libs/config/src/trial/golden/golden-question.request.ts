import { ListOf, faultsOf } from '#http';
import { type Fault, InvalidInputError } from '#kernel';
import { Question } from '../question.js';
import type { NewGoldenQuestion } from './golden-question.js';

const mostExpectations = 20;
const longestExpectation = 500;
const visible = /[\p{L}\p{N}\p{P}\p{S}]/u;

export class GoldenQuestionRequest {
  @Question()
  question!: string;

  @ListOf('string', {
    max: mostExpectations,
    optional: true,
    nullable: true,
    description: 'Ids of documents that must be among the sources',
    example: ['gpl-3.0'],
  })
  expect_sources?: string[] | null;

  @ListOf('string', {
    max: mostExpectations,
    optional: true,
    nullable: true,
    description: 'What the answer must say, each at most 500 characters; case and spacing do not matter',
    example: ['any price'],
  })
  expect_phrases?: string[] | null;
}

/** @throws InvalidInputError with every fault. */
export function readGoldenQuestion(body: unknown): NewGoldenQuestion {
  const given = (body ?? {}) as GoldenQuestionRequest;
  const faults = [
    ...faultsOf(GoldenQuestionRequest, given),
    ...elementFaults('expect_sources', given.expect_sources),
    ...elementFaults('expect_phrases', given.expect_phrases),
  ];
  if (faults.length > 0) throw new InvalidInputError(faults);
  const { question, expect_sources, expect_phrases } = given;
  return { question, expect_sources: expect_sources ?? [], expect_phrases: expect_phrases ?? [] };
}

/** An expectation that holds nothing would be met by every answer. */
function elementFaults(field: string, list: unknown): Fault[] {
  if (!Array.isArray(list) || list.length > mostExpectations) return [];
  return list.flatMap((element, index) => textFaults(`${field}.${index}`, element));
}

function textFaults(field: string, value: unknown): Fault[] {
  if (typeof value !== 'string') return [];
  if (!visible.test(value))
    return [{ field, rule: 'pattern', value, message: `${field} must be text that can be seen.` }];
  if (Array.from(value).length <= longestExpectation) return [];
  const message = `${field} must have at most ${longestExpectation} characters.`;
  return [{ field, rule: 'max_length', value, max_length: longestExpectation, message }];
}
