import type { RolloutAssignment } from './rollout-arm.js';

/** One query, as a rollout counts it. */
export interface RolloutObservation {
  /** `failed`: no model answered, or the product itself failed. A query that its client left is none. */
  readonly outcome: 'answered' | 'failed';
  readonly isFallback: boolean;
  readonly costUsd: number;
  /** From the question to the end of the answer. */
  readonly durationMs: number;
}

/**
 * Takes what queries under a rollout came to. `operations` fills this port, which runs against the arrows.
 *
 * ```ts
 * if (configuration.rollout)
 *   observer.record(configuration.rollout, { outcome: 'answered', isFallback, costUsd, durationMs });
 * ```
 */
export abstract class RolloutObserver {
  /** Returns at once; the observation is written in the background. */
  abstract record(assignment: RolloutAssignment, observation: RolloutObservation): void;
}
