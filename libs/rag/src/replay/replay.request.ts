import { DefaultsPatch } from '#config';
import { IntegerField, ObjectField, findFieldErrors } from '#http';
import { type FieldError, isPlainObject } from '#kernel';

const maxQuestions = 100;

/** Documents the body. The patch is validated like that of a PATCH. */
export class ReplayRequest {
  @ObjectField(() => DefaultsPatch, { description: 'Settings that are not saved' })
  patch!: DefaultsPatch;

  @IntegerField({
    min: 1,
    max: maxQuestions,
    description: 'How many questions, the newest first; equal ones count once',
    example: 20,
  })
  last!: number;
}

/** The patch, not validated, and the errors of everything else. */
export function parseReplay(body: unknown): {
  readonly patch: unknown;
  readonly last: number;
  readonly errors: readonly FieldError[];
} {
  const { patch, last } = isPlainObject(body) ? body : {};
  const errors = findFieldErrors(
    ReplayRequest,
    patch === undefined ? body : { ...(body as object), patch: {} },
  );
  return { patch: patch ?? {}, last: Number(last), errors };
}
