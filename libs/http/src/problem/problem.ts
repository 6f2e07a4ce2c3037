import { type ProblemSlug, DomainError, InternalError, InvalidInputError } from '#kernel';
import { type RateLimitStatus, rateLimitHeaders } from '../response/rate-limit-headers.js';
import { problemTypes } from './problem-types.js';

/** A problem document (RFC 9457) and the headers to send with it. */
export interface Problem {
  readonly slug: ProblemSlug;
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
  readonly headers: Readonly<Record<string, string>>;
}

const slugByStatus: Readonly<Record<number, ProblemSlug>> = {
  400: 'invalid-input',
  401: 'unauthenticated',
  403: 'forbidden',
  404: 'not-found',
  413: 'payload-too-large',
  414: 'invalid-input',
  415: 'unsupported-media-type',
  503: 'unavailable',
};

/**
 * Turns any thrown value into a problem that the caller may see. An error that is neither a `DomainError` nor a refusal by the
 * framework becomes `internal`, without its message.
 *
 * ```ts
 * const { status, headers, body } = toProblem(new Error('connection lost'), 'request-1'); // status 500
 * ```
 */
export function toProblem(error: unknown, requestId: string): Problem {
  const domainError = error instanceof DomainError ? error : toDomainError(error);
  const { retry_after_s: retryAfter, allow, policy, ...members } = domainError.details;
  const { status, title } = problemTypes[domainError.slug];
  return {
    slug: domainError.slug,
    status,
    body: {
      type: `/problems/${domainError.slug}`,
      title,
      status,
      detail: domainError.message,
      request_id: requestId,
      ...members,
    },
    headers: {
      ...(retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) }),
      ...(allow === undefined ? {} : { allow: String(allow) }),
      ...(policy === undefined
        ? {}
        : rateLimitHeaders({ ...domainError.details, ...policy, reset_s: retryAfter } as RateLimitStatus)),
      ...(domainError.slug === 'unauthenticated' ? { 'www-authenticate': 'Bearer realm="attune"' } : {}),
    },
  };
}

/** Errors of Fastify and Nest: a refusal of the request keeps its meaning, everything else is an error in Attune. */
function toDomainError(error: unknown): DomainError {
  const { statusCode, message } = readErrorFields(error);
  const slug = slugByStatus[statusCode];
  if (slug === undefined) return new InternalError(error);
  if (slug === 'invalid-input') {
    return new InvalidInputError([
      { field: '', rule: 'type', message: `The request cannot be read: ${shorten(message)}` },
    ]);
  }
  return new FrameworkError(slug, message);
}

/** The framework repeats the whole path, and says at the end what is wrong with it. */
function shorten(message: string): string {
  return message.length <= 200 ? message : `${message.slice(0, 100)}…${message.slice(-80)}`;
}

/** A refusal by Fastify or Nest, with the slug that means the same. */
class FrameworkError extends DomainError {
  constructor(
    readonly slug: ProblemSlug,
    message: string,
  ) {
    super(message);
  }
}

function readErrorFields(error: unknown): { statusCode: number; message: string } {
  const { statusCode, status, message } = (error ?? {}) as Record<string, unknown>;
  return {
    statusCode: Number(statusCode ?? status ?? 500),
    message: String(message ?? ''),
  };
}
