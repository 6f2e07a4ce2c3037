import type { RolloutEntity } from '#config';
import type { OutcomeCounts } from '../bulk/bulk-operation.js';

/** The states of a rollout. Only `running` can change. */
export const rolloutStates = ['running', 'stopped', 'promoted', 'aborted'] as const;

/** A stored rollout, with the result of its promotion. */
export interface Rollout extends Omit<RolloutEntity, 'bulk_id'> {
  /** null unless the rollout was promoted. */
  readonly promotion: PromotionResult | null;
}

/** The bulk operation of a promotion, and the number of tenants with each outcome. */
type PromotionResult = OutcomeCounts & { readonly bulk_id: string };
