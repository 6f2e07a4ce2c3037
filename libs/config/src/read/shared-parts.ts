import { Injectable } from '@nestjs/common';
import { NotFoundError } from '#kernel';
import { CatalogueReader, PlanReader, TenantReader } from '#tenancy';
import type { StoredConfiguration } from '../configuration.repository.js';
import { FlagOverlay } from '../flags/flag-overlay.js';
import type { Parts } from './compiled-configuration.js';
import { PlatformDefaults } from './platform-defaults.js';

/** The parts of a configuration that are not the tenant's own settings, and the layer of flags over them. */
@Injectable()
export class SharedParts {
  constructor(
    private readonly tenants: TenantReader,
    private readonly plans: PlanReader,
    private readonly catalogue: CatalogueReader,
    private readonly defaults: PlatformDefaults,
    private readonly flags: FlagOverlay,
  ) {}

  async around(stored: StoredConfiguration): Promise<Omit<Parts, 'origin'>> {
    const tenant = await this.tenants.get(stored.tenant_id);
    const plan = await this.plans.find(tenant.plan);
    if (!plan) throw new NotFoundError(`There is no plan ${tenant.plan}.`);
    const [platform, catalogue] = await Promise.all([this.defaults.current(), this.catalogue.current()]);
    const parts = { stored, tenant, plan, platform, catalogue };
    const flag = await this.flags.over(parts);
    return { ...parts, overlays: flag === undefined ? {} : { flag } };
  }

  /** Whether nothing of them has changed since they came together. */
  areStill({ tenant, plan, platform, catalogue }: Parts): boolean {
    return (
      this.tenants.isStill(tenant) &&
      this.plans.isStill(plan) &&
      this.defaults.isStill(platform) &&
      this.catalogue.isStill(catalogue)
    );
  }

  onTenantChange(listener: (tenantId: string) => void): void {
    this.tenants.onChange(listener);
  }

  onCommonChange(listener: () => void): void {
    this.plans.onChange(listener);
    this.catalogue.onChange(listener);
    this.defaults.onChange(listener);
    this.flags.onChange(listener);
  }
}
