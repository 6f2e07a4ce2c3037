import type { RolloutObservation } from '#config';
import { DomainError, InternalError, UnavailableError, UpstreamError } from '#kernel';
import type { QueryResponse } from '../query.response.js';

/** What a rollout records of an answered query. */
export function answeredObservation(
  { fallback_used: isFallback, usage }: QueryResponse,
  durationMs: number,
): RolloutObservation {
  return { outcome: 'answered', isFallback, costUsd: usage.cost_usd, durationMs };
}

/** What a rollout records of a failed query. null: the caller caused the failure, so it says nothing about the configuration. */
export function failedObservation(error: unknown, durationMs: number): RolloutObservation | null {
  if (!isServerSide(error)) return null;
  return { outcome: 'failed', isFallback: false, costUsd: 0, durationMs };
}

function isServerSide(error: unknown): boolean {
  return (
    !(error instanceof DomainError) ||
    [UpstreamError, UnavailableError, InternalError].some((type) => error instanceof type)
  );
}
