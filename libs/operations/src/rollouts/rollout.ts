import type { RunningRollout } from '#config';
import type { OutcomeCounts } from '../bulk/bulk-operation.js';

export const rolloutStates = ['running', 'stopped', 'promoted', 'aborted'] as const;
type RolloutState = (typeof rolloutStates)[number];

/** A rollout as it is stored. */
export interface Rollout extends RunningRollout {
  readonly name: string;
  readonly state: RolloutState;
  readonly stop_reason: string | null;
  readonly step_started_at: Date;
  readonly created_by: string;
  readonly created_at: Date;
  readonly finished_at: Date | null;
  /** null unless it was promoted. */
  readonly promotion: PromotionResult | null;
}

/** The bulk operation that a promotion was, and how many tenants ended how. */
type PromotionResult = OutcomeCounts & { readonly bulk_id: string };
