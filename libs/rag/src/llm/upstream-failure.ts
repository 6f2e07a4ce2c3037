import { type DomainError, UpstreamError } from '#kernel';

/** How a call to a model can go wrong. */
export const failureKinds = [
  'timeout',
  'rate_limited',
  'server_error',
  'connection',
  'authentication',
  'unknown_model',
  'malformed_answer',
  'invalid_request',
  'circuit_open',
  'cancelled',
] as const;
export const attemptOutcomes = ['ok', ...failureKinds] as const;

export type FailureKind = (typeof failureKinds)[number];

/** One call to one model, as it stands in the answer of `POST /v1/query`. */
export interface Attempt {
  readonly model: string;
  readonly outcome: (typeof attemptOutcomes)[number];
  /** To the hundredth of a millisecond. */
  readonly ms: number;
}

/** A model's service failed or refused. The message may be logged: it holds no key. */
export class UpstreamFailure extends Error {
  constructor(
    readonly kind: FailureKind,
    message: string,
    /** When the service says that asking again may help: `Retry-After`. Infinite: never; null: it did not say. */
    readonly retryAfterMs: number | null = null,
  ) {
    super(message);
    this.name = 'UpstreamFailure';
  }

  /** Another model may do better, unless the request itself is at fault or nobody waits any more (specification §4.5). */
  get isWorthFallback(): boolean {
    return this.kind !== 'invalid_request' && this.kind !== 'cancelled';
  }
}

const failureText: Record<FailureKind, string> = {
  timeout: 'did not answer in time',
  rate_limited: 'refused for too many requests',
  server_error: 'failed',
  connection: 'could not be reached, or the connection broke',
  authentication: 'did not accept our credentials',
  unknown_model: 'is not known to its provider',
  malformed_answer: 'sent an answer that cannot be read',
  invalid_request: 'refused the request itself',
  circuit_open: 'was not asked, because it failed too often just now',
  cancelled: 'was left waiting: the client went away',
};

/** What the caller sees when no model answered: 504 when time ran out, else 502, with every attempt. */
export function noAnswerError(lastFailure: UpstreamFailure, attempts: readonly Attempt[]): DomainError {
  return toDomainError(
    `No model answered. ${describeAttempts(lastFailure, attempts)}`,
    lastFailure,
    attempts,
  );
}

/** The same for an answer of which the caller has seen the beginning. */
export function interruptedAnswerError(
  lastFailure: UpstreamFailure,
  attempts: readonly Attempt[],
): DomainError {
  return toDomainError(
    `The answer broke off. ${describeAttempts(lastFailure, attempts)}`,
    lastFailure,
    attempts,
  );
}

function toDomainError(
  message: string,
  lastFailure: UpstreamFailure,
  attempts: readonly Attempt[],
): DomainError {
  return new UpstreamError(
    lastFailure.kind === 'timeout' ? 'timeout' : 'failed',
    message,
    attempts,
    lastFailure,
  );
}

function describeAttempts(lastFailure: UpstreamFailure, attempts: readonly Attempt[]): string {
  if (attempts.length === 0) return `${lastFailure.message}.`;
  return attempts
    .map(({ model, outcome }) => `Model "${model}" ${outcome === 'ok' ? 'answered' : failureText[outcome]}.`)
    .join(' ');
}
