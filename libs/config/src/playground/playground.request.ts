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

/** Documentation of a test: a patch, and what may stand beside it. Its checks are the patch's own. */
export class PlaygroundRequest extends PatchRequest {
  @QuestionField({
    optional: true,
    nullable: true,
    description: 'What to ask; the oldest golden question unless told, or one about the documents as a whole',
  })
  question?: string | null;

  @BooleanField({ optional: true, description: "Adds the answer under today's settings", example: true })
  compare?: boolean;
}

export interface PlaygroundInput {
  /** The body as `PATCH` would take it. */
  readonly patch: unknown;
  /** null: none was given. */
  readonly question: string | null;
  readonly isCompared: boolean;
  /** Of question and compare; the patch's are the patch's own to find. */
  readonly errors: readonly FieldError[];
}

/** Takes a test's body apart. */
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
