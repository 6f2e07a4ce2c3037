import { AddRouteConfig } from '../access/route-config.js';
import type { Problem } from './problem.js';

/** An error answer in the form of one protocol. The status and the headers of the problem stay. */
interface ErrorAnswer {
  readonly contentType: string;
  readonly body: unknown;
  /** Added to the headers of the problem. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** Turns a problem into the error answer of a protocol. */
export type ToErrorAnswer = (problem: Problem) => ErrorAnswer;

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Set where another protocol than HTTP with problem documents decides what an error looks like. */
    readonly problemForm?: ToErrorAnswer;
  }
}

/** Attune's own form: a problem document (RFC 9457). */
export const toProblemJson: ToErrorAnswer = ({ body }) => ({ contentType: 'application/problem+json', body });

/**
 * Errors of this route are answered in the form of another protocol, those of access control, validation and the framework included.
 *
 * ```ts
 * class ChatController {
 *   @ProblemForm(({ body }) => ({ contentType: 'application/json', body: { error: { message: body['detail'] } } }))
 *   complete(): void {}
 * }
 * ```
 */
export const ProblemForm = (toErrorAnswer: ToErrorAnswer): MethodDecorator =>
  AddRouteConfig({ problemForm: toErrorAnswer });
