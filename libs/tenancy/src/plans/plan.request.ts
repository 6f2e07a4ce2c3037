import { JsonObject, ListOf, Text } from '#http';

export class PlanRequest {
  @Text({ max: 50, optional: true, description: "The path's own, if at all" })
  id?: string;

  @JsonObject({
    description: 'Settings of this layer',
    example: { max_queries_per_day: 10_000, monthly_budget_usd: 500 },
  })
  defaults!: Record<string, unknown>;

  @ListOf('string', { max: 10, description: 'economy, standard, premium', example: ['economy', 'standard'] })
  allowed_tiers!: string[];

  @ListOf('string', { max: 200, description: 'Models beyond the tiers', example: [] })
  allowed_models!: string[];

  @JsonObject({ description: 'Setting → highest value', example: { max_tokens: 4000, retrieval_top_k: 20 } })
  ceilings!: Record<string, number>;

  @ListOf('string', { max: 50, description: 'Settings that tenants cannot change', example: [] })
  locked_settings!: string[];
}

export class PlanAnswer extends PlanRequest {
  @Text({ example: 'pro' })
  override id!: string;
}
