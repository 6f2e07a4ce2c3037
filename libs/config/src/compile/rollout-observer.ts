import type { RolloutAssignment } from './rollout-arm.js';

/** The result of one query under a rollout. */
export interface RolloutObservation {
  /** `failed`: no model answered, or the product itself failed. A query whose client disconnected is not observed. */
  readonly outcome: 'answered' | 'failed';
  readonly isFallback: boolean;
  readonly costUsd: number;
  /** From the question to the end of the answer. */
  readonly durationMs: number;
}

/**
 * Receives the results of queries under a rollout. `operations` fills this port, and `AppModule` binds it.
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
