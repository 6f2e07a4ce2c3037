import type { RolloutEntity } from '#config';
import type { OutcomeCounts } from '../bulk/bulk-operation.js';

export const rolloutStates = ['running', 'stopped', 'promoted', 'aborted'] as const;

/** A rollout as it is stored. */
export interface Rollout extends Omit<RolloutEntity, 'bulk_id'> {
  /** null unless it was promoted. */
  readonly promotion: PromotionResult | null;
}

/** The bulk operation that a promotion was, and how many tenants ended how. */
type PromotionResult = OutcomeCounts & { readonly bulk_id: string };
