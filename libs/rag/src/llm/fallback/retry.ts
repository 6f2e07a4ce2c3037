import type { FailureKind, UpstreamFailure } from '../upstream-failure.js';

/** A timeout has used up the time; the others say the same again. */
const transientFailures: readonly FailureKind[] = ['rate_limited', 'server_error', 'connection'];
const initialBackoffMs = 200;
/** With a fallback at hand nobody waits longer than this for the model that they asked for. */
const maxWaitBeforeFallbackMs = 2_000;

/** How often one model is asked at most. */
export const maxAttempts = { beforeFallback: 2, last: 3 } as const;

export interface RetryState {
  /** How often the model was asked so far. */
  readonly attemptsMade: number;
  /** What is left of the time that the model has. */
  readonly remainingMs: number;
  readonly hasFallback: boolean;
}

/**
 * How long to wait before the same model is asked again; null: not at all. The wait is what the service asked for (`Retry-After`) and
 * a doubling, jittered span, and at most half of the time that is left.
 */
export function retryDelayMs(failure: UpstreamFailure, state: RetryState): number | null {
  const { attemptsMade, remainingMs, hasFallback } = state;
  const attemptLimit = hasFallback ? maxAttempts.beforeFallback : maxAttempts.last;
  if (attemptsMade >= attemptLimit || !transientFailures.includes(failure.kind)) return null;
  const waitMs = (failure.retryAfterMs ?? 0) + withJitter(initialBackoffMs * 2 ** (attemptsMade - 1));
  const maxWaitMs = Math.min(remainingMs / 2, hasFallback ? maxWaitBeforeFallbackMs : Infinity);
  return waitMs <= maxWaitMs ? waitMs : null;
}

/** Between half of it and all of it, so that those who failed together do not return together. */
function withJitter(ms: number): number {
  return ms * (0.5 + Math.random() / 2);
}
