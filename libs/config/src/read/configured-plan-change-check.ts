import { Injectable } from '@nestjs/common';
import { type FieldError, TenantNotFoundError } from '#kernel';
import { findChangeErrors } from '#settings';
import { type PlanChange, PlanChangeCheck, SharedSettingsTransaction } from '#tenancy';
import { ConfigurationRepository } from '../storage/configuration.repository.js';

/** Fills the port `PlanChangeCheck`: do a tenant's own settings fit another plan? */
@Injectable()
export class ConfiguredPlanChangeCheck extends PlanChangeCheck {
  constructor(
    private readonly configurations: ConfigurationRepository,
    private readonly sharedSettings: SharedSettingsTransaction,
  ) {
    super();
  }

  /**
   * Every error that the plan `to` would cause and `from` did not. Locks the configuration until the caller's transaction ends, so
   * that the answer holds until the plan is changed.
   *
   * @throws TenantNotFoundError when there is no such tenant.
   */
  async findErrors({ tenantId, from, to, catalogue }: PlanChange): Promise<FieldError[]> {
    const stored = await this.configurations.lock(tenantId);
    if (!stored) throw new TenantNotFoundError();
    const { settings: own, set_by: setBy } = stored;
    const platform = await this.sharedSettings.readPlatformDefaults();
    const before = { platform, plan: from, own, setBy, catalogue };
    return findChangeErrors(before, { ...before, plan: to }, new Set());
  }
}
