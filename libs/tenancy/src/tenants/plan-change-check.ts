import type { FieldError } from '#kernel';
import type { Catalogue } from '../catalogue/catalogue-reader.js';
import type { Plan } from '#settings';

/** The move of a tenant from one plan to another. */
export interface PlanChange {
  readonly tenantId: string;
  readonly from: Plan;
  readonly to: Plan;
  readonly catalogue: Catalogue;
}

/**
 * Port: checks a tenant's own settings before it moves to another plan. `config` implements it, because it stores the settings.
 *
 * ```ts
 * class EveryPlanFits extends PlanChangeCheck {
 *   findErrors = async (): Promise<[]> => [];
 * }
 * ```
 */
export abstract class PlanChangeCheck {
  /**
   * One error for each of the tenant's own settings that the new plan would clamp; empty when all settings fit. Runs in the
   * caller's transaction and locks the settings until its end.
   */
  abstract findErrors(change: PlanChange): Promise<FieldError[]>;
}
