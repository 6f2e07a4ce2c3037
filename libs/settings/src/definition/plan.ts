/** A plan's id. */
export const planIdPattern = /^[a-z0-9-]{1,50}$/;

/** What the tenants of a plan get, and the limits of what they may set (specification §1.5). */
export interface Plan {
  readonly id: string;
  /** Settings of the plan's layer. A setting that is missing here comes from the platform's defaults. */
  readonly defaults: Readonly<Record<string, unknown>>;
  readonly allowed_tiers: readonly string[];
  /** Ids of models that are allowed although their tier is not. */
  readonly allowed_models: readonly string[];
  /**
   * Setting → highest value for the plan's tenants, at most the setting's own `max` in {@link TenantSettings}. `findConfigurationErrors`
   * refuses a higher value, and `resolveSettings` lowers a stored one to it.
   */
  readonly ceilings: Readonly<Record<string, number>>;
  /** Settings that the plan's tenants cannot change. */
  readonly locked_settings: readonly string[];
}
