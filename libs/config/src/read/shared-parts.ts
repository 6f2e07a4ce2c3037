import { Injectable } from '@nestjs/common';
import { NotFoundError } from '#kernel';
import { CatalogueReader, PlanReader, type Tenant, TenantReader } from '#tenancy';
import type { Parts } from './compiled-configuration.js';
import { PlatformDefaults } from './platform-defaults.js';

/** The parts of a configuration that are not the tenant's own settings. */
@Injectable()
export class SharedParts {
  constructor(
    private readonly tenants: TenantReader,
    private readonly plans: PlanReader,
    private readonly catalogue: CatalogueReader,
    private readonly defaults: PlatformDefaults,
  ) {}

  async of(tenantId: string): Promise<Omit<Parts, 'stored'>> {
    const tenant = await this.tenants.get(tenantId);
    const plan = await this.plans.find(tenant.plan);
    if (!plan) throw new NotFoundError(`There is no plan ${tenant.plan}.`);
    const [platform, catalogue] = await Promise.all([this.defaults.current(), this.catalogue.current()]);
    return { tenant, plan, platform, catalogue, overlays: {} };
  }

  isStill(tenant: Tenant): boolean {
    return this.tenants.peek(tenant.tenant_id) === tenant;
  }

  onTenantChange(listener: (tenantId: string) => void): void {
    this.tenants.onChange(listener);
  }

  onCommonChange(listener: () => void): void {
    this.plans.onChange(listener);
    this.catalogue.onChange(listener);
    this.defaults.onChange(listener);
  }
}
