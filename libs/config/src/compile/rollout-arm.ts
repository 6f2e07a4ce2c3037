import { createHash } from 'node:crypto';

/** `treatment` uses the rollout's changes, `control` does not. */
export type Arm = 'control' | 'treatment';

/** The rollout, the step and the arm that a configuration was compiled for. */
export interface RolloutAssignment {
  readonly id: string;
  /** Counts the rollout's percentages from 1. Measurements are compared within one step. */
  readonly step: number;
  readonly arm: Arm;
}

const bucketCount = 10_000;

/**
 * The arm of a unit: the tenant's id, and with `unit: query` the subject too. A unit always has the same bucket, on every replica
 * and after every restart. A higher percentage therefore only adds units to the treatment.
 */
export function assignArm({ id, percentage }: { id: string; percentage: number }, ...unit: string[]): Arm {
  return bucketOf(id, unit) < Math.round((percentage * bucketCount) / 100) ? 'treatment' : 'control';
}

/** JSON, so that two different units never give the same text. */
function bucketOf(rolloutId: string, unit: readonly string[]): number {
  const digest = createHash('sha256')
    .update(JSON.stringify([rolloutId, ...unit]))
    .digest();
  return digest.readUInt32BE(0) % bucketCount;
}
