import { BooleanField, findFieldErrors } from '#http';
import { type FieldError, isPlainObject } from '#kernel';
import { PatchRequest } from '../change/patch.request.js';
import { QuestionField } from '../trial/question-field.js';

class PlaygroundOptions {
  @QuestionField({ optional: true, nullable: true })
  question?: string | null;

  @BooleanField({ optional: true })
  compare?: boolean;
}

/** Documents the body: a patch and two more fields. The patch is validated like that of a PATCH. */
export class PlaygroundRequest extends PatchRequest {
  @QuestionField({
    optional: true,
    nullable: true,
    description: 'The question. Default: the oldest golden question, else a general one about the documents',
  })
  question?: string | null;

  @BooleanField({ optional: true, description: "Adds the answer under today's settings", example: true })
  compare?: boolean;
}

export interface PlaygroundInput {
  /** The body as PATCH takes it, not validated. */
  readonly patch: unknown;
  /** Null when the body has none. */
  readonly question: string | null;
  readonly isCompared: boolean;
  /** Errors of `question` and `compare` only. */
  readonly errors: readonly FieldError[];
}

/** Separates the patch from the question. */
export function parsePlaygroundRequest(body: unknown): PlaygroundInput {
  if (!isPlainObject(body)) return { patch: body, question: null, isCompared: false, errors: [] };
  const { question, compare, ...patch } = body;
  const options = {
    ...(question === undefined ? {} : { question }),
    ...(compare === undefined ? {} : { compare }),
  };
  return {
    patch,
    question: typeof question === 'string' ? question : null,
    isCompared: compare === true,
    errors: findFieldErrors(PlaygroundOptions, options),
  };
}
