import { JsonObjectField, ArrayField, StringField } from '#http';

/** A plan to create or replace. */
export class PlanRequest {
  @StringField({ max: 50, optional: true, description: 'If present, it must equal the id in the path' })
  id?: string;

  @JsonObjectField({
    description: 'Settings that the plan gives its tenants',
    example: { max_queries_per_day: 10_000, monthly_budget_usd: 500 },
  })
  defaults!: Record<string, unknown>;

  @ArrayField('string', {
    max: 10,
    description: 'Any of economy, standard and premium',
    example: ['economy', 'standard'],
  })
  allowed_tiers!: string[];

  @ArrayField('string', {
    max: 200,
    description: 'Ids of models that are allowed in addition to the tiers',
    example: [],
  })
  allowed_models!: string[];

  @JsonObjectField({
    description: 'The highest allowed value of each setting',
    example: { max_tokens: 4000, retrieval_top_k: 20 },
  })
  ceilings!: Record<string, number>;

  @ArrayField('string', { max: 50, description: 'Settings that tenants cannot change', example: [] })
  locked_settings!: string[];
}
