import { UpstreamError } from '#kernel';

/** How a call to a model or an embedding service can fail. */
export const failureKinds = [
  'timeout',
  'rate_limited',
  'server_error',
  'connection',
  'authentication',
  'unknown_model',
  'malformed_answer',
  'empty_answer',
  'content_filter',
  'context_overflow',
  'unsupported_parameter',
  'invalid_request',
  'circuit_open',
  'cancelled',
] as const;
export const attemptOutcomes = ['ok', ...failureKinds] as const;

export type FailureKind = (typeof failureKinds)[number];

/** One call to one model, as the answer of `POST /v1/query` lists it. */
export interface Attempt {
  readonly model: string;
  readonly outcome: (typeof attemptOutcomes)[number];
  /** To the hundredth of a millisecond. */
  readonly ms: number;
}

/** An external service failed or refused the call. The message contains no key, so it may be logged. */
export class UpstreamFailure extends Error {
  constructor(
    readonly kind: FailureKind,
    message: string,
    /** The wait that the service asks for (`Retry-After`). Infinite: retrying never helps. null: it did not say. */
    readonly retryAfterMs: number | null = null,
  ) {
    super(message);
    this.name = 'UpstreamFailure';
  }

  /** False if the request itself is wrong or the client disconnected: the fallback could not help (specification §4.5). */
  get isWorthFallback(): boolean {
    return this.kind !== 'invalid_request' && this.kind !== 'cancelled';
  }
}

/**
 * The service is set up in such a way that the model cannot be asked: a key is missing, or its address is not allowed. The message is
 * a sentence without its full stop that names the remedy; clients read it, so it contains no secret.
 */
export class SetupFailure extends UpstreamFailure {
  constructor(kind: FailureKind, message: string) {
    // Asking again never helps.
    super(kind, message, Infinity);
    this.name = 'SetupFailure';
  }
}

/** The message of each attempt that ended with a `SetupFailure`. */
export type SetupMessages = ReadonlyMap<Attempt, string>;

const failureText: Record<FailureKind, string> = {
  timeout: 'did not answer in time',
  rate_limited: 'refused the call: too many requests',
  server_error: 'failed with a server error',
  connection: 'could not be reached, or the connection broke',
  authentication: "did not accept Attune's API key",
  unknown_model: 'is unknown to its provider',
  malformed_answer: 'sent an answer that Attune cannot read',
  empty_answer: 'answered without a text',
  content_filter: 'gave no text, because a content filter refused it',
  context_overflow: 'refused the prompt, because it is longer than its context window',
  unsupported_parameter: 'refused a parameter that Attune cannot leave out',
  invalid_request: 'refused the request as invalid',
  circuit_open: 'was not called, because its last calls failed',
  cancelled: 'was stopped, because the client disconnected',
};

/** The error for the client when no model answered: 504 if the last failure was a timeout, else 502. Lists every attempt. */
export function noAnswerError(
  lastFailure: UpstreamFailure,
  attempts: readonly Attempt[],
  setupMessages: SetupMessages = new Map(),
): UpstreamError {
  return toUpstreamError(
    `No model answered. ${describe(lastFailure, attempts, setupMessages)}`,
    lastFailure,
    attempts,
  );
}

/** The error for the client when an answer broke off after its first piece. */
export function interruptedAnswerError(
  lastFailure: UpstreamFailure,
  attempts: readonly Attempt[],
  setupMessages: SetupMessages,
): UpstreamError {
  return toUpstreamError(
    `The answer broke off. ${describe(lastFailure, attempts, setupMessages)}`,
    lastFailure,
    attempts,
  );
}

function toUpstreamError(
  message: string,
  lastFailure: UpstreamFailure,
  attempts: readonly Attempt[],
): UpstreamError {
  const kind = lastFailure.kind === 'timeout' ? 'timeout' : 'failed';
  return new UpstreamError(kind, message, attempts, lastFailure);
}

function describe(
  lastFailure: UpstreamFailure,
  attempts: readonly Attempt[],
  setupMessages: SetupMessages,
): string {
  if (attempts.length === 0) return `${lastFailure.message}.`;
  return attempts.map((attempt) => `${setupMessages.get(attempt) ?? describeAttempt(attempt)}.`).join(' ');
}

function describeAttempt({ model, outcome }: Attempt): string {
  return `Model "${model}" ${outcome === 'ok' ? 'answered' : failureText[outcome]}`;
}
