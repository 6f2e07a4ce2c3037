import type { UsageLimits } from '#metering';

/** A limit that can refuse a query. */
export type Limit = 'quota' | 'budget';

/** What a tenant has used today and this month. */
export interface TenantUsage {
  readonly tenant_id: string;
  /** `2026-11-23`. */
  readonly day: string;
  /** `2026-11`. */
  readonly month: string;
  readonly queries: number;
  readonly spent_usd: number;
}

/** An event that is sent once, however often its cause is found. */
export interface LimitNotice {
  readonly event: 'budget.threshold' | 'quota.exhausted';
  readonly tenantId: string;
  /** It names the tenant, because a webhook of the platform receives the notices of all tenants. */
  readonly key: string;
  readonly data: Readonly<Record<string, unknown>>;
}

const thresholdsPercent = [100, 80, 50];
const actor = 'system';

/** The events that follow from what a tenant has used, and from the limits that refused it a query. */
export function findLimitNotices(
  usage: TenantUsage,
  limits: UsageLimits,
  refusedBy: ReadonlySet<Limit> = new Set(),
): LimitNotice[] {
  return [
    ...findBudgetNotices(usage, limits, refusedBy.has('budget')),
    ...findQuotaNotices(usage, limits, refusedBy.has('quota')),
  ];
}

/** The highest percentage that is reached. A raised budget can be reached again, so it is part of the key. */
function findBudgetNotices(
  { tenant_id: tenantId, month: period, spent_usd }: TenantUsage,
  { monthlyBudgetUsd: budget_usd }: UsageLimits,
  isRefused: boolean,
): LimitNotice[] {
  if (budget_usd === 'unlimited') return [];
  const percent = budget_usd === 0 ? 0 : (spent_usd / budget_usd) * 100;
  const threshold_percent = isRefused ? 100 : thresholdsPercent.find((threshold) => percent >= threshold);
  if (threshold_percent === undefined) return [];
  const key = `${tenantId} budget ${period} ${budget_usd} ${threshold_percent}`;
  const data = { threshold_percent, period, budget_usd, spent_usd, actor };
  return [{ event: 'budget.threshold', tenantId, key, data }];
}

function findQuotaNotices(
  { tenant_id: tenantId, day: period, queries: used }: TenantUsage,
  { maxQueriesPerDay: limit }: UsageLimits,
  isRefused: boolean,
): LimitNotice[] {
  if (used < limit && !isRefused) return [];
  const data = { period, limit, used, actor };
  return [{ event: 'quota.exhausted', tenantId, key: `${tenantId} quota ${period} ${limit}`, data }];
}
