import { type Problem, ProblemForm, type ToErrorAnswer } from '#http';
import type { FieldError } from '#kernel';
import { OfrepErrorResponse } from './ofrep.response.js';

/** Errors in two forms in one body: OFREP's own members and those of the problem document. */
const toOfrepError: ToErrorAnswer = (problem, { key } = {}) => ({
  contentType: 'application/json',
  body: {
    ...(key !== undefined && { key }),
    errorCode: errorCodeOf(problem),
    errorDetails: problem.body['detail'],
    ...problem.body,
  },
});

/** For the routes of OFREP. */
export const OfrepRoute = (): MethodDecorator => ProblemForm(toOfrepError, OfrepErrorResponse);

/** OpenFeature's codes. */
function errorCodeOf({ slug, body }: Problem): string {
  if (slug === 'not-found') return 'FLAG_NOT_FOUND';
  if (slug !== 'invalid-input') return 'GENERAL';
  const [first] = body['errors'] as readonly FieldError[];
  return first === undefined || first.field === '' ? 'PARSE_ERROR' : 'INVALID_CONTEXT';
}
