/** How much a tenant may use. */
export interface UsageLimits {
  readonly maxQueriesPerDay: number;
  /** In a minute of the clock. */
  readonly maxQueriesPerMinute: number | 'unlimited';
  readonly monthlyBudgetUsd: number | 'unlimited';
}

/**
 * Port: the limits that a tenant has now. They come from the tenant's stored configuration, even when a query tries out
 * another one: settings that are only tried must not raise their own limits. `config` implements the port, because metering
 * knows no settings.
 *
 * ```ts
 * class FixedLimits extends TenantLimits {
 *   private readonly limits = { maxQueriesPerDay: 1_000, maxQueriesPerMinute: 60, monthlyBudgetUsd: 50 };
 *   getLimits = async (): Promise<UsageLimits> => this.limits;
 * }
 * ```
 */
export abstract class TenantLimits {
  /** @throws TenantNotFoundError when there is no such tenant. */
  abstract getLimits(tenantId: string): Promise<UsageLimits>;
}
