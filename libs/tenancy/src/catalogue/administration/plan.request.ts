import { JsonObjectField, ArrayField, StringField } from '#http';

export class PlanRequest {
  @StringField({ max: 50, optional: true, description: "The path's own, if at all" })
  id?: string;

  @JsonObjectField({
    description: 'Settings of this layer',
    example: { max_queries_per_day: 10_000, monthly_budget_usd: 500 },
  })
  defaults!: Record<string, unknown>;

  @ArrayField('string', {
    max: 10,
    description: 'economy, standard, premium',
    example: ['economy', 'standard'],
  })
  allowed_tiers!: string[];

  @ArrayField('string', { max: 200, description: 'Models beyond the tiers', example: [] })
  allowed_models!: string[];

  @JsonObjectField({
    description: 'Setting → highest value',
    example: { max_tokens: 4000, retrieval_top_k: 20 },
  })
  ceilings!: Record<string, number>;

  @ArrayField('string', { max: 50, description: 'Settings that tenants cannot change', example: [] })
  locked_settings!: string[];
}

export class PlanResponse extends PlanRequest {
  @StringField({ example: 'pro' })
  override id!: string;
}
