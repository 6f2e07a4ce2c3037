import type { FieldError } from '#kernel';
import type { Catalogue } from '../catalogue/catalogue-reader.js';
import type { Plan } from '#settings';

/** A tenant on its way from one plan to another. */
export interface PlanChange {
  readonly tenantId: string;
  readonly from: Plan;
  readonly to: Plan;
  readonly catalogue: Catalogue;
}

/** Asked before a tenant moves to another plan; filled by `config`, which knows settings. */
export abstract class PlanChangeCheck {
  /**
   * What of the tenant's own settings the plan does not allow, and would clamp; empty when it fits. In the caller's
   * transaction, until whose end nobody else changes the settings.
   */
  abstract findErrors(change: PlanChange): Promise<FieldError[]>;
}
