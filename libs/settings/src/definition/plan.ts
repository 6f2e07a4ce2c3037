export const planIdPattern = /^[a-z0-9-]{1,50}$/;

/** What the tenants of a plan get, and how far they may go (specification §1.5). */
export interface Plan {
  readonly id: string;
  /** Settings of this layer; what is missing comes from the platform's defaults. */
  readonly defaults: Readonly<Record<string, unknown>>;
  readonly allowed_tiers: readonly string[];
  /** Models beyond the tiers, by id. */
  readonly allowed_models: readonly string[];
  /** Setting → highest value. */
  readonly ceilings: Readonly<Record<string, number>>;
  /** Settings that the plan's tenants cannot change. */
  readonly locked_settings: readonly string[];
}
