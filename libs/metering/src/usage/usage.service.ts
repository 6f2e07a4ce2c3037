import { Injectable } from '@nestjs/common';
import { Clock } from '#kernel';
import { LedgerRepository } from '../ledger/ledger.repository.js';
import { TenantLimits } from '../tenant-limits.js';
import { type Period, periodOf } from './period.js';
import { UsageRepository } from './usage.repository.js';
import type { UsageAnswer } from './usage.response.js';

/** Tells a tenant what it used, and what it may still use. */
@Injectable()
export class Usage {
  constructor(
    private readonly clock: Clock,
    private readonly limits: TenantLimits,
    private readonly ledger: LedgerRepository,
    private readonly repository: UsageRepository,
  ) {}

  /** @throws InvalidInputError when the days asked for are no period · NotFoundError no such tenant */
  async of(tenantId: string, asked: Partial<Period>): Promise<UsageAnswer> {
    const period = periodOf(asked, this.clock.now());
    const { maxQueriesPerDay, monthlyBudgetUsd } = await this.limits.limitsOf(tenantId);
    const [days, standing] = await Promise.all([
      this.repository.days(tenantId, period),
      this.ledger.standing(tenantId),
    ]);
    const { used, spent_usd, reserved_usd, day_ends, month_ends } = standing;
    return {
      days,
      quota: { limit: maxQueriesPerDay, used, resets_at: day_ends.toISOString() },
      budget: { limit_usd: monthlyBudgetUsd, spent_usd, reserved_usd, resets_at: month_ends.toISOString() },
    };
  }
}
