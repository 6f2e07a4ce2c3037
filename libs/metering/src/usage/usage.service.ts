import { Injectable } from '@nestjs/common';
import { Clock } from '#kernel';
import { LedgerRepository } from '../ledger/ledger.repository.js';
import { TenantLimits } from '../ledger/tenant-limits.js';
import { UsageRepository } from './usage.repository.js';
import { type Period, resolvePeriod } from './usage.request.js';
import type { UsageResponse } from './usage.response.js';

/** Reports what a tenant has used, and what is left. */
@Injectable()
export class UsageService {
  constructor(
    private readonly clock: Clock,
    private readonly limits: TenantLimits,
    private readonly ledger: LedgerRepository,
    private readonly repository: UsageRepository,
  ) {}

  /**
   * @throws InvalidInputError when the period is invalid.
   * @throws TenantNotFoundError when there is no such tenant.
   */
  async getUsage(tenantId: string, requested: Partial<Period>): Promise<UsageResponse> {
    const period = resolvePeriod(requested, this.clock.now());
    const { maxQueriesPerDay, monthlyBudgetUsd } = await this.limits.getLimits(tenantId);
    const [days, snapshot] = await Promise.all([
      this.repository.listDays(tenantId, period),
      this.ledger.readUsageSnapshot(tenantId),
    ]);
    const { used, spent_usd, reserved_usd, day_ends, month_ends } = snapshot;
    return {
      days,
      quota: { limit: maxQueriesPerDay, used, resets_at: day_ends.toISOString() },
      budget: { limit_usd: monthlyBudgetUsd, spent_usd, reserved_usd, resets_at: month_ends.toISOString() },
    };
  }
}
