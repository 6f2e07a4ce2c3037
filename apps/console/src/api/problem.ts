import type { Schema } from './operations.js';
import { texts } from './api.texts.js';

/** One fault of an input. */
export type FieldError = Schema<'FieldErrorResponse'>;

/** A problem of the API, with the members that some of its types have. `slug` is the end of its `type`. */
export interface Problem {
  readonly slug: string;
  readonly title: string;
  /** 0: the service did not answer. */
  readonly status: number;
  readonly detail?: string;
  readonly request_id?: string;
  readonly errors?: readonly FieldError[];
  readonly current_version?: number;
  readonly changed_fields?: readonly string[];
  readonly fields?: readonly string[];
  readonly retryAfterS?: number;
  readonly [member: string]: unknown;
}

/** Thrown by every call that does not succeed. */
export class ApiError extends Error {
  constructor(readonly problem: Problem) {
    super(problem.detail ?? problem.title);
    this.name = 'ApiError';
  }
}

/** Reads a problem+json body; anything else becomes the problem `internal` with the response's status. */
export function toProblem(response: Response, body: unknown): Problem {
  const requestId = response.headers.get('x-request-id');
  const retryAfter = Number(response.headers.get('retry-after') ?? Number.NaN);
  const known = typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {};
  const type = typeof known['type'] === 'string' ? known['type'] : '/problems/internal';
  return {
    title: response.statusText || texts.httpStatus(response.status),
    ...(requestId !== null && { request_id: requestId }),
    ...known,
    ...(Number.isFinite(retryAfter) && { retryAfterS: retryAfter }),
    slug: type.slice(type.lastIndexOf('/') + 1),
    status: response.status,
  } as Problem;
}

/** The problem of whatever a call threw. */
export function problemOf(error: unknown): Problem {
  if (error instanceof ApiError) return error.problem;
  return { slug: 'console', title: texts.consoleFault, status: 0, detail: String(error) };
}
