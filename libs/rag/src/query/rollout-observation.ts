import type { RolloutObservation } from '#config';
import { DomainError, type ProblemSlug } from '#kernel';
import type { QueryResponse } from './query.response.js';

/** Failures of what stands behind the query. The others say something of whoever asked. */
const serverSideProblems: readonly ProblemSlug[] = [
  'upstream-failed',
  'upstream-timeout',
  'unavailable',
  'internal',
];

/** A query that was answered, as a rollout counts it. */
export function answeredObservation(
  { fallback_used: isFallback, usage }: QueryResponse,
  ms: number,
): RolloutObservation {
  return { outcome: 'answered', isFallback, costUsd: usage.cost_usd, durationMs: ms };
}

/** A query that failed; null where that says nothing of the configuration. */
export function failedObservation(error: unknown, ms: number): RolloutObservation | null {
  if (error instanceof DomainError && !serverSideProblems.includes(error.slug)) return null;
  return { outcome: 'failed', isFallback: false, costUsd: 0, durationMs: ms };
}
