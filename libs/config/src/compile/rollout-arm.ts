import { createHash } from 'node:crypto';

export type Arm = 'control' | 'treatment';

/** Where a query stands in a rollout. */
export interface RolloutAssignment {
  readonly id: string;
  /** Of the rollout's percentages, the first being 1: measurements are compared within one step. */
  readonly step: number;
  readonly arm: Arm;
}

const bucketCount = 10_000;

/**
 * The arm of a unit: its tenant's id, and with `unit: query` the subject too. A unit keeps its bucket for good, on every replica
 * and after every restart, so that a higher percentage only ever adds to those that a lower one had.
 */
export function assignArm({ id, percentage }: { id: string; percentage: number }, ...unit: string[]): Arm {
  return bucketOf(id, unit) < Math.round((percentage * bucketCount) / 100) ? 'treatment' : 'control';
}

/** As JSON, so that no two units make the same text. */
function bucketOf(rolloutId: string, unit: readonly string[]): number {
  const digest = createHash('sha256')
    .update(JSON.stringify([rolloutId, ...unit]))
    .digest();
  return digest.readUInt32BE(0) % bucketCount;
}
