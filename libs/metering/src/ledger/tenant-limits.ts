/** How much a tenant may use. */
export interface UsageLimits {
  readonly maxQueriesPerDay: number;
  readonly monthlyBudgetUsd: number | 'unlimited';
}

/**
 * Port: the limits that a tenant has now. They come from the tenant's stored configuration, even when a query tries out
 * another one: settings that are only tried must not raise their own limits. `config` implements the port, because metering
 * knows no settings.
 *
 * ```ts
 * class FixedLimits extends TenantLimits {
 *   getLimits = async (): Promise<UsageLimits> => ({ maxQueriesPerDay: 1_000, monthlyBudgetUsd: 50 });
 * }
 * ```
 */
export abstract class TenantLimits {
  /** @throws TenantNotFoundError when there is no such tenant. */
  abstract getLimits(tenantId: string): Promise<UsageLimits>;
}
