import { Injectable } from '@nestjs/common';
import { type Fault, ConflictError, InvalidInputError, TenantNotFoundError, shownValue } from '#kernel';
import { SharedLayers } from '../catalogue/shared-layers.js';
import type { Plan } from '../plans/plan.js';
import { PlanRepository } from '../plans/plan.repository.js';
import { PlanChangeCheck } from './plan-change-check.js';
import { TenantRepository } from './tenant.repository.js';

/** Which plans a tenant may be on; every method runs in the transaction that puts it there. */
@Injectable()
export class TenantMoves {
  constructor(
    private readonly tenants: TenantRepository,
    private readonly plans: PlanRepository,
    private readonly layers: SharedLayers,
    private readonly planChange: PlanChangeCheck,
  ) {}

  /** @throws InvalidInputError that lists the plans there are. */
  async planNamed(id: string): Promise<Plan> {
    const found = await this.plans.find(id);
    if (found) return found.value;
    const allowed = (await this.plans.list()).map((one) => one.id);
    throw new InvalidInputError([
      { field: 'plan', rule: 'enum', message: `There is no plan ${id}.`, value: id, allowed },
    ]);
  }

  /** @throws ConflictError with what of the tenant's own settings the plan would clamp, unless that is accepted. */
  async check(tenantId: string, planId: string, isClampingAccepted: boolean): Promise<void> {
    const to = await this.planNamed(planId);
    const tenant = await this.tenants.find(tenantId);
    if (!tenant) throw new TenantNotFoundError();
    const isStaying = tenant.value.plan === to.id;
    const faults = isStaying || isClampingAccepted ? [] : await this.faults(tenantId, tenant.value.plan, to);
    if (faults.length === 0) return;
    const errors = faults.map((fault) => ({ ...fault, value: shownValue(fault.value) }));
    const message = `The plan ${to.id} does not allow some of the tenant's settings. Change them, or send accept_clamping: true.`;
    throw new ConflictError(message, { errors });
  }

  private async faults(tenantId: string, current: string, to: Plan): Promise<Fault[]> {
    const from = await this.planNamed(current);
    const catalogue = await this.layers.catalogue();
    return this.planChange.faultsUnder({ tenantId, from, to, catalogue });
  }
}
