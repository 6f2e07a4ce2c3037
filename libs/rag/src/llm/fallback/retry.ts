import type { FailureKind, UpstreamFailure } from '../../upstream/upstream-failure.js';

/** Only these are retried. A timeout has used up the time; all others would fail again. */
const transientFailures: readonly FailureKind[] = ['rate_limited', 'server_error', 'connection'];
const initialBackoffMs = 200;
/** If there is a fallback, it is called rather than to wait longer than this. */
const maxWaitBeforeFallbackMs = 2_000;

/** How often one model is called at most, if there is a fallback after it and if there is none. */
export const maxAttempts = { beforeFallback: 2, last: 3 } as const;

export interface RetryState {
  /** Calls to the model so far. */
  readonly attemptsMade: number;
  /** Remaining time of the model. If there is a fallback, the first model has `primaryShare` of the query's (`ModelCallService`). */
  readonly remainingMs: number;
  readonly hasFallback: boolean;
}

/**
 * How long to wait before the same model is called again; null: do not retry. The wait is the service's `Retry-After` plus a jittered
 * exponential backoff. If that is more than half of the remaining time, there is no retry.
 */
export function retryDelayMs(failure: UpstreamFailure, state: RetryState): number | null {
  const { attemptsMade, remainingMs, hasFallback } = state;
  const attemptLimit = hasFallback ? maxAttempts.beforeFallback : maxAttempts.last;
  if (attemptsMade >= attemptLimit || !transientFailures.includes(failure.kind)) return null;
  const waitMs = (failure.retryAfterMs ?? 0) + withJitter(initialBackoffMs * 2 ** (attemptsMade - 1));
  const maxWaitMs = Math.min(remainingMs / 2, hasFallback ? maxWaitBeforeFallbackMs : Infinity);
  return waitMs <= maxWaitMs ? waitMs : null;
}

/** Between half of it and all of it, so that calls which failed together do not retry together. */
function withJitter(ms: number): number {
  return ms * (0.5 + Math.random() / 2);
}
