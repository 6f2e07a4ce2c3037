import type { RolloutEntity } from '#config';
import type { OutcomeCounts } from '../bulk/bulk-operation.js';

/** A stored rollout, with the result of its promotion. */
export interface Rollout extends Omit<RolloutEntity, 'bulk_id'> {
  /** null unless the rollout was promoted. */
  readonly promotion: PromotionResult | null;
}

/** The bulk operation of a promotion, and the number of tenants with each outcome. */
type PromotionResult = OutcomeCounts & { readonly bulk_id: string };
