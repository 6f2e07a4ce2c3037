import { Flag, faultsOf } from '#http';
import { type Fault, isPlainObject } from '#kernel';
import { PatchRequest } from '../http/configuration.request.js';
import { Question } from './question.js';

class TestOptions {
  @Question({ optional: true, nullable: true })
  question?: string | null;

  @Flag({ optional: true })
  compare?: boolean;
}

/** Documentation of a test: a patch, and what may stand beside it. Its checks are the patch's own. */
export class TestRequest extends PatchRequest {
  @Question({
    optional: true,
    nullable: true,
    description: 'What to ask; the oldest golden question unless told, or one about the documents as a whole',
  })
  question?: string | null;

  @Flag({ optional: true, description: "Adds the answer under today's settings", example: true })
  compare?: boolean;
}

export interface TestOrder {
  /** The body as `PATCH` would take it. */
  readonly patch: unknown;
  /** null: none was given. */
  readonly question: string | null;
  readonly isCompared: boolean;
  /** Of question and compare; the patch's are the patch's own to find. */
  readonly faults: readonly Fault[];
}

/** Takes a test's body apart. */
export function readTest(body: unknown): TestOrder {
  if (!isPlainObject(body)) return { patch: body, question: null, isCompared: false, faults: [] };
  const { question, compare, ...patch } = body;
  const options = {
    ...(question === undefined ? {} : { question }),
    ...(compare === undefined ? {} : { compare }),
  };
  return {
    patch,
    question: typeof question === 'string' ? question : null,
    isCompared: compare === true,
    faults: faultsOf(TestOptions, options),
  };
}
