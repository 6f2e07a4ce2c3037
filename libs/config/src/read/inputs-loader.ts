import { Injectable } from '@nestjs/common';
import { NotFoundError } from '#kernel';
import { CatalogueReader, PlanReader, TenantReader } from '#tenancy';
import type { StoredConfiguration } from '../storage/configuration.repository.js';
import { FlagOverlayService } from '../overlays/flag-overlay.service.js';
import type { ConfigurationInputs } from '../compile/compiled-configuration.js';
import { PlatformDefaultsService } from './platform-defaults.service.js';

/** Loads what a configuration is compiled from, besides the tenant's own settings. */
@Injectable()
export class InputsLoader {
  constructor(
    private readonly tenants: TenantReader,
    private readonly plans: PlanReader,
    private readonly catalogue: CatalogueReader,
    private readonly platformDefaults: PlatformDefaultsService,
    private readonly flagOverlay: FlagOverlayService,
  ) {}

  /** Without overlays; see `addOverlays`. */
  async load(stored: StoredConfiguration): Promise<Omit<ConfigurationInputs, 'origin'>> {
    const tenant = await this.tenants.get(stored.tenant_id);
    const plan = await this.plans.find(tenant.plan);
    if (!plan) throw new NotFoundError(`There is no plan ${tenant.plan}.`);
    const [platform, catalogue] = await Promise.all([
      this.platformDefaults.current(),
      this.catalogue.current(),
    ]);
    return { stored, tenant, plan, platform, catalogue, overlays: {} };
  }

  /** Asks the feature flags; without a provider, the inputs stay as they are. */
  async addOverlays(inputs: ConfigurationInputs): Promise<ConfigurationInputs> {
    const flag = await this.flagOverlay.overlayFor(inputs);
    return flag === undefined ? inputs : { ...inputs, overlays: { flag } };
  }

  /** True while none of the inputs has changed since it was loaded. */
  areCurrent({ tenant, plan, platform, catalogue }: ConfigurationInputs): boolean {
    return (
      this.tenants.isCurrent(tenant) &&
      this.plans.isCurrent(plan) &&
      this.platformDefaults.isCurrent(platform) &&
      this.catalogue.isCurrent(catalogue)
    );
  }

  onTenantChange(listener: (tenantId: string) => void): void {
    this.tenants.onChange(listener);
  }

  onSharedChange(listener: () => void): void {
    this.plans.onChange(listener);
    this.catalogue.onChange(listener);
    this.platformDefaults.onChange(listener);
    this.flagOverlay.onChange(listener);
  }
}
