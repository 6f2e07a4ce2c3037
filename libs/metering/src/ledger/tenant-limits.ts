/** What a tenant may use. */
export interface UsageLimits {
  readonly maxQueriesPerDay: number;
  readonly monthlyBudgetUsd: number | 'unlimited';
}

/**
 * Tells what a tenant may use now, whatever configuration a query is answered under: one that is only being tried cannot raise its
 * own limits. `config` fills this port, which runs against the arrows.
 *
 * @throws NotFoundError when there is no such tenant.
 */
export abstract class TenantLimits {
  abstract getLimits(tenantId: string): Promise<UsageLimits>;
}
