import { Injectable } from '@nestjs/common';
import { type Author, Database, allTenants } from '#database';
import { NotFoundError, TenantNotFoundError } from '#kernel';
import { type IssuedKey, KeysService } from '../keys/keys.service.js';
import type { Tenant } from './tenant.js';
import { type TenantFilter, TenantRepository } from './tenant.repository.js';
import { PlanChangeValidator } from './plan-change-validator.js';
import type { TenantChangeRequest, TenantRequest } from './tenant.request.js';

/** What platform admins do to tenants. */
@Injectable()
export class TenantsService {
  private readonly deletionHooks: ((tenantId: string) => Promise<void>)[] = [];

  constructor(
    private readonly database: Database,
    private readonly repository: TenantRepository,
    private readonly keys: KeysService,
    private readonly planChangeValidator: PlanChangeValidator,
  ) {}

  list(filter: TenantFilter): Promise<Tenant[]> {
    return this.database.readAsPlatform(allTenants, () => this.repository.list(filter));
  }

  /** Read from the database, not the cache: whoever changed a tenant sees the change. */
  async get(tenantId: string): Promise<Tenant> {
    const found = await this.database.readAsPlatform(tenantId, () => this.repository.find(tenantId));
    if (!found) throw tenantNotFoundError();
    return found.value;
  }

  /** The tenant, its configuration and its first key together, or nothing. */
  create(request: TenantRequest, author: Author): Promise<{ tenant: Tenant; adminKey: IssuedKey }> {
    const { tenant_id: tenantId, approval_required: approval = false } = request;
    const name = request.admin_key_name ?? 'first admin key';
    const work = async (): Promise<{ tenant: Tenant; adminKey: IssuedKey }> => {
      await this.planChangeValidator.getPlan(request.plan);
      const { value: tenant } = await this.repository.insert({ ...request, approval_required: approval });
      const keyInput = { name, role: 'tenant_admin', expires_at: null } as const;
      const adminKey = await this.keys.issue(tenantId, keyInput, author.actor);
      return { tenant, adminKey };
    };
    return this.database.asPlatform(tenantId, work, author);
  }

  /** @throws ConflictError when the plan does not allow the tenant's own settings, unless that is accepted. */
  change(
    tenantId: string,
    { accept_clamping: isClampingAccepted = false, ...change }: TenantChangeRequest,
    author: Author,
  ): Promise<Tenant> {
    const work = async (): Promise<Tenant> => {
      if (change.plan !== undefined)
        await this.planChangeValidator.assertAllowed(tenantId, change.plan, isClampingAccepted);
      const changed = await this.repository.update(tenantId, change);
      if (!changed) throw tenantNotFoundError();
      return changed.value;
    };
    return this.database.asPlatform(tenantId, work, author);
  }

  /** Work that goes with each deletion, in its transaction: for what is kept of tenants outside of the database. */
  onDelete(hook: (tenantId: string) => Promise<void>): void {
    this.deletionHooks.push(hook);
  }

  async delete(tenantId: string, author: Author): Promise<void> {
    const work = async (): Promise<void> => {
      if (!(await this.repository.delete(tenantId))) throw tenantNotFoundError();
      for (const hook of this.deletionHooks) await hook(tenantId);
    };
    await this.database.asPlatform(tenantId, work, author);
  }
}

function tenantNotFoundError(): NotFoundError {
  return new TenantNotFoundError();
}
