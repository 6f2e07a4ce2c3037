import type { FailureKind, UpstreamFailure } from '../upstream-failure.js';

/** A timeout has used up the time; the others say the same again. */
const passing: readonly FailureKind[] = ['rate_limited', 'server_error', 'connection'];
const firstWaitMs = 200;
/** With a fallback at hand nobody waits longer than this for the model that they asked for. */
const longestWaitBeforeFallbackMs = 2_000;

/** How often one model is asked at most. */
export const mostCalls = { beforeFallback: 2, last: 3 } as const;

export interface Course {
  /** How often the model was asked so far. */
  readonly calls: number;
  /** What is left of the time that the model has. */
  readonly leftMs: number;
  readonly hasFallback: boolean;
}

/**
 * How long to wait before the same model is asked again; null: not at all. The wait is what the service asked for (`Retry-After`) and
 * a doubling, jittered span, and at most half of the time that is left.
 */
export function waitBeforeRetry(failure: UpstreamFailure, course: Course): number | null {
  const { calls, leftMs, hasFallback } = course;
  const most = hasFallback ? mostCalls.beforeFallback : mostCalls.last;
  if (calls >= most || !passing.includes(failure.kind)) return null;
  const waitMs = (failure.retryAfterMs ?? 0) + jittered(firstWaitMs * 2 ** (calls - 1));
  const patienceMs = Math.min(leftMs / 2, hasFallback ? longestWaitBeforeFallbackMs : Infinity);
  return waitMs <= patienceMs ? waitMs : null;
}

/** Between half of it and all of it, so that those who failed together do not return together. */
function jittered(ms: number): number {
  return ms * (0.5 + Math.random() / 2);
}
