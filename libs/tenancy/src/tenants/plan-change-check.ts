import type { Fault } from '#kernel';
import type { Plan } from '../plans/plan.js';

/** Asked before a tenant moves to another plan; filled by `config`, which knows settings. */
export abstract class PlanChangeCheck {
  /** What of the tenant's own settings the plan does not allow, and would clamp; empty when it fits. */
  abstract faultsUnder(tenantId: string, plan: Plan): Promise<Fault[]>;
}
