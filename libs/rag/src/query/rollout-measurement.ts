import type { Observation } from '#config';
import { DomainError, type ProblemSlug } from '#kernel';
import type { QueryResponse } from './query.response.js';

/** Failures of what stands behind the query. The others say something of whoever asked. */
const ownFailures: readonly ProblemSlug[] = [
  'upstream-failed',
  'upstream-timeout',
  'unavailable',
  'internal',
];

/** A query that was answered, as a rollout counts it. */
export function answered({ fallback_used: isFallback, usage }: QueryResponse, ms: number): Observation {
  return { outcome: 'answered', isFallback, costUsd: usage.cost_usd, ms };
}

/** A query that failed; null where that says nothing of the configuration. */
export function failed(error: unknown, ms: number): Observation | null {
  if (error instanceof DomainError && !ownFailures.includes(error.slug)) return null;
  return { outcome: 'failed', isFallback: false, costUsd: 0, ms };
}
