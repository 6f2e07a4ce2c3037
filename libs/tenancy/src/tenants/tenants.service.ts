import { Injectable } from '@nestjs/common';
import { Database, allTenants } from '#database';
import { ConflictError, DomainError, InvalidInputError, NotFoundError, shownValue } from '#kernel';
import { type IssuedKey, KeyService } from '../keys/key.service.js';
import type { Plan } from '../plans/plan.js';
import { PlanReader } from '../plans/plan-reader.js';
import { PlanChangeCheck } from './plan-change-check.js';
import type { Tenant } from './tenant.js';
import { type TenantFilter, TenantRepository } from './tenant.repository.js';
import type { TenantChangeRequest, TenantRequest } from './tenant.request.js';

/** What platform admins do to tenants. */
@Injectable()
export class TenantsService {
  constructor(
    private readonly database: Database,
    private readonly repository: TenantRepository,
    private readonly keys: KeyService,
    private readonly plans: PlanReader,
    private readonly planChange: PlanChangeCheck,
  ) {}

  list(filter: TenantFilter): Promise<Tenant[]> {
    return this.database.readAsPlatform(allTenants, () => this.repository.list(filter));
  }

  /** Read from the database, not the cache: whoever changed a tenant sees the change. */
  async get(tenantId: string): Promise<Tenant> {
    const found = await this.database.readAsPlatform(tenantId, () => this.repository.find(tenantId));
    if (!found) throw noSuchTenant();
    return found.value;
  }

  /** The tenant, its configuration and its first key together, or nothing. */
  async create(request: TenantRequest, actor: string): Promise<{ tenant: Tenant; adminKey: IssuedKey }> {
    await this.planNamed(request.plan);
    const { tenant_id: tenantId, approval_required: approval = false } = request;
    return this.database.asPlatform(tenantId, async () => {
      await this.database.query(
        "SELECT set_config('app.actor', $1, true), set_config('app.actor_role', 'system', true)",
        [actor],
      );
      const { value: tenant } = await this.repository.insert({ ...request, approval_required: approval });
      const name = request.admin_key_name ?? 'first admin key';
      const adminKey = await this.keys.issue(
        tenantId,
        { name, role: 'tenant_admin', expires_at: null },
        actor,
      );
      return { tenant, adminKey };
    });
  }

  async change(
    tenantId: string,
    { accept_clamping: accepted, ...change }: TenantChangeRequest,
  ): Promise<Tenant> {
    if (change.plan !== undefined)
      await this.checkPlan(tenantId, await this.planNamed(change.plan), accepted ?? false);
    const changed = await this.database.asPlatform(tenantId, () => this.repository.update(tenantId, change));
    if (!changed) throw noSuchTenant();
    return changed.value;
  }

  async delete(tenantId: string, actor: string): Promise<void> {
    const isDeleted = await this.database.asPlatform(tenantId, async () => {
      await this.database.query(
        "SELECT set_config('app.actor', $1, true), set_config('app.actor_role', 'platform_admin', true)",
        [actor],
      );
      return this.repository.delete(tenantId);
    });
    if (!isDeleted) throw noSuchTenant();
  }

  private async checkPlan(tenantId: string, plan: Plan, isAccepted: boolean): Promise<void> {
    const faults = isAccepted ? [] : await this.planChange.faultsUnder(tenantId, plan);
    if (faults.length === 0) return;
    const errors = faults.map((fault) => ({ ...fault, value: shownValue(fault.value) }));
    const message = `The plan ${plan.id} does not allow some of the tenant's settings. Change them, or send accept_clamping: true.`;
    throw new ConflictError(message, { errors });
  }

  private async planNamed(id: string): Promise<Plan> {
    const plan = await this.plans.find(id);
    if (plan) return plan;
    const allowed = (await this.plans.list()).map((one) => one.id);
    throw new InvalidInputError([
      { field: 'plan', rule: 'enum', message: `There is no plan ${id}.`, value: id, allowed },
    ]);
  }
}

function noSuchTenant(): DomainError {
  return new NotFoundError('There is no such tenant.');
}
