import { Injectable } from '@nestjs/common';
import {
  type FieldError,
  ConflictError,
  InvalidInputError,
  TenantNotFoundError,
  didYouMean,
  toReportedErrors,
} from '#kernel';
import { SharedSettingsTransaction } from '../catalogue/shared-settings-transaction.js';
import type { Plan } from '#settings';
import { PlanRepository } from '../catalogue/plan.repository.js';
import { PlanChangeCheck } from './plan-change-check.js';
import { TenantRepository } from './tenant.repository.js';

/** Checks the plan of a new or moving tenant. Every method runs in the transaction of that change. */
@Injectable()
export class PlanChangeValidator {
  constructor(
    private readonly tenants: TenantRepository,
    private readonly plans: PlanRepository,
    private readonly sharedSettings: SharedSettingsTransaction,
    private readonly planChangeCheck: PlanChangeCheck,
  ) {}

  /** An error that lists the existing plans when there is no such plan; else none. */
  async findPlanErrors(id: string): Promise<FieldError[]> {
    if (await this.plans.find(id)) return [];
    const allowed = (await this.plans.list()).map((plan) => plan.id);
    const message = `There is no plan "${id}".${didYouMean(id, allowed)}`;
    return [{ field: 'plan', rule: 'enum', message, value: id, allowed }];
  }

  /** @throws ConflictError that lists the tenant's settings that the plan would clamp, unless clamping is accepted. */
  async assertAllowed(tenantId: string, planId: string, isClampingAccepted: boolean): Promise<void> {
    const to = await this.getPlan(planId);
    const tenant = await this.tenants.find(tenantId);
    if (!tenant) throw new TenantNotFoundError();
    const isSamePlan = tenant.value.plan === to.id;
    const fieldErrors =
      isSamePlan || isClampingAccepted ? [] : await this.findErrors(tenantId, tenant.value.plan, to);
    if (fieldErrors.length === 0) return;
    const message = `The plan ${to.id} does not allow some of the tenant's settings. Change them, or send accept_clamping: true.`;
    throw new ConflictError(message, { errors: toReportedErrors(fieldErrors) });
  }

  private async getPlan(id: string): Promise<Plan> {
    const found = await this.plans.find(id);
    if (!found) throw new InvalidInputError(await this.findPlanErrors(id));
    return found.value;
  }

  private async findErrors(tenantId: string, currentPlanId: string, to: Plan): Promise<FieldError[]> {
    const from = await this.getPlan(currentPlanId);
    const catalogue = await this.sharedSettings.readCatalogue();
    return this.planChangeCheck.findErrors({ tenantId, from, to, catalogue });
  }
}
