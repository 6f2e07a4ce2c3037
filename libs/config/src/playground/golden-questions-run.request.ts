import { ObjectField, findFieldErrors } from '#http';
import { type FieldError, isPlainObject } from '#kernel';
import { PatchRequest } from '../change/patch.request.js';

/** Documents the body. The patch is validated like that of a PATCH. */
export class GoldenQuestionsRunRequest {
  @ObjectField(() => PatchRequest, {
    optional: true,
    nullable: true,
    description: "Settings that are not saved. Without them the questions are asked under today's",
  })
  patch?: PatchRequest | null;
}

/** Separates the patch from its errors as a field: what is in it is not validated. */
export function parseGoldenQuestionsRun(body: unknown = {}): { patch: unknown; errors: FieldError[] } {
  if (!isPlainObject(body)) return { patch: {}, errors: findFieldErrors(GoldenQuestionsRunRequest, body) };
  const { patch, ...others } = body;
  return { patch: patch ?? {}, errors: findFieldErrors(GoldenQuestionsRunRequest, others) };
}
