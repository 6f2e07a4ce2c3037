import { type Type, applyDecorators } from '@nestjs/common';
import { ApiExtension, ApiExtraModels } from '@nestjs/swagger';
import type { ProblemSlug } from '#kernel';
import { AddRouteConfig } from '../access/route-config.js';
import { problemExample, problemTypes } from './problem-types.js';
import type { Problem } from './problem.js';

/** An error answer in the form of one protocol. The status and the headers of the problem stay. */
interface ErrorAnswer {
  readonly contentType: string;
  readonly body: unknown;
  /** Added to the headers of the problem. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** Turns a problem into the error answer of a protocol. `parameters` are those of the path. */
export type ToErrorAnswer = (
  problem: Problem,
  parameters?: Readonly<Record<string, string | undefined>>,
) => ErrorAnswer;

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Set where another protocol than HTTP with problem documents decides what an error looks like. */
    readonly problemForm?: ToErrorAnswer;
  }
}

/** Attune's own form: a problem document (RFC 9457). */
export const toProblemJson: ToErrorAnswer = ({ body }) => ({ contentType: 'application/problem+json', body });

/** The errors of an operation in the OpenAPI document, where they have another form than problems. */
export interface DeclaredErrorForm {
  /** The name of their schema. */
  readonly schema: string;
  readonly contentType: string;
  readonly examples: Readonly<Record<ProblemSlug, unknown>>;
}

/**
 * Errors of this route are answered in the form of another protocol, those of access control, validation and the framework included.
 * `schema` describes their body in the OpenAPI document.
 *
 * ```ts
 * class ChatError {
 *   @StringField({ example: 'There is no such model.' })
 *   message!: string;
 * }
 * class ChatController {
 *   @ProblemForm(({ body }) => ({ contentType: 'application/json', body: { message: body['detail'] } }), ChatError)
 *   complete(): void {}
 * }
 * ```
 */
export function ProblemForm(toErrorAnswer: ToErrorAnswer, schema: Type<object>): MethodDecorator {
  return applyDecorators(
    AddRouteConfig({ problemForm: toErrorAnswer }),
    ApiExtraModels(schema),
    ApiExtension('x-attune-error-form', describeForm(toErrorAnswer, schema)),
  );
}

function describeForm(toErrorAnswer: ToErrorAnswer, schema: Type<object>): DeclaredErrorForm {
  const answers = (Object.keys(problemTypes) as ProblemSlug[]).map((slug) => {
    const { status } = problemTypes[slug];
    return [slug, toErrorAnswer({ slug, status, body: problemExample(slug), headers: {} })] as const;
  });
  return {
    schema: schema.name,
    contentType: answers[0]![1].contentType,
    examples: Object.fromEntries(answers.map(([slug, { body }]) => [slug, body])) as Record<
      ProblemSlug,
      unknown
    >,
  };
}
