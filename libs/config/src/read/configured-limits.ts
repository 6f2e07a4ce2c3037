import { Injectable } from '@nestjs/common';
import { type UsageLimits, TenantLimits } from '#metering';
import { ConfigReader } from './config-reader.js';

/** Fills the port `TenantLimits`: a tenant's limits are settings of its current configuration. */
@Injectable()
export class ConfiguredLimits extends TenantLimits {
  constructor(private readonly reader: ConfigReader) {
    super();
  }

  /** @throws TenantNotFoundError when there is no such tenant. */
  async getLimits(tenantId: string): Promise<UsageLimits> {
    const { settings } = await this.reader.current(tenantId);
    return {
      maxQueriesPerDay: settings.max_queries_per_day,
      maxQueriesPerMinute: settings.max_queries_per_minute,
      monthlyBudgetUsd: settings.monthly_budget_usd,
    };
  }
}
